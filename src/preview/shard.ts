/** The part of a stack that a Pulumi stack holds. */
import { type DesiredStack, loadStack, type RepositoryFileSource, type StackLocation } from "../desired";
import type { Env } from "../environment";
import { UserError } from "../errors";
import { runContext } from "../pulumi/runContext";
import { selectShard } from "./declare";
import { handedRepositoryFiles } from "./handedFiles";

/**
 * Loads a stack, and selects the shard of a Pulumi stack.
 *
 * @param env The run's environment: a preview may leave repositories and projects in their former shards.
 * @param repositoryFiles Reads what the run has not handed on.
 * @throws {UserError} if the stack has no shards, and the Pulumi stack is named like one.
 */
export async function loadShard(
  { path, shard }: StackLocation,
  env: Env,
  repositoryFiles: RepositoryFileSource,
): Promise<{ readonly whole: DesiredStack; readonly stack: DesiredStack }> {
  const whole = await loadStack(path, {
    repositoryFiles: handedRepositoryFiles(env) ?? repositoryFiles,
  });
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
