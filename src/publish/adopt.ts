/**
 * Brings a stack's YAML to the live state: each property that somebody changed on the server gets its live value, what was
 * deleted there is removed, and what was created is declared. Secrets are left as they are, and so is every resource with a
 * changed secret beside.
 */
import { isDeepStrictEqual } from "node:util";
import { type DesiredResource, type DesiredStack, findReferences, keyOf } from "../desired";
import type { Comparison } from "../drift/compare";
import type { DriftFinding } from "../drift/model";
import { unmanagedFindingId } from "../drift/unmanaged";
import { UserError } from "../errors";
import { declareObjects } from "../import/declare";
import { StackEditor, type StackPlace } from "../import/edit";
import { fieldMeta, fieldsMarked, type Properties, secretFieldsOf } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import type { UnmanagedObject } from "../unmanaged";

interface AdoptedDrift {
  /** The new texts of files, by their paths relative to the root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly adopted: readonly DriftFinding[];
  /** What the YAML cannot follow by itself. */
  readonly left: readonly { readonly finding: DriftFinding; readonly reason: string }[];
}

/** One change of the YAML. */
interface Adoption {
  readonly finding: DriftFinding;
  /** @returns why it cannot be written. */
  readonly apply: (editor: StackEditor) => string | undefined;
}

export async function adoptDrift(
  { report, observed, unmanaged }: Comparison,
  stack: DesiredStack,
  place: StackPlace,
): Promise<AdoptedDrift> {
  const resources = new Map(stack.resources.map((resource) => [keyOf(resource), resource]));
  const live = new Map(observed.map((object) => [object.key, object.values]));
  const extras = new Map(unmanaged.map((object) => [unmanagedFindingId(object), object]));
  const deleted = new Set(
    report.findings.flatMap((finding) => {
      const resource = resources.get(`${finding.kind} ${finding.name}`);
      return finding.case === "deleted" && resource ? [resource] : [];
    }),
  );
  const wanted: Adoption[] = [];
  const left: { finding: DriftFinding; reason: string }[] = [];
  for (const finding of report.findings) {
    if (finding.case === "pending" || finding.case === "unreadable") continue;
    const key = `${finding.kind} ${finding.name}`;
    const plan =
      finding.case === "unmanaged"
        ? planDeclaration(extras.get(finding.id))
        : finding.case === "deleted"
          ? planRemoval(resources.get(key), deleted)
          : planAdoption(finding, resources.get(key), live.get(key));
    if (typeof plan === "string") left.push({ finding, reason: plan });
    else wanted.push({ finding, ...plan });
  }
  let adopted: readonly Adoption[] = [];
  let texts: ReadonlyMap<string, string> = new Map();
  /** What makes the YAML invalid is found by halves: each attempt loads the stack. */
  const adoptAll = async (more: readonly Adoption[]): Promise<void> => {
    const outcome = await edit(stack, place, [...adopted, ...more]);
    const [first, ...others] = more;
    if (typeof outcome !== "string") {
      adopted = [...adopted, ...more];
      texts = outcome;
    } else if (first && others.length === 0) left.push({ finding: first.finding, reason: outcome });
    else {
      const half = Math.ceil(more.length / 2);
      await adoptAll(more.slice(0, half));
      await adoptAll(more.slice(half));
    }
  };
  await adoptAll(wanted);
  return { texts, adopted: adopted.map(({ finding }) => finding), left };
}

/** Removes what was deleted on the server from the YAML. */
function planRemoval(
  resource: DesiredResource | undefined,
  deleted: ReadonlySet<DesiredResource>,
): Omit<Adoption, "finding"> | string {
  if (!resource) return "the YAML does not declare it: the next apply takes it out of the state";
  for (let owner = resource.parent; owner; owner = owner.parent)
    if (deleted.has(owner))
      return { apply: (editor) => (editor.isRemoved(owner) ? undefined : notWithOwner) };
  return { apply: (editor) => editor.remove(resource) };
}

const notWithOwner =
  "what it belongs to was deleted on the server as well, and cannot be removed from the YAML";

/** Declares what somebody has created on the server. */
function planDeclaration(object: UnmanagedObject | undefined): Omit<Adoption, "finding"> | string {
  const instead = "import it, or delete it in Bitbucket";
  if (!object) return `the YAML does not declare it: ${instead}`;
  const { kind, found, owner, policy } = object;
  if (policy === "remove") return "the YAML says to remove what is unmanaged: the next apply deletes it";
  if (!owner && kind.parents.some((parent) => parent === "repository" || parent === "project"))
    return `what it is in is not declared: ${instead}`;
  const secret = fieldsMarked(kind, "secret").find((field) => found.args[field] !== undefined);
  if (secret !== undefined) return `its ${secret} may be a secret, which is not written down: ${instead}`;
  const login = Object.keys(found.args).find((field) => holdsLogin(found.args[field]));
  if (login !== undefined) return `${login} holds a user name and a password: ${instead}`;
  const declared = declareOne(object);
  if ("reason" in declared) return `${declared.reason}: ${instead}`;
  const { key, fields } = declared;
  return {
    apply: (editor) => (owner ? editor.add(kind, owner, key, fields) : editor.addRoot(kind, key, fields)),
  };
}

/** As an import declares it: secrets that the server keeps are placeholders, which leave them as they are. */
function declareOne({
  kind,
  at,
  found,
  owner,
}: UnmanagedObject): { readonly key: string; readonly fields: Properties } | { readonly reason: string } {
  const holder: SurveyedObject | undefined = owner && {
    kind: owner.kind,
    at,
    found: { id: "", args: owner.args, outputs: {} },
  };
  const live: SurveyedObject = { kind, at, found, owner: holder };
  const { declarations, omitted } = declareObjects(holder ? [holder, live] : [live], {
    secrets: "env",
    declared: {
      find: (object) => (owner && object === holder ? { key: owner.name, name: owner.name } : undefined),
      findRival: () => undefined,
      isTaken: () => false,
      isSupplied: () => false,
    },
  });
  const declaration = declarations.find((one) => one.live === live);
  if (declaration) return declaration;
  return { reason: omitted[0]?.reason ?? "it has the values of a new one, and needs no declaration" };
}

/** Sets the properties that somebody has changed; or why there are none to set. */
function planAdoption(
  finding: DriftFinding,
  resource: DesiredResource | undefined,
  live: Properties | undefined,
): Omit<Adoption, "finding"> | string {
  if (finding.case === "recreated") return "it was deleted and recreated on the server: apply to settle it";
  if (!resource || !live) return "the YAML does not declare it";
  const fields = fieldsToSet(finding, resource, live);
  return typeof fields === "string" ? fields : { apply: (editor) => editor.set(resource, fields) };
}

function fieldsToSet(
  finding: DriftFinding,
  { kind, args }: DesiredResource,
  live: Properties,
): Properties | string {
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

/** Removals first, owners before what is in them: with an owner, all that is in it is removed. */
function inOrder(adoptions: readonly Adoption[]): readonly Adoption[] {
  const depth = ({ finding }: Adoption) => (finding.case === "deleted" ? finding.name.split(":").length : 99);
  return [...adoptions].sort((one, other) => depth(one) - depth(other));
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
    for (const { apply } of inOrder(adoptions)) {
      const refusal = apply(editor);
      if (refusal !== undefined) return refusal;
    }
    await editor.check();
    return editor.texts;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split("\n").slice(0, 2).join(" ").replace(/\s+/g, " ");
  }
}
