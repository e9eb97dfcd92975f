/** How many requests all shards of a run take together. */
import { type DesiredStack, keyOf, referencesIn } from "../desired";
import { takesAlong } from "../kinds/deletion";
import {
  namesUsers,
  placedIn,
  planOf,
  type RequestEstimate,
  requestsFor,
  type StateResource,
  withStandIns,
} from "../plan";
import type { Operation } from "../pulumi/operate";

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
    const own = resources.filter(
      ({ resource: { parent } }) => parent === undefined || !takesAlong(parent.kind, parent.args),
    );
    const deletions = own.map(({ kind, name, args }) => ({
      operation: "delete" as const,
      kind,
      name,
      values: args,
    }));
    return requestsFor([], placedIn(desired.resources, deletions));
  }
  // Of what names a user or takes a value from elsewhere, it cannot be told here whether it changes.
  const untold = new Set(
    resources.flatMap(({ resource }) =>
      namesUsers([resource]) || referencesIn(resource.args).length > 0 ? [keyOf(resource)] : [],
    ),
  );
  const changes = planOf(resources, state).changes.filter(
    (change) => change.operation === "create" || !untold.has(keyOf(change)),
  );
  return requestsFor(state, placedIn(desired.resources, changes));
}
