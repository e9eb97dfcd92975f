/** Matches declared resources to live objects. */
import type { DesiredResource } from "../desired";
import { identityOf, type Kind, type Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import type { SurveyedObject } from "../live";
import { check } from "../model/check";

/**
 * Returns the live object of each resource that has one: of the same kind and natural key, below the same
 * owner.
 *
 * @param args The args of the resources with users by their UUIDs, if they differ from the YAML.
 * @param idOf The id of a resource that is in the state: it says more than a natural key, which may have changed.
 */
export function matchObjects(
  resources: readonly DesiredResource[],
  objects: readonly SurveyedObject[],
  args: ReadonlyMap<DesiredResource, Properties> = new Map(),
  idOf: (resource: DesiredResource) => string | undefined = () => undefined,
): ReadonlyMap<DesiredResource, SurveyedObject> {
  const live = new Map<Kind, Map<SurveyedObject | undefined, Map<string, SurveyedObject>>>();
  for (const object of objects) {
    const identity = identityIn(object.kind, object.found.args);
    if (identity === undefined) continue;
    const byOwner =
      live.get(object.kind) ?? new Map<SurveyedObject | undefined, Map<string, SurveyedObject>>();
    live.set(object.kind, byOwner);
    const siblings = byOwner.get(object.owner) ?? new Map<string, SurveyedObject>();
    byOwner.set(object.owner, siblings);
    if (!siblings.has(identity)) siblings.set(identity, object);
  }
  const byId = new Map<Kind, Map<SurveyedObject | undefined, Map<string, SurveyedObject>>>();
  for (const object of objects) {
    const byOwner =
      byId.get(object.kind) ?? new Map<SurveyedObject | undefined, Map<string, SurveyedObject>>();
    byId.set(object.kind, byOwner);
    byOwner.set(object.owner, (byOwner.get(object.owner) ?? new Map()).set(object.found.id, object));
  }
  const matches = new Map<DesiredResource, SurveyedObject>();
  for (const resource of resources) {
    const owner = resource.parent && matches.get(resource.parent);
    if (resource.parent && !owner) continue;
    const id = idOf(resource);
    const same = id === undefined ? undefined : byId.get(resource.kind)?.get(owner)?.get(toCanonicalUuid(id));
    if (same) {
      matches.set(resource, same);
      continue;
    }
    const identity = declaredIdentity(resource, args);
    const found = identity === undefined ? undefined : live.get(resource.kind)?.get(owner)?.get(identity);
    if (found) matches.set(resource, found);
  }
  return matches;
}

/** The natural key of a declared resource, as {@link identityIn} has it for a live object. */
export function declaredIdentity(
  resource: DesiredResource,
  args: ReadonlyMap<DesiredResource, Properties>,
): string | undefined {
  return identityIn(resource.kind, normalizeArgs(resource.kind, args.get(resource) ?? resource.args));
}

/** The args as the API returns them: lists in its order, for example. */
function normalizeArgs(kind: Kind, args: Properties): Properties {
  return { ...args, ...check(kind, {}, args).inputs };
}

/** A natural key, or undefined for args that have none. */
export function identityIn(kind: Kind, args: Properties): string | undefined {
  try {
    return identityOf(kind, args);
  } catch {
    // An invalid URL, for example: it matches nothing.
    return undefined;
  }
}
