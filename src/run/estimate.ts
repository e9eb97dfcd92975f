/** Estimates the requests of all shards of a run together. */
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
 * Returns an estimate from the YAML and the states, without a request and without secret values.
 *
 * @param state The state of all shards. A destroy does not need it: the YAML decides.
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
  // For resources that name a user or take a value from elsewhere, a change cannot be predicted here.
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
