/**
 * Runs one operation on all shards of a stack: concurrently, in order of their dependencies, with one
 * outcome.
 */
import { randomUUID } from "node:crypto";
import { loadStack, locateStack, withoutRepositoryFiles } from "../desired";
import { environment } from "../environment";
import { handOnRepositoryFiles, programRuntime, whyOnlyEngine } from "../preview";
import { ProviderProcesses } from "../pulumi/providerProcess";
import { Stacks } from "../pulumi/stacks";
import { environmentOf } from "./engineSettings";
import { type ExaminedShard, examineShards } from "./examine";
import { pinnedShards } from "./layout";
import { contextOfLooks } from "./lookAt";
import type { RunOptions, RunOutcome } from "./options";
import { refuseOtherPrograms } from "./otherPrograms";
import { type BeforeFirstWrite, prepare } from "./prepare";
import { makeRunFolder } from "./runFolder";
import { ShardSettings } from "./settings";
import { ShardRun } from "./shardRun";
import { checkNotStopped, unlessStopped } from "./unlessStopped";

/** @throws {Error} if nothing could be started: YAML with a problem, or no engine. */
export async function runShards(options: RunOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, operation, listener = {} } = options;
  const place = locateStack(root, options.stack);
  // What is deleted, and in which order, is not up to these files.
  const repositoryFiles = operation === "destroy" ? withoutRepositoryFiles : options.repositoryFiles;
  const desired = options.desired ?? (await loadStack(place.path, { repositoryFiles }));
  listener.begin?.(desired.workspace);
  const id = options.id ?? randomUUID();
  const env = environmentOf(options, desired);
  if (options.changed) refuseOtherPrograms(root, { ...environment(), ...options.env });
  const providers = prepareProviders(options, env);
  const stacks = new Stacks(root, place.stack, env, options.engine);
  const { looking } = options;
  const settings = looking && new ShardSettings(root, place.stack, looking.settings);
  const shared = makeRunFolder();
  const folder = shared.path;
  try {
    handOnRepositoryFiles(folder, desired);
    let examined: ReadonlyMap<string, ExaminedShard> | undefined;
    const prepared = await prepare({
      ...options,
      beforeFirstWrite: async (about) => {
        examined = await examine(options, env, { stacks, desired, place, folder, listener }, settings, about);
        checkNotStopped(options.signal);
      },
      liveShards: looking && settings && { client: looking.client, settings },
      stacks,
      desired,
      one: place.shard === "" ? undefined : place.shard,
      listener: options.changed ? { ...listener, needs() {} } : listener,
    });
    if (!options.changed) listener.expect?.(prepared.resources);
    const setup = {
      options,
      id,
      env,
      place,
      desired,
      stacks,
      folder,
      prepared,
      providers,
      examined,
      settings,
    };
    const ran = await new ShardRun(setup).run();
    return {
      ...ran,
      operation,
      workspace: desired.workspace,
      moves: prepared.moves,
      seconds: (Date.now() - began) / 1000,
      run: id,
    };
  } finally {
    await providers?.close();
    shared.remove();
  }
}

/** Undefined where only the engine can tell what would change, or a plan file has told it. */
async function examine(
  { root, looking, guard, changed, signal }: RunOptions,
  env: Readonly<Record<string, string>>,
  about: Omit<Parameters<typeof contextOfLooks>[2], "places">,
  settings: ShardSettings | undefined,
  { moves, allowed, states }: BeforeFirstWrite,
): Promise<ReadonlyMap<string, ExaminedShard> | undefined> {
  if (!looking || !settings || guard || whyOnlyEngine(root, { ...environment(), ...env }) !== undefined)
    return undefined;
  const context = contextOfLooks(root, env, { ...about, places: pinnedShards(moves), allowed });
  const shards = {
    context: { ...context, client: looking.client },
    settings,
    states,
    changed,
  };
  return unlessStopped(examineShards(shards), signal);
}

/**
 * The native provider's processes, for the engines of a compiled project; undefined where these may use another plugin. The
 * first starts at once where an engine is likely to follow.
 */
function prepareProviders(
  { root, operation, usesEngine }: RunOptions,
  env: Readonly<Record<string, string>>,
): ProviderProcesses | undefined {
  const whole = { ...environment(), ...env };
  if (programRuntime(root) !== "yaml" || whyOnlyEngine(root, whole) !== undefined) return undefined;
  const providers = new ProviderProcesses({ cwd: root, env: whole });
  if (operation !== "preview" || usesEngine) providers.prepare();
  return providers;
}
