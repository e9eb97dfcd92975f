/** Repositories and projects with a new key: their state may have to move to that key's shard. */
import { type DesiredStack, keyOf, shardOf } from "../desired";
import { findRenames, type LiveLookup, renameHints, type StateEntry, type SuspectedRename } from "../plan";
import type { ShardEntry } from "../pulumi/stacks";

interface FollowedRenames {
  /** The resources of the shards, under the names they continue with. */
  readonly held: ReadonlyMap<string, readonly ShardEntry[]>;
  /** Renames that are not declared, also from one shard to another. */
  readonly suspected: readonly SuspectedRename[];
}

/**
 * Returns what continues under another name, and what may be meant to.
 *
 * @param state The same resources with their last applied values.
 */
export async function followRenames(
  desired: DesiredStack,
  held: ReadonlyMap<string, readonly ShardEntry[]>,
  state: readonly StateEntry[],
  live: LiveLookup | undefined,
): Promise<FollowedRenames> {
  const roots = desired.resources.filter((resource) => !resource.parent);
  const { former, suspected } = await findRenames(
    roots.map((resource) => ({ resource, args: resource.args })),
    state,
    live,
  );
  const keys = new Map([...former].map(([resource, { urn }]) => [urn, keyOf(resource)]));
  if (keys.size === 0) return { held, suspected };
  const renamed = [...held].map(
    ([shard, resources]) =>
      [shard, resources.map((one) => ({ ...one, key: keys.get(one.urn) ?? one.key }))] as const,
  );
  return { held: new Map(renamed), suspected };
}

/** Hints about what vanished in one shard and appeared in another one, by the shard in which it appeared. */
export function hintsAcross(
  { sharding }: DesiredStack,
  held: ReadonlyMap<string, readonly ShardEntry[]>,
  suspected: readonly SuspectedRename[],
): ReadonlyMap<string, readonly string[]> {
  const hints = new Map<string, string[]>();
  for (const one of suspected) {
    const shard = shardOf(sharding, one.resource);
    if (held.get(shard)?.some(({ urn }) => urn === one.state.urn)) continue;
    hints.set(shard, [...(hints.get(shard) ?? []), ...renameHints({ suspected: [one] })]);
  }
  return hints;
}
