/** A shard's state, as far as a preview without the engine can go by it. */
import { messageOf } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { isEncrypted, signature } from "../model/secrets";
import { type FrontEnd, kindOfType, nativePrefix } from "../model/typeToken";
import type { ConfigLookup } from "../provider/configLookup";
import {
  describeClosedSecrets,
  openSecrets,
  parseState,
  type RawStateEntry,
  revealSecrets,
} from "../pulumi/state";
import { parseUrn } from "../pulumi/urn";
import { compareProvider } from "./providerEntry";

/** A resource of the state, with its secrets in plain text. */
export interface OpenEntry {
  readonly kind: Kind;
  readonly name: string;
  readonly raw: RawStateEntry;
  readonly id: string;
  /** With what the engine's hosts and providers add to those of the kind. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Those that are encrypted in the state. */
  readonly secretInputs: ReadonlySet<string>;
  readonly secretOutputs: ReadonlySet<string>;
}

/** The resources, or in a line why the state alone does not tell what an engine would do. */
type OpenState =
  | {
      readonly entries: readonly OpenEntry[];
      /** Whether the state holds an earlier secret of the credential. */
      readonly isRotated: boolean;
    }
  | { readonly reason: string };

/** What the engine itself puts into every stack. */
const ownOfEngine = /^pulumi:(pulumi:Stack|providers:(pulumi-nodejs|bitbucket-cloud))$/;

/** The program that the engine would run. */
interface StateProgram {
  readonly frontEnd: FrontEnd;
  /** The stack's configuration, by whole keys. */
  readonly settings: ConfigLookup;
}

/** @param state What `pulumi stack export` prints, parsed as JSON. */
export async function openState(
  state: unknown,
  env: NodeJS.ProcessEnv,
  { frontEnd, settings }: StateProgram,
): Promise<OpenState> {
  try {
    const { deployment } = parseState(state);
    if ((deployment?.pending_operations ?? []).length > 0)
      return { reason: "an operation was interrupted, and its outcome is not known" };
    const all = deployment?.resources ?? [];
    const odd = all.find((entry) => !ownOfEngine.test(entry.type) && !isPlain(entry));
    if (odd) return { reason: `the state holds ${odd.urn}, which only the engine can judge` };
    const own = all.filter(({ type }) => kindOfType(type) !== undefined);
    const other = own.find(({ type }) => type.startsWith(nativePrefix) !== (frontEnd === "native"));
    if (other)
      return { reason: `${frontEnd === "native" ? "another" : "the native"} provider manages ${other.urn}` };
    const read = frontEnd === "native" ? all : own;
    const needsKey = read.some(({ inputs, outputs }) => isEncrypted(inputs) || isEncrypted(outputs));
    const decrypt = needsKey ? await openSecrets(deployment?.secrets_providers, env) : refuse;
    if (!decrypt) return { reason: describeClosedSecrets(deployment?.secrets_providers) };
    const { reason, isRotated = false } =
      frontEnd === "native" ? compareProvider(all, settings, decrypt) : {};
    if (reason !== undefined) return { reason };
    return { entries: own.flatMap((entry) => openEntry(entry, decrypt)), isRotated };
  } catch (error) {
    return { reason: `the state cannot be read: ${messageOf(error)}` };
  }
}

/** Whether it is a resource of a known type that is managed, and neither to be replaced nor retained. */
function isPlain(entry: RawStateEntry): boolean {
  const isKnown = ([name, value]: [string, unknown]) => knownParts.has(name) || isEmpty(value);
  if (kindOfType(entry.type) === undefined || !entry.inputs || !Object.entries(entry).every(isKnown))
    return false;
  // A secret in a part of a value comes from no YAML.
  return Object.values(entry.inputs).every((value) => !isEncrypted(value) || isWhole(value));
}

/**
 * What the engine writes of a resource that is managed. All else says that there is more to it: it is retained, deleted
 * later, tainted, half created, …
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (ResourceV3)
 */
const knownParts: ReadonlySet<string> = new Set([
  "urn",
  "custom",
  "id",
  "type",
  "inputs",
  "outputs",
  "parent",
  "protect",
  "dependencies",
  "propertyDependencies",
  "provider",
  "additionalSecretOutputs",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "refreshBeforeUpdate",
]);

/** Whether a value says as much as a missing one. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(isEmpty);
  return value === undefined || value === null || value === false || value === "" || value === 0;
}

function isWhole(value: unknown): boolean {
  return typeof value === "object" && value !== null && signature in value;
}

function refuse(): never {
  throw new Error("it holds no secrets");
}

function openEntry(raw: RawStateEntry, decrypt: (text: string) => string): OpenEntry[] {
  const kind = kindOfType(raw.type);
  if (!kind) return [];
  const inputs = reveal(raw.inputs ?? {}, decrypt);
  const outputs = reveal(raw.outputs ?? {}, decrypt);
  const secretsIn = (values: Properties = {}) =>
    new Set(Object.keys(values).filter((field) => isEncrypted(values[field])));
  return [
    {
      kind,
      name: parseUrn(raw.urn).name,
      raw,
      id: raw.id ?? "",
      inputs,
      outputs,
      secretInputs: secretsIn(raw.inputs),
      secretOutputs: secretsIn(raw.outputs),
    },
  ];
}

function reveal(values: Properties, decrypt: (text: string) => string): Properties {
  return isEncrypted(values) ? (revealSecrets(values, decrypt) as Properties) : values;
}
