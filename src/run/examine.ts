/**
 * Looks at all shards of an apply before the first of them is written to, and before state moves between them: a limit
 * or a protection that stops one of them stops the run.
 */
import { Slots } from "../bitbucket";
import { UserError } from "../errors";
import { ReadRecorder } from "../live";
import type { LookResult } from "../preview";
import { type LookContext, lookAt, shardsLookedAt } from "./lookAt";
import type { KnownReads } from "./policies";
import type { ShardSettings } from "./settings";

/** What a shard was found to be before the first change. */
export interface ExaminedShard extends KnownReads {
  readonly result: LookResult;
}

interface ShardsToExamine {
  readonly context: LookContext;
  readonly settings: ShardSettings;
  /** The states of the shards that have one, as JSON that is parsed. */
  readonly states: ReadonlyMap<string, unknown>;
  /** Whether only what the YAML changes is applied. */
  readonly changed?: boolean | undefined;
}

/** What was read of all of them together: once state has moved between them, another one asks for it. */
export function joinReads(examined: ReadonlyMap<string, ExaminedShard>): KnownReads {
  const shards = [...examined.values()];
  return {
    began: Math.min(...shards.map(({ began }) => began)),
    reads: [...new Map(shards.flatMap(({ reads }) => reads.map((one) => [one.name, one]))).values()],
  };
}

/** An apply that at least one shard refuses. */
class RefusedShardsError extends UserError {
  constructor(refusals: ReadonlyMap<string, string>) {
    super(
      [
        ...[...refusals].sort().map(([stack, refusal]) => `${stack}: ${refusal}`),
        "No other shard was changed either.",
      ].join("\n"),
    );
  }
}

/**
 * Shards with a configuration of their own are left out: the engine looks at them.
 *
 * @throws {RefusedShardsError} if one of them must not be applied.
 */
export async function examineShards({
  context,
  settings,
  states,
  changed,
}: ShardsToExamine): Promise<ReadonlyMap<string, ExaminedShard>> {
  const slots = new Slots(() => shardsLookedAt);
  const examined = new Map<string, ExaminedShard>();
  await Promise.all(
    [...states].map(([shard, state]) =>
      slots.run(async () => {
        const own = settings.of(context.stacks.nameOf(shard));
        if (!own) return;
        const began = Date.now();
        const reads = new ReadRecorder(context.client);
        const look = {
          shard,
          state,
          settings: own,
          isPreview: false,
          reads,
          ...(changed ? { scope: {} } : {}),
        };
        const result = await lookAt(context, look);
        examined.set(shard, { began, reads: reads.reads, result });
      }),
    ),
  );
  const refusals = new Map<string, string>();
  for (const [shard, { result }] of examined)
    if (result.isRefusal && result.failure !== undefined)
      refusals.set(context.stacks.nameOf(shard), result.failure);
  if (refusals.size > 0) throw new RefusedShardsError(refusals);
  return examined;
}
