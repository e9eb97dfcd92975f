/** The order of a stack's shards in a run, and how many run concurrently. */
import type { StackOperation } from "../pulumi/operate";

/** For each shard, those that it waits for. */
type Before = ReadonlyMap<string, ReadonlySet<string>>;

/** A preview creates nothing that another shard could wait for. */
export function orderFor(operation: StackOperation, before: Before): Before {
  if (operation === "preview") return new Map();
  return operation === "destroy" ? reverseOrder(before) : before;
}

function reverseOrder(
  before: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const after = new Map<string, Set<string>>();
  for (const [shard, others] of before) {
    for (const other of others) after.set(other, (after.get(other) ?? new Set()).add(shard));
  }
  return after;
}

/**
 * Runs the work for each shard once those before it succeeded, with limited concurrency.
 *
 * @param before For each shard, those that it waits for. Names outside the shards are ignored.
 * @param work Undefined: the run was stopped before anything was begun.
 */
export async function runInOrder<Result extends { readonly succeeded: boolean }>(
  shards: readonly string[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
  width: number,
  work: (shard: string) => Promise<Result | undefined>,
  stopped: () => boolean = () => false,
): Promise<{ outcomes: Result[]; skipped: string[] }> {
  const open = new Set(shards);
  const unfinished = new Set(shards);
  const running = new Set<Promise<void>>();
  const outcomes = new Map<string, Result>();
  const failed = new Set<string>();
  for (;;) {
    for (const shard of [...open]) {
      if (running.size >= width || stopped()) break;
      const needed = [...(before.get(shard) ?? [])];
      if (needed.some((other) => failed.has(other))) {
        open.delete(shard);
        unfinished.delete(shard);
        failed.add(shard);
      } else if (!needed.some((other) => unfinished.has(other))) {
        open.delete(shard);
        const one: Promise<void> = work(shard).then((outcome) => {
          if (outcome) outcomes.set(shard, outcome);
          if (!outcome?.succeeded) failed.add(shard);
          unfinished.delete(shard);
          running.delete(one);
        });
        running.add(one);
      }
    }
    if (running.size === 0 && (stopped() || open.size === 0)) break;
    if (running.size > 0) await Promise.race(running);
  }
  return {
    outcomes: shards.flatMap((shard) => outcomes.get(shard) ?? []),
    skipped: shards.filter((shard) => !outcomes.has(shard)),
  };
}
