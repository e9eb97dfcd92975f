/** Repositories and projects with a new key: their state may have to move to that key's shard. */
import { type DesiredStack, keyOf } from "../desired";
import { findRenames, type LiveLookup, type StateEntry } from "../plan";
import type { ShardEntry } from "../pulumi/stacks";

/**
 * Returns the resources of the shards, under the names they continue with.
 *
 * @param state The same resources with their last applied values.
 */
export async function followRenames(
  desired: DesiredStack,
  held: ReadonlyMap<string, readonly ShardEntry[]>,
  state: readonly StateEntry[],
  live: LiveLookup | undefined,
): Promise<ReadonlyMap<string, readonly ShardEntry[]>> {
  const roots = desired.resources.filter((resource) => !resource.parent);
  const { former } = await findRenames(
    roots.map((resource) => ({ resource, args: resource.args })),
    state,
    live,
  );
  const keys = new Map([...former].map(([resource, { urn }]) => [urn, keyOf(resource)]));
  if (keys.size === 0) return held;
  return new Map(
    [...held].map(([shard, resources]) => [
      shard,
      resources.map((one) => ({ ...one, key: keys.get(one.urn) ?? one.key })),
    ]),
  );
}
