/** Distinguishes managed from unmanaged objects in a survey. Pure. */
import { type DesiredResource, type DesiredStack, keyOf } from "../desired";
import { identityOf, type Kind, type Properties, secretFieldsOf } from "../kinds/kind";
import { withCanonicalUsers } from "../kinds/parse";
import { canBeUnmanaged } from "../kinds/unmanaged";
import { toCanonicalUuid } from "../kinds/uuid";
import type { SurveyedObject } from "../live";
import { locationFields } from "../model/location";
import { hasUnknown } from "../model/unknown";
import { withDefaults } from "../model/values";
import type { StateEntry } from "../plan";
import { labelOf, namesOf, type UnmanagedObject } from "./model";
import { policyFor } from "./policy";

export interface MatchOptions {
  /** The whole stack, parents before their members. */
  readonly stack: Pick<DesiredStack, "resources" | "unmanaged" | "existing">;
  /** The args with references resolved and users by their UUIDs. Default: those of the YAML. */
  readonly args?: ((resource: DesiredResource) => Properties | undefined) | undefined;
  /** Managed resources, under their current names: they are never unmanaged, whatever the YAML says. */
  readonly state: readonly StateEntry[];
  readonly surveyed: readonly SurveyedObject[];
}

/**
 * Selects the objects that neither the YAML declares nor the state holds.
 *
 * Members of an unmanaged object are not listed separately, nor are members of an object that is about to be
 * deleted.
 */
export function selectUnmanaged({ stack, args, state, surveyed }: MatchOptions): readonly UnmanagedObject[] {
  const matcher = new UnmanagedMatcher(state, surveyed);
  for (const resource of stack.resources) matcher.match(resource, args?.(resource) ?? resource.args);
  const existing = new Set(
    (stack.existing ?? []).map(({ kind, name }) => `${kind.name} ${tryIdentity(kind, nameArgs(kind, name))}`),
  );
  const projects = new Map(
    stack.resources.flatMap((resource) =>
      resource.kind.parentRole === "project" ? [[String(resource.args.key), resource] as const] : [],
    ),
  );
  return surveyed
    .filter((one) => canBeUnmanaged(one.kind) && matcher.isUnmanaged(one))
    .filter(({ kind, found }) => !existing.has(`${kind.name} ${tryIdentity(kind, found.args)}`))
    .map((one) => {
      const { kind, found, at } = one;
      const owner = one.owner && matcher.findDeclared(one.owner);
      const root = rootOf(one);
      const repository = root.kind.parentRole === "repository" ? String(root.found.args.slug) : undefined;
      const project = root.kind.parentRole === "project" ? root.found.args.key : root.found.args.project;
      const environment =
        one.owner?.kind.parentRole === "environment" ? one.owner.found.args.name : undefined;
      const holder = one === root ? projects.get(String(project)) : matcher.findDeclared(root);
      const names = namesOf(kind, found.args);
      const policy = policyFor(stack.unmanaged, kind, names, holder);
      return {
        kind,
        at,
        found,
        label: labelOf(kind, found.args),
        names,
        ...(repository === undefined ? {} : { repository }),
        ...(typeof project === "string" ? { project } : {}),
        ...(typeof environment === "string" ? { environment } : {}),
        ...(owner ? { owner } : {}),
        ...(policy ? { policy } : {}),
      };
    });
}

class UnmanagedMatcher {
  /** The surveyed objects of each owner and kind. */
  readonly #below = new Map<string, SurveyedObject[]>();
  readonly #place = new Map<DesiredResource, string>();
  readonly #declared = new Map<string, DesiredResource>();
  readonly #ids = new Map<string, string>();
  readonly #held = new Set<string>();

  constructor(state: readonly StateEntry[], surveyed: readonly SurveyedObject[]) {
    for (const { kind, name, id, outputs } of state) {
      this.#ids.set(keyOf({ kind, name }), toCanonicalUuid(id));
      this.#held.add(`${kind.name} ${ownerIn(kind, outputs)} ${toCanonicalUuid(id)}`);
    }
    const seen = new Set<string>();
    const add = (one: SurveyedObject): void => {
      if (seen.has(placeOf(one))) return;
      seen.add(placeOf(one));
      if (one.owner) add(one.owner);
      const key = `${one.owner ? placeOf(one.owner) : ""} ${one.kind.name}`;
      const siblings = this.#below.get(key) ?? [];
      siblings.push(one);
      this.#below.set(key, siblings);
    };
    for (const one of surveyed) add(one);
  }

  /** Finds the object of a declared resource: by the id in the state, or else by the natural key. */
  match(resource: DesiredResource, args: Properties): void {
    const { kind, parent } = resource;
    const place = parent ? this.#place.get(parent) : "";
    if (place === undefined) return;
    const candidates = this.#below.get(`${place} ${kind.name}`) ?? [];
    const id = this.#ids.get(keyOf(resource));
    const wanted = tryIdentity(kind, withDefaults(kind, args));
    const found =
      candidates.find((one) => one.found.id === id) ??
      candidates.find((one) => wanted !== undefined && tryIdentity(kind, one.found.args) === wanted);
    if (!found) return;
    this.#place.set(resource, placeOf(found));
    this.#declared.set(placeOf(found), resource);
  }

  findDeclared(one: SurveyedObject): DesiredResource | undefined {
    return this.#declared.get(placeOf(one));
  }

  isUnmanaged(one: SurveyedObject): boolean {
    if (this.#declared.has(placeOf(one))) return false;
    if (one.owner && !this.#declared.has(placeOf(one.owner))) return false;
    return !this.#held.has(`${one.kind.name} ${one.owner?.found.id ?? ""} ${one.found.id}`);
  }
}

/** The permanent identity of an object: its owners, kind and id. */
function placeOf({ kind, found, owner }: SurveyedObject): string {
  return `${owner ? `${placeOf(owner)}/` : ""}${kind.name} ${found.id}`;
}

function rootOf(one: SurveyedObject): SurveyedObject {
  return one.owner ? rootOf(one.owner) : one;
}

/** The id of a state entry's owner, without the workspace. */
function ownerIn(kind: Kind, outputs: Properties): string {
  const fields = locationFields(kind);
  for (const field of ["environment", "repository", "project"] as const)
    if (fields.includes(field) && typeof outputs[field] === "string") return toCanonicalUuid(outputs[field]);
  return "";
}

function nameArgs(kind: Kind, name: string): Properties {
  return { [kind.naturalKey[0] ?? ""]: name };
}

/** The natural key of an object; undefined if it is not known. */
function tryIdentity(kind: Kind, values: Properties): string | undefined {
  const secret = secretFieldsOf(kind, values);
  if (kind.naturalKey.some((field) => secret.includes(field) || hasUnknown(values[field]))) return undefined;
  try {
    return identityOf(kind, withCanonicalUsers(kind, values));
  } catch {
    return undefined;
  }
}
