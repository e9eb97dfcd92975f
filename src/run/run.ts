/**
 * Runs one operation on all shards of a stack: concurrently, in order of their dependencies, with one
 * outcome.
 */
import { randomUUID } from "node:crypto";
import { loadStack, locateStack, withoutRepositoryFiles } from "../desired";
import { environment } from "../environment";
import { handOnRepositoryFiles } from "../preview";
import { Stacks } from "../pulumi/stacks";
import { environmentOf } from "./engineSettings";
import type { RunOptions, RunOutcome } from "./options";
import { refuseOtherPrograms } from "./otherPrograms";
import { prepare } from "./prepare";
import { makeRunFolder } from "./runFolder";
import { ShardRun } from "./shardRun";

/** @throws {Error} if nothing could be started: YAML with a problem, or no engine. */
export async function runShards(options: RunOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, operation, listener = {} } = options;
  const place = locateStack(root, options.stack);
  // What is deleted, and in which order, is not up to these files.
  const repositoryFiles = operation === "destroy" ? withoutRepositoryFiles : options.repositoryFiles;
  const desired = await loadStack(place.path, { repositoryFiles });
  const id = options.id ?? randomUUID();
  const env = environmentOf(options, desired);
  if (options.changed) refuseOtherPrograms(root, { ...environment(), ...options.env });
  const stacks = new Stacks(root, place.stack, env, options.engine);
  const shared = makeRunFolder();
  const folder = shared.path;
  try {
    handOnRepositoryFiles(folder, desired);
    const prepared = await prepare({
      ...options,
      stacks,
      desired,
      one: place.shard === "" ? undefined : place.shard,
      folder,
      listener: options.changed ? { ...listener, needs() {} } : listener,
    });
    if (!options.changed) listener.expect?.(prepared.resources);
    const ran = await new ShardRun({ options, id, env, place, desired, stacks, folder, prepared }).run();
    return {
      ...ran,
      operation,
      moves: prepared.moves,
      seconds: (Date.now() - began) / 1000,
      run: id,
    };
  } finally {
    shared.remove();
  }
}
