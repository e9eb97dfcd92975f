/**
 * Changes the Pulumi stacks of shards before and after an apply's operations: moves state, removes empty
 * stacks.
 */

import { formatCount } from "../errors/count";
import type { Stacks } from "../pulumi/stacks";
import type { Move } from "./layout";
import type { Listener } from "./options";
import { checkNotStopped } from "./unlessStopped";

/** Moves state. What an earlier run has moved, but not removed from its former shard, is removed now. */
export async function moveState(
  stacks: Stacks,
  moves: readonly Move[],
  listener: Listener,
  signal: AbortSignal | undefined,
): Promise<void> {
  const groups = new Map<string, Move[]>();
  for (const move of moves) {
    const key = `${move.from}\n${move.to}\n${move.done}`;
    groups.set(key, [...(groups.get(key) ?? []), move]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    checkNotStopped(signal);
    const names = group.map(({ root }) => root).join(", ");
    listener.say?.(
      `moving the state of ${names.length > 200 ? `${formatCount(group.length, "repository or project", "repositories and projects")}` : names} from ${stacks.nameOf(first.from)} to ${stacks.nameOf(first.to)}`,
    );
    if (first.done)
      await stacks.forget(
        first.from,
        group.flatMap(({ resources }) => resources.slice(0, 1).map(({ urn }) => urn)),
      );
    else
      await stacks.move(
        first.from,
        first.to,
        group.flatMap(({ resources }) => resources.map(({ urn }) => urn)),
      );
  }
}

/** Removes the empty Pulumi stacks among these, and returns the others. */
export async function removeEmpty(
  stacks: Stacks,
  shards: readonly string[],
  listener: Listener,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const shard of shards) {
    if (await stacks.removeEmpty(shard))
      listener.say?.(`the Pulumi stack ${stacks.nameOf(shard)} was empty, and was removed`);
    else left.push(shard);
  }
  return left;
}
