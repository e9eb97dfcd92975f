/** Resources and live objects as policies see them: values that are not known say so where they are asked for. */
import { type DesiredResource, findReferences } from "../desired";
import { branchingModel, repository } from "../kinds";
import { keptValue } from "../kinds/kept";
import { fieldMeta, type Kind, type LiveObject, type Properties, secretFieldsOf } from "../kinds/kind";
import { slugOf } from "../kinds/slug";
import type { SurveyedObject } from "../live";
import { hasUnknown } from "../model/unknown";
import { withDefaults } from "../model/values";
import { guardUnknown, Unknown } from "./language/unknown";

/** An object of the desired or the live state. */
export interface JudgedObject extends SurveyedObject {
  readonly owner?: JudgedObject | undefined;
  /** Its properties, with `Unknown` in the place of what is not known. */
  readonly values: Properties;
  /** Whether nobody has declared or read it: it is what the server gives a new repository. */
  readonly isAssumed?: boolean | undefined;
  /** Its declaration. Undefined: it is in the live state alone. */
  readonly resource?: DesiredResource | undefined;
}

/** What YAML declares, by itself. */
export function toDesiredObjects(
  resources: readonly DesiredResource[],
  argsOf: (resource: DesiredResource) => Properties,
  workspace: string,
): readonly JudgedObject[] {
  const made = new Map<DesiredResource, JudgedObject>();
  for (const resource of resources) {
    const owner = resource.parent && made.get(resource.parent);
    const values = hideUnknown(resource.kind, argsOf(resource), "undeclared");
    made.set(resource, toObject({ resource, owner, values, workspace }));
  }
  return withModels([...made.values()], (field) => new Unknown("undeclared", property(field), undeclared));
}

/** The live state as an apply would leave it. */
interface ApplyEffects {
  readonly desired: readonly { readonly resource: DesiredResource; readonly args: Properties }[];
  /** The live object that a resource is, or is going to be, if there is one. */
  findLive(resource: DesiredResource, owner: JudgedObject | undefined): SurveyedObject | undefined;
  /** The declaration of a live object that the apply leaves as it is. */
  resourceOf(object: SurveyedObject): DesiredResource | undefined;
  /** Whether the apply deletes an object. */
  isDeleted(object: SurveyedObject): boolean;
}

export function toAppliedObjects(
  live: readonly SurveyedObject[],
  effects: ApplyEffects,
  workspace: string,
): readonly JudgedObject[] {
  const byLive = new Map<SurveyedObject, JudgedObject>();
  const byResource = new Map<DesiredResource, JudgedObject>();
  for (const { resource, args } of effects.desired) {
    const owner = resource.parent && byResource.get(resource.parent);
    const there = effects.findLive(resource, owner);
    const sent = there ? Object.entries(args).filter(([, value]) => !holdsKept(value)) : Object.entries(args);
    const declared = hideUnknown(resource.kind, Object.fromEntries(sent), there ? undefined : "afterApply");
    const values = there ? { ...there.found.args, ...declared } : declared;
    const object = toObject({ resource, owner, values, workspace, there });
    byResource.set(resource, object);
    if (there) byLive.set(there, object);
  }
  const deleted = new Set<SurveyedObject>();
  const others = live.flatMap((object) => {
    if (byLive.has(object)) return [];
    if (effects.isDeleted(object) || (object.owner && deleted.has(object.owner))) {
      deleted.add(object);
      return [];
    }
    const owner = object.owner && byLive.get(object.owner);
    const resource = effects.resourceOf(object);
    const judged: JudgedObject = { ...object, owner, values: object.found.args, resource };
    byLive.set(object, judged);
    return [judged];
  });
  return withModels([...byResource.values(), ...others], () => undefined);
}

/** The live state as it is. */
export function toLiveObjects(
  live: readonly SurveyedObject[],
  resourceOf: (object: SurveyedObject) => DesiredResource | undefined,
): readonly JudgedObject[] {
  const made = new Map<SurveyedObject, JudgedObject>();
  for (const object of live) {
    const owner = object.owner && made.get(object.owner);
    made.set(object, { ...object, owner, values: object.found.args, resource: resourceOf(object) });
  }
  return [...made.values()];
}

const undeclared = "is not declared: the server chooses it";

/** @param unset The reason why a value that the server chooses is not known. Undefined: it is optional. */
function hideUnknown(
  kind: Kind,
  args: Properties,
  unset: "undeclared" | "afterApply" | undefined,
): Properties {
  const values: Record<string, unknown> = {};
  const secrets = new Set(secretFieldsOf(kind, args));
  for (const [field, value] of Object.entries(withDefaults(kind, args))) {
    if (value === undefined) continue;
    values[field] = secrets.has(field)
      ? new Unknown("secret", property(field), "is secret, and shown to no policy")
      : isLookedUp(kind, field, value)
        ? value
        : new Unknown("lookup", property(field), "is looked up only in a preview or an apply");
  }
  if (unset !== undefined)
    for (const field of Object.keys(kind.args.shape))
      if (values[field] === undefined && fieldMeta(kind, field).serverChosen)
        values[field] = new Unknown(
          unset,
          property(field),
          unset === "undeclared" ? undeclared : "is known only after the apply: the server chooses it",
        );
  return values;
}

/** Whether a value is one, and no reference to a secret or to a user who is still to be found. */
function isLookedUp(kind: Kind, field: string, value: unknown): boolean {
  if (findReferences(value).length > 0 || hasUnknown(value) || holdsKept(value)) return false;
  if (fieldMeta(kind, field).reference !== "user") return true;
  return [value].flat().every((user) => typeof user === "string" && user.startsWith("{"));
}

/** Whether a value is, or holds, one that the server keeps. */
function holdsKept(value: unknown): boolean {
  if (value === keptValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsKept);
}

function property(field: string): string {
  return `the property "${field}"`;
}

function toObject({
  resource,
  owner,
  values,
  workspace,
  there,
}: {
  readonly resource: DesiredResource;
  readonly owner: JudgedObject | undefined;
  readonly values: Properties;
  readonly workspace: string;
  readonly there?: SurveyedObject | undefined;
}): JudgedObject {
  const { kind, name, args } = resource;
  const guarded = guardUnknown(assumeMainBranch(kind, values));
  const [key = ""] = kind.naturalKey;
  const isUser = kind.naturalKey.length === 1 && fieldMeta(kind, key).reference === "user";
  const found: LiveObject = {
    get id() {
      return there?.found.id ?? (isUser ? String(guarded[key]) : `${kind.name} ${name}`);
    },
    args: guarded,
    outputs: guardUnknown(outputsOf(kind, args, there)),
  };
  return { kind, at: there?.at ?? { workspace }, found, owner, values, resource };
}

/** The first push to a new repository decides what its main branch is: until then it is taken to be Bitbucket's default. */
export function assumeMainBranch(kind: Kind, values: Properties): Properties {
  const { mainBranch } = values;
  const isNew = kind === repository && mainBranch instanceof Unknown && mainBranch.reason === "afterApply";
  return isNew ? { ...values, mainBranch: "main" } : values;
}

/** What only answers of the API hold, as far as a check asks for it. */
function outputsOf(kind: Kind, args: Properties, there: SurveyedObject | undefined): Properties {
  const outputs: Record<string, unknown> = { ...there?.found.outputs };
  if (kind === repository && outputs.slug === undefined)
    outputs.slug = args.slug ?? there?.found.args.slug ?? slugOf(String(args.name));
  if ("secretSet" in kind.outputs.shape && args.secret !== undefined) {
    const isKept = args.secret === keptValue || findReferences(args.secret).some((one) => one.keepIfMissing);
    if (!isKept) outputs.secretSet = true;
    else if (outputs.secretSet === undefined)
      outputs.secretSet = new Unknown("lookup", "whether a secret is set", "is looked up only in an apply");
  } else if ("secretSet" in kind.outputs.shape && !there) outputs.secretSet = false;
  return outputs;
}

/** Whether its model is for the declaration to say: that of a live repository was read, or could not be. */
function isDeclared(object: JudgedObject): boolean {
  return object.resource !== undefined || "urn" in object;
}

/** A repository without a declared branching model has one nevertheless: by default its development branch is the main one. */
export function withModels(
  objects: readonly JudgedObject[],
  assume: (field: string) => Unknown | undefined,
): readonly JudgedObject[] {
  const modelled = new Set(
    objects.flatMap(({ kind, owner }) => (kind === branchingModel && owner ? [owner] : [])),
  );
  const models = objects
    .filter((object) => object.kind === repository && !modelled.has(object) && isDeclared(object))
    .map((owner): JudgedObject => {
      const development = assume("development") ?? { useMainBranch: true };
      const production = assume("production") ?? { enabled: false };
      const values = { development, production };
      const { at } = owner;
      const found = { id: "", args: guardUnknown(values), outputs: {} };
      return { kind: branchingModel, at, found, owner, values, resource: owner.resource, isAssumed: true };
    });
  return [...objects, ...models];
}
