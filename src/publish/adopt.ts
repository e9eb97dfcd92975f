/**
 * Brings a stack's YAML to the live state: each property that somebody changed on the server gets its live value. Secrets
 * are left as they are, and so is every resource with a changed secret beside.
 */
import { isDeepStrictEqual } from "node:util";
import { type DesiredResource, type DesiredStack, findReferences, keyOf } from "../desired";
import type { ObservedObject } from "../drift/fingerprint";
import type { DriftFinding, DriftReport } from "../drift/model";
import { UserError } from "../errors";
import { StackEditor, type StackPlace } from "../import/edit";
import { fieldMeta, type Properties, secretFieldsOf } from "../kinds/kind";

export interface AdoptedDrift {
  /** The new texts of files, by their paths relative to the root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly adopted: readonly DriftFinding[];
  /** What the YAML cannot follow by itself. */
  readonly left: readonly { readonly finding: DriftFinding; readonly reason: string }[];
}

interface Adoption {
  readonly finding: DriftFinding;
  readonly resource: DesiredResource;
  readonly fields: Properties;
}

/** @param observed The live values without secrets, by the keys of the resources. */
export async function adoptDrift(
  report: DriftReport,
  observed: readonly ObservedObject[],
  stack: DesiredStack,
  place: StackPlace,
): Promise<AdoptedDrift> {
  const resources = new Map(stack.resources.map((resource) => [keyOf(resource), resource]));
  const live = new Map(observed.map((object) => [object.key, object.values]));
  const wanted: Adoption[] = [];
  const left: { finding: DriftFinding; reason: string }[] = [];
  for (const finding of report.findings) {
    if (finding.case === "pending" || finding.case === "unreadable") continue;
    const key = `${finding.kind} ${finding.name}`;
    const resource = resources.get(key);
    const plan = planAdoption(finding, resource, live.get(key));
    if (typeof plan === "string") left.push({ finding, reason: plan });
    else if (resource) wanted.push({ finding, resource, fields: plan });
  }
  const all = await edit(stack, place, wanted);
  if (typeof all !== "string") return { texts: all, adopted: wanted.map(({ finding }) => finding), left };
  // One of them makes the YAML invalid: the others are adopted without it.
  const valid: Adoption[] = [];
  for (const one of wanted) {
    const outcome = await edit(stack, place, [one]);
    if (typeof outcome === "string") left.push({ finding: one.finding, reason: outcome });
    else valid.push(one);
  }
  const rest = await edit(stack, place, valid);
  if (typeof rest === "string")
    throw new UserError(`The live state cannot be written into the YAML: ${rest}`);
  return { texts: rest, adopted: valid.map(({ finding }) => finding), left };
}

/** The fields to set; or why there are none. */
function planAdoption(
  finding: DriftFinding,
  resource: DesiredResource | undefined,
  live: Properties | undefined,
): Properties | string {
  switch (finding.case) {
    case "deleted":
      return "it was deleted on the server: remove it from the YAML, or apply to create it again";
    case "recreated":
      return "it was deleted and recreated on the server: apply to settle it";
    case "unmanaged":
      return "the YAML does not declare it: import it, or delete it";
    default:
  }
  if (!resource || !live) return "the YAML does not declare it";
  const { kind, args } = resource;
  const secrets = new Set(secretFieldsOf(kind, args));
  if (finding.fields.some(({ field, secret }) => secret || secrets.has(field)))
    return "a secret changed with it: nothing of it is written down";
  const fields: Record<string, unknown> = {};
  for (const { field } of finding.fields) {
    const value = live[field];
    if (findReferences(args[field]).length > 0)
      return `${field} comes from a secret reference, which stays as it is`;
    if (kind.localFiles?.[field]) return `${field} is a file beside the YAML`;
    if (value === undefined) return `${field} is not set on the server`;
    if (holdsLogin(value)) return `${field} holds a user name and a password`;
    if (!isDeepStrictEqual(value, args[field])) fields[field] = value;
  }
  const after = secretFieldsOf(kind, { ...args, ...fields });
  const opened = Object.keys(args).find(
    (field) =>
      (secrets.has(field) && !after.includes(field)) ||
      (findReferences(args[field]).length > 0 &&
        Object.keys(fieldMeta(kind, field).impliedBySecret ?? {}).some((implied) => implied in fields)),
  );
  if (opened !== undefined) return `${opened} is a secret, which anybody could read then`;
  return Object.keys(fields).length > 0 ? fields : "the YAML has the live values already";
}

/** A URL with a login in it. */
function holdsLogin(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== "" || password !== "";
}

/** The new texts; or why the YAML would be invalid. */
async function edit(
  stack: DesiredStack,
  place: StackPlace,
  adoptions: readonly Adoption[],
): Promise<ReadonlyMap<string, string> | string> {
  if (adoptions.length === 0) return new Map();
  const editor = new StackEditor(stack, place);
  try {
    for (const { resource, fields } of adoptions) {
      const refusal = editor.set(resource, fields);
      if (refusal !== undefined) return refusal;
    }
    await editor.check();
    return editor.texts;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split("\n").slice(0, 2).join(" ");
  }
}
