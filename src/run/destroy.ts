/** Looks at all shards of a destroy before the first of them is written to. */
import type { Client } from "../bitbucket";
import { LiveReader } from "../live";
import { findProtected, findRecreated } from "../plan";
import { ProtectedError } from "../provider/limits";
import type { Stacks } from "../pulumi/stacks";
import type { ShardSettings } from "./settings";

/** What it takes to compare the states with Bitbucket. */
export interface LiveShards {
  /** Only reads. */
  readonly client: Client;
  readonly settings: ShardSettings;
}

/**
 * @param live Left out where the engine alone may look: then each shard finds by itself what somebody has recreated. So do
 *   shards with a configuration of their own.
 * @throws {ProtectedError} if one of the shards must not be destroyed.
 */
export async function checkDestroy(
  stacks: Stacks,
  shards: Iterable<string>,
  live: LiveShards | undefined,
): Promise<void> {
  const reader = live && new LiveReader(live.client);
  const reasons = await Promise.all(
    [...shards].map(async (shard) => {
      const { resources } = await stacks.read(shard);
      const refused = findProtected({
        changes: resources.map(({ kind, name, outputs }) => ({
          operation: "delete" as const,
          kind,
          name,
          values: outputs,
        })),
      });
      if (refused.length > 0 || !reader || !live.settings.of(stacks.nameOf(shard))) return refused;
      return findRecreated(
        resources.filter(({ pendingDelete, needsNoRequest }) => !pendingDelete && !needsNoRequest),
        reader,
      );
    }),
  );
  if (reasons.flat().length > 0) throw new ProtectedError(reasons.flat());
}
