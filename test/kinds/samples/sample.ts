/** The conformance suite's input for a kind. */
import type { Kind, ParentName, Properties } from "../../../src/kinds/kind";

/** The samples' input from the workspace that they are for. */
export interface SampleWorld {
  /** The hash of the first commit of a repository. */
  commit(parent: Properties): string;
  /** The key of an existing project. */
  project(): string | undefined;
}

export interface Sample {
  /** Valid args below a parent. `index` distinguishes them from others of the kind. */
  args(index: number, world: SampleWorld, parent: Properties): Properties;
  /** Another value for every field that can be changed in place. */
  readonly changes: Properties;
  /** Another value for every field whose change replaces the object. */
  readonly replaces?: Properties;
  /** Fields that depend on others, with the test that covers them. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** The same if it depends on the parent. */
  readonly at?: Partial<Record<ParentName, Pick<Sample, "changes"> & Partial<Pick<Sample, "replaces">>>>;
}

/** A key that no other sample has: a fixed one with a number in it. */
export function publicKey(index: number): string {
  const data = Buffer.concat([
    Buffer.from("0000000b7373682d6564323535313900000020", "hex"),
    Buffer.alloc(32, index + 1),
  ]);
  return `ssh-ed25519 ${data.toString("base64")}`;
}

export const privateKey =
  "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n";

/** The sample of a kind, from the file that has its name. */
export function sampleOf(kind: Kind): Sample {
  const file = kind.name.charAt(0).toLowerCase() + kind.name.slice(1);
  return (require(`./${file}`) as { sample: Sample }).sample;
}
