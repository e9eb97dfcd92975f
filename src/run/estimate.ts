/** How many requests all shards of a run take together. */
import { type DesiredStack, findReferences, keyOf } from "../desired";
import { describeDeletedChildren } from "../kinds/deletion";
import {
  estimateRequests,
  fillStandIns,
  hasUserReferences,
  placeChanges,
  planChanges,
  type RequestEstimate,
  type StateEntry,
} from "../plan";
import type { StackOperation } from "../pulumi/operate";

/**
 * An estimate from the YAML and the states, without a request and without a secret's value.
 *
 * @param state The state of all shards. Of a destroy, it is not needed: what the YAML says counts.
 */
export function estimateOperation(
  desired: DesiredStack,
  state: readonly StateEntry[],
  operation: StackOperation,
): RequestEstimate {
  const resources = desired.resources.map((resource) => ({
    resource,
    kind: resource.kind,
    name: resource.name,
    args: fillStandIns(resource.args),
  }));
  if (operation === "destroy") {
    const own = resources.filter(
      ({ resource: { parent } }) =>
        parent === undefined || !describeDeletedChildren(parent.kind, parent.args),
    );
    const deletions = own.map(({ kind, name, args }) => ({
      operation: "delete" as const,
      kind,
      name,
      values: args,
    }));
    return estimateRequests([], placeChanges(desired.resources, deletions));
  }
  // Of what names a user or takes a value from elsewhere, it cannot be told here whether it changes.
  const untold = new Set(
    resources.flatMap(({ resource }) =>
      hasUserReferences([resource]) || findReferences(resource.args).length > 0 ? [keyOf(resource)] : [],
    ),
  );
  const changes = planChanges(resources, state).changes.filter(
    (change) => change.operation === "create" || !untold.has(keyOf(change)),
  );
  return estimateRequests(state, placeChanges(desired.resources, changes));
}
