/** A shard's state, as far as a preview without the engine can go by it. */
import { messageOf } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { isEncrypted, signature } from "../model/secrets";
import { kindOfType, nativePrefix } from "../model/typeToken";
import { pickOwn } from "../provider/dynamic";
import { openSecrets, parseState, type RawStateEntry, revealSecrets } from "../pulumi/state";
import { parseUrn } from "../pulumi/urn";

/** A resource of the state, with its secrets in plain text. */
export interface OpenEntry {
  readonly kind: Kind;
  readonly name: string;
  readonly raw: RawStateEntry;
  readonly id: string;
  /** Without what the engine and its hosts add. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The inputs that are encrypted in the state. */
  readonly secretInputs: ReadonlySet<string>;
}

/** The resources, or in a line why the state alone does not tell what an engine would do. */
export type OpenState = { readonly entries: readonly OpenEntry[] } | { readonly reason: string };

/** What the engine itself puts into every stack. */
const ownOfEngine = /^pulumi:(pulumi:Stack|providers:(pulumi-nodejs|bitbucket-cloud))$/;

/** @param state What `pulumi stack export` prints, parsed as JSON. */
export async function openState(state: unknown, env: NodeJS.ProcessEnv): Promise<OpenState> {
  try {
    const { deployment } = parseState(state);
    if ((deployment?.pending_operations ?? []).length > 0)
      return { reason: "an operation was interrupted, and its outcome is not known" };
    const all = deployment?.resources ?? [];
    const odd = all.find((entry) => !ownOfEngine.test(entry.type) && !isPlain(entry));
    if (odd) return { reason: `the state holds ${odd.urn}, which only the engine can judge` };
    const own = all.filter(({ type }) => kindOfType(type) !== undefined);
    if (own.some(({ type }) => type.startsWith(nativePrefix)))
      return { reason: "the native provider manages resources of the state" };
    const needsKey = own.some(({ inputs, outputs }) => isEncrypted(inputs) || isEncrypted(outputs));
    const decrypt = needsKey ? await openSecrets(deployment?.secrets_providers, env) : refuse;
    if (!decrypt) return { reason: "the secrets of the state cannot be decrypted here" };
    return { entries: own.flatMap((entry) => openEntry(entry, decrypt)) };
  } catch (error) {
    return { reason: `the state cannot be read: ${messageOf(error)}` };
  }
}

/** Whether it is a resource of a known type that is managed, and neither to be replaced nor retained. */
function isPlain(entry: RawStateEntry): boolean {
  const { type, external, retainOnDelete, pendingReplacement, deletedWith } = entry;
  if (kindOfType(type) === undefined || entry.delete || external || retainOnDelete || pendingReplacement)
    return false;
  // A secret in a part of a value comes from no YAML.
  return (
    !deletedWith && Object.values(entry.inputs ?? {}).every((value) => !isEncrypted(value) || isWhole(value))
  );
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
  const secretInputs = new Set(Object.keys(inputs).filter((field) => isEncrypted(raw.inputs?.[field])));
  return [
    {
      kind,
      name: parseUrn(raw.urn).name,
      raw,
      id: raw.id ?? "",
      inputs: pickOwn(inputs),
      outputs: pickOwn(outputs),
      secretInputs,
    },
  ];
}

function reveal(values: Properties, decrypt: (text: string) => string): Properties {
  return isEncrypted(values) ? (revealSecrets(values, decrypt) as Properties) : values;
}
