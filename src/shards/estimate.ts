/** How many requests all shards of a run take together. */
import { type DesiredStack, keyOf, referencesIn } from "../desired";
import {
  namesUsers,
  ownersOf,
  planOf,
  type RequestEstimate,
  requestsFor,
  type StateResource,
  withStandIns,
} from "../plan";
import { locationFields } from "../provider/location";
import type { Operation } from "./engine";

/**
 * An estimate from the YAML and the states, without a request and without a secret's value.
 *
 * @param state What all shards hold. Of a destroy, it is not needed: what the YAML says counts.
 */
export function estimateOf(
  desired: DesiredStack,
  state: readonly StateResource[],
  operation: Operation,
): RequestEstimate {
  const resources = desired.resources.map((resource) => ({
    resource,
    kind: resource.kind,
    name: resource.name,
    args: withStandIns(resource.args),
  }));
  if (operation === "destroy") {
    const deletions = resources.map(({ resource, kind, name, args }) => ({
      operation: "delete" as const,
      kind,
      name,
      values: args,
      owners: ownersOf(resource),
    }));
    return requestsFor([], deletions);
  }
  // Of what names a user or takes a value from elsewhere, it cannot be told here whether it changes.
  const untold = new Set(
    resources.flatMap(({ resource }) =>
      namesUsers([resource]) || referencesIn(resource.args).length > 0 ? [keyOf(resource)] : [],
    ),
  );
  const owners = new Map(resources.map(({ resource }) => [keyOf(resource), ownersOf(resource)]));
  const changes = planOf(resources, state).changes.flatMap((change) => {
    const key = `${change.kind.name} ${change.name}`;
    if (untold.has(key) && change.operation !== "create") return [];
    const places = locationFields(change.kind).filter((field) => change.values[field] !== undefined);
    return [{ ...change, owners: owners.get(key) ?? places }];
  });
  return requestsFor(state, changes);
}
