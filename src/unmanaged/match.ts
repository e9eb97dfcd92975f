/** Tells what is managed from what is not, among all that was surveyed. Pure. */
import { type DesiredResource, type DesiredStack, keyOf } from "../desired";
import { identityOf, type Kind, secretFieldsOf, type Values } from "../kinds/kind";
import { withCanonicalUsers } from "../kinds/parse";
import { canBeUnmanaged } from "../kinds/unmanaged";
import { canonical } from "../kinds/uuid";
import type { Surveyed } from "../live";
import { locationFields } from "../model/location";
import { hasUnknown } from "../model/unknown";
import { complete } from "../model/values";
import type { StateResource } from "../plan";
import { labelOf, namesOf, type Unmanaged } from "./model";
import { policyFor } from "./policy";

export interface MatchOptions {
  /** The whole stack, parents before what belongs to them. */
  readonly stack: Pick<DesiredStack, "resources" | "unmanaged" | "existing">;
  /** The args with references resolved and users by their UUIDs. Default: as they are written. */
  readonly args?: ((resource: DesiredResource) => Values | undefined) | undefined;
  /** What is managed already, under its present names: that is never unmanaged, whatever the YAML says. */
  readonly state: readonly StateResource[];
  readonly surveyed: readonly Surveyed[];
}

/**
 * What neither the YAML declares nor the state holds.
 *
 * What belongs to something unmanaged is not listed by itself, nor is what belongs to something that is about to go.
 */
export function unmanagedOf({ stack, args, state, surveyed }: MatchOptions): readonly Unmanaged[] {
  const matcher = new Matcher(state, surveyed);
  for (const resource of stack.resources) matcher.match(resource, args?.(resource) ?? resource.args);
  const existing = new Set(
    (stack.existing ?? []).map(({ kind, name }) => `${kind.name} ${safely(kind, nameArgs(kind, name))}`),
  );
  const projects = new Map(
    stack.resources.flatMap((resource) =>
      resource.kind.provides === "project" ? [[String(resource.args.key), resource] as const] : [],
    ),
  );
  return surveyed
    .filter((one) => canBeUnmanaged(one.kind) && matcher.isUnmanaged(one))
    .filter(({ kind, found }) => !existing.has(`${kind.name} ${safely(kind, found.args)}`))
    .map((one) => {
      const { kind, found, at } = one;
      const owner = one.owner && matcher.declared(one.owner);
      const root = rootOf(one);
      const repository = root.kind.provides === "repository" ? String(root.found.args.slug) : undefined;
      const project = root.kind.provides === "project" ? root.found.args.key : root.found.args.project;
      const environment = one.owner?.kind.provides === "environment" ? one.owner.found.args.name : undefined;
      const holder = one === root ? projects.get(String(project)) : matcher.declared(root);
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

class Matcher {
  /** The surveyed of each owner and kind. */
  readonly #below = new Map<string, Surveyed[]>();
  readonly #place = new Map<DesiredResource, string>();
  readonly #declared = new Map<string, DesiredResource>();
  readonly #ids = new Map<string, string>();
  readonly #held = new Set<string>();

  constructor(state: readonly StateResource[], surveyed: readonly Surveyed[]) {
    for (const { kind, name, id, outputs } of state) {
      this.#ids.set(keyOf({ kind, name }), canonical(id));
      this.#held.add(`${kind.name} ${ownerIn(kind, outputs)} ${canonical(id)}`);
    }
    const seen = new Set<string>();
    const add = (one: Surveyed): void => {
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
  match(resource: DesiredResource, args: Values): void {
    const { kind, parent } = resource;
    const place = parent ? this.#place.get(parent) : "";
    if (place === undefined) return;
    const candidates = this.#below.get(`${place} ${kind.name}`) ?? [];
    const id = this.#ids.get(keyOf(resource));
    const wanted = safely(kind, complete(kind, args));
    const found =
      candidates.find((one) => one.found.id === id) ??
      candidates.find((one) => wanted !== undefined && safely(kind, one.found.args) === wanted);
    if (!found) return;
    this.#place.set(resource, placeOf(found));
    this.#declared.set(placeOf(found), resource);
  }

  declared(one: Surveyed): DesiredResource | undefined {
    return this.#declared.get(placeOf(one));
  }

  isUnmanaged(one: Surveyed): boolean {
    if (this.#declared.has(placeOf(one))) return false;
    if (one.owner && !this.#declared.has(placeOf(one.owner))) return false;
    return !this.#held.has(`${one.kind.name} ${one.owner?.found.id ?? ""} ${one.found.id}`);
  }
}

/** What an object is, and is in, for good. */
function placeOf({ kind, found, owner }: Surveyed): string {
  return `${owner ? `${placeOf(owner)}/` : ""}${kind.name} ${found.id}`;
}

function rootOf(one: Surveyed): Surveyed {
  return one.owner ? rootOf(one.owner) : one;
}

/** The id of what a resource in the state belongs to, without the workspace. */
function ownerIn(kind: Kind, outputs: Values): string {
  const fields = locationFields(kind);
  for (const field of ["environment", "repository", "project"] as const)
    if (fields.includes(field) && typeof outputs[field] === "string") return canonical(outputs[field]);
  return "";
}

function nameArgs(kind: Kind, name: string): Values {
  return { [kind.naturalKey[0] ?? ""]: name };
}

/** What tells an object from its siblings; undefined where that is not known. */
function safely(kind: Kind, values: Values): string | undefined {
  const secret = secretFieldsOf(kind, values);
  if (kind.naturalKey.some((field) => secret.includes(field) || hasUnknown(values[field]))) return undefined;
  try {
    return identityOf(kind, withCanonicalUsers(kind, values));
  } catch {
    return undefined;
  }
}
