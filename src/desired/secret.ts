/** References to secrets, which YAML has instead of the values. */
import type { Position } from "./diagnostics";

/** The sources of secrets, by their keys in YAML. */
export const secretSources = {
  fromEnv: "The name of an environment variable.",
  fromConfig: "The key of a Pulumi configuration value: `pulumi config set --secret <key>`.",
  fromPass: "The path of an entry in the password store `pass`. Its first line is used.",
  fromFile: "The path of a file, relative to the YAML file. A trailing line break is ignored.",
  fromBitbucket:
    "A path of Bitbucket's API after /2.0, and after a # a field of the response. Without a field, the response is used as text, such as a file.",
} as const;

export type SecretSource = keyof typeof secretSources;

/** A secret that is still to be looked up. It does not hold the value. */
export class SecretReference {
  constructor(
    readonly source: SecretSource,
    readonly name: string,
    readonly position: Position,
    /** The folder of the YAML file, absolute. */
    readonly folder: string,
    /** Whether to keep the server's value if the secret does not exist yet. */
    readonly keepIfMissing = false,
  ) {}

  toString(): string {
    return `${this.source}: ${this.name}`;
  }
}

/** The key beside a source that says what to do if the secret is missing. */
export const ifMissingKey = "ifMissing";

export function isSecretReference(value: unknown): value is SecretReference {
  return value instanceof SecretReference;
}

export function isSecretSource(word: string): word is SecretSource {
  return Object.hasOwn(secretSources, word);
}
