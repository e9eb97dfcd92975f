/** Repositories and projects with a new key: their state may have to move to the shard of that one. */
import { readFileSync } from "node:fs";
import { type DesiredStack, keyOf } from "../desired";
import { type LiveLook, renamesOf, resourcesIn } from "../plan";
import type { Held } from "./stacks";

/**
 * What the shards hold, under the names that it goes on with.
 *
 * @param files The exported states of the shards.
 */
export async function followRenames(
  desired: DesiredStack,
  held: ReadonlyMap<string, readonly Held[]>,
  files: readonly string[],
  live: LiveLook | undefined,
): Promise<ReadonlyMap<string, readonly Held[]>> {
  if (held.size < 2 && !desired.sharding) return held;
  const roots = desired.resources.filter((resource) => !resource.parent);
  const state = files.flatMap((file) => resourcesIn(JSON.parse(readFileSync(file, "utf8"))));
  const { former } = await renamesOf(
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
