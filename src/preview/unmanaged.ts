/** Live objects that the YAML does not declare, and its policy for them. */
import { baseShard, type DesiredStack, keyOf, type StackLocation } from "../desired";
import type { StateEntry } from "../plan";
import { applyPolicies } from "../unmanaged/check";
import { findUnmanaged } from "../unmanaged/find";
import type { UnmanagedObject } from "../unmanaged/model";
import type { ProgramContext } from "./context";
import type { ResolvedResource } from "./resolved";

/**
 * Reports unmanaged resources as far as the YAML's policy requires, and returns those to remove.
 *
 * @param scope The keys of what counts, if not all does: then it is looked into alone, and nothing is removed.
 */
export async function findUnmanagedIn(
  stack: DesiredStack,
  { stack: name, shard }: StackLocation,
  desired: readonly ResolvedResource[],
  state: readonly StateEntry[] | undefined,
  { live: reader, log }: ProgramContext,
  scope?: ReadonlySet<string>,
): Promise<readonly UnmanagedObject[]> {
  const args = new Map(desired.map((one) => [one.resource, one.args]));
  const found = await findUnmanaged({
    stack,
    args: (resource) => args.get(resource),
    state: state ?? [],
    inside: desired
      .map(({ resource }) => resource)
      .filter((resource) => scope === undefined || scope.has(keyOf(resource))),
    // Resources of no project or repository belong to the base.
    ofWorkspace: scope === undefined && shard === baseShard,
    defaultPolicy: "ignore",
    reader,
  });
  const { warnings, removals } = await applyPolicies(found, {
    stack: name,
    reader,
    canRemove: state !== undefined,
  });
  for (const warning of warnings) await log.warn(warning);
  if (scope === undefined || removals.length === 0) return removals;
  await log.warn("Unmanaged resources are deleted by an apply without --changed. None was deleted.");
  return [];
}
