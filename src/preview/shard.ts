/** The part of a stack that a Pulumi stack holds. */
import { type DesiredStack, loadStack, type StackLocation } from "../desired";
import { UserError } from "../errors";
import { runContext } from "../pulumi/runContext";
import { selectShard } from "./declare";

/**
 * Loads a stack, and selects the shard of a Pulumi stack.
 *
 * @param env The run's environment: a preview may leave repositories and projects in their former shards.
 * @throws {UserError} if the stack has no shards, and the Pulumi stack is named like one.
 */
export async function loadShard(
  { path, shard }: StackLocation,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly whole: DesiredStack; readonly stack: DesiredStack }> {
  const whole = await loadStack(path);
  const places = new Map(Object.entries(runContext(env)?.places ?? {}));
  if (shard !== "" && !whole.sharding && places.size === 0) throw new NoShardsError(path, shard);
  return { whole, stack: selectShard(whole, shard, places) };
}

class NoShardsError extends UserError {
  constructor(path: string, shard: string) {
    super(
      `${path} is not split into shards, so that it has no shard "${shard}". Write "shards:" into it, or select its own stack.`,
    );
  }
}
