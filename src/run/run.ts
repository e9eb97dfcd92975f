/**
 * Runs one operation on all shards of a stack: concurrently, in order of their dependencies, with one
 * outcome.
 */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { Slots } from "../bitbucket";
import { type DesiredStack, loadStack, locateStack, withoutRepositoryFiles } from "../desired";
import { environment, variable } from "../environment";
import { UserError } from "../errors";
import { isShownOnce } from "../kinds/kind";
import { readAllowedDeletions } from "../plan";
import { handOnRepositoryFiles, programRuntime, whyOnlyEngine } from "../preview";
import type { ShardOutcome } from "../pulumi/operate";
import { runtimeOf } from "../pulumi/project";
import { writeRunContext } from "../pulumi/runContext";
import { Stacks } from "../pulumi/stacks";
import { describeNothingDeclared } from "./allowances";
import { type ExaminedShard, examineShards, joinReads } from "./examine";
import { pinnedShards } from "./layout";
import { type EngineStart, Looks, startWith } from "./looks";
import { removeEmpty } from "./moveState";
import { nodeOptionsFor } from "./nodeOptions";
import type { RunOptions, RunOutcome } from "./options";
import { orderFor, runInOrder } from "./order";
import { refuseOtherPrograms } from "./otherPrograms";
import { countLeft } from "./outcome";
import { checkAllShards, concernsAllShards } from "./policies";
import { type PreparedRun, prepare } from "./prepare";
import { makeRunFolder } from "./runFolder";
import { runShard } from "./runShard";
import { ShardSettings } from "./settings";
import { unlessStopped } from "./unlessStopped";
import { previewUnmade } from "./unmade";

/** Shards that are looked at concurrently without the engine. */
const shardsLookedAt = 8;

/** Concurrent requests of all shards together. */
const defaultConcurrency = 16;

/** @throws {Error} if nothing could be started: YAML with a problem, or no engine. */
export async function runShards(options: RunOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, operation, listener = {} } = options;
  const place = locateStack(root, options.stack);
  // What is deleted, and in which order, is not up to these files.
  const repositoryFiles = operation === "destroy" ? withoutRepositoryFiles : options.repositoryFiles;
  const desired = await loadStack(place.path, { repositoryFiles });
  const id = options.id ?? randomUUID();
  const env = environmentOf(options, skipsCheckpoints(options, desired));
  if (options.changed) refuseOtherPrograms(root, { ...environment(), ...options.env });
  const stacks = new Stacks(root, place.stack, env, options.engine);
  const shared = makeRunFolder();
  const folder = shared.path;
  try {
    handOnRepositoryFiles(folder, desired);
    const one = place.shard === "" ? undefined : place.shard;
    const stops = [options.signal, options.stopping].flatMap((signal) => signal ?? []);
    const isStopped = () => stops.some(({ aborted }) => aborted);
    const settings = options.looking && new ShardSettings(root, place.stack, options.looking.settings);
    const base = {
      stacks,
      desired,
      place,
      runtime: programRuntime(root),
      env: { ...environment(), ...env },
      folder,
      listener,
    };
    const { looking: reading } = options;
    let examined: ReadonlyMap<string, ExaminedShard> | undefined;
    const prepared = await prepare({
      ...options,
      beforeFirstWrite: async ({ moves, allowed, states }) => {
        if (!reading || !settings || options.guard || whyOnlyEngine(root, base.env) !== undefined) return;
        const about = {
          context: { ...base, client: reading.client, places: pinnedShards(moves) },
          settings,
          states,
          envOf: (shard: string) => allowanceFor(allowed.get(shard)),
          changed: options.changed,
        };
        examined = await unlessStopped(examineShards(about), stops);
        if (isStopped()) throw new UserError("Stopped. Nothing was changed.");
      },
      stacks,
      desired,
      one,
      folder,
      listener: options.changed ? { ...listener, needs() {} } : listener,
    });
    const moved = prepared.moves.length > 0;
    const width = Math.min(
      options.parallel ?? Math.max(2, availableParallelism()),
      Math.max(1, prepared.shards.length),
    );
    const concurrency = concurrencyOf(width);
    const shardEnv = {
      BITBUCKET_CONCURRENCY: String(concurrency),
      ...env,
      ...writeRunContext(folder, {
        id,
        keepsStates: !moved,
        // An estimate is of the whole stack.
        isEstimated: prepared.isEstimated || options.changed === true,
        places: operation === "preview" ? Object.fromEntries(pinnedShards(prepared.moves)) : {},
      }),
    };
    if (!options.changed) listener.expect?.(prepared.resources);
    const looking = options.usesEngine ? undefined : options.looking;
    const looked = {
      ...base,
      places: operation === "preview" ? pinnedShards(prepared.moves) : new Map<string, string>(),
    };
    const looks =
      settings && Looks.open(looking, { ...looked, root, operation, settings, changed: options.changed });
    const engines = new Slots(() => width);
    const running = new Set<string>();
    let lookedAt = 0;
    const joined = moved && examined ? joinReads(examined) : undefined;
    const engineOptions = {
      root,
      folder,
      parallel: stepsFor(concurrency, env),
      signal: options.signal,
    };
    const policies =
      operation === "up" && concernsAllShards(desired, prepared.shards)
        ? await checkAllShards({
            desired,
            examined: moved ? undefined : examined,
            shards: prepared.shards,
            states: prepared.states,
            context: looking && { ...looked, client: looking.client },
            settings,
            nameOf: (shard) => stacks.nameOf(shard),
            folder,
            changed: options.changed,
            preview: (shard) =>
              engines.run(() =>
                runShard(
                  stacks.nameOf(shard),
                  { ...options, operation: "preview", plans: undefined },
                  moved,
                  {
                    ...engineOptions,
                    env: { ...shardEnv, ...allowanceFor(prepared.allowed.get(shard)) },
                  },
                ),
              ),
            isStopped,
          })
        : undefined;
    if (policies && policies.refused.length > 0) {
      const names = new Set(policies.refused.map(({ stack }) => stack));
      return {
        operation,
        shards: policies.refused,
        skipped: prepared.shards.map((shard) => stacks.nameOf(shard)).filter((name) => !names.has(name)),
        moves: prepared.moves,
        succeeded: false,
        seconds: (Date.now() - began) / 1000,
        run: id,
      };
    }
    const runEngine = (shard: string, { handOver, targets }: EngineStart) =>
      engines.run(async () => {
        if (looks && isStopped()) return undefined;
        const name = stacks.nameOf(shard);
        running.add(name);
        listener.running?.([...running]);
        const outcome = await runShard(name, options, moved, {
          ...engineOptions,
          env: { ...shardEnv, ...allowanceFor(prepared.allowed.get(shard)), ...handOver() },
          targets,
          onDone: listener.done,
          onRead: listener.read,
        });
        running.delete(name);
        listener.running?.([...running]);
        // What is no target stays, and is not counted.
        return operation === "destroy" || targets
          ? outcome
          : describeNothingDeclared(outcome, prepared.declares.get(shard) ?? 0);
      });
    const work = async (shard: string): Promise<ShardOutcome | undefined> => {
      const changes = prepared.neverCreated.get(shard);
      if (changes) return unlessStopped(previewUnmade({ shard, changes }, looked, options.looking), stops);
      const hasMoved = moved && operation === "up" && !options.changed;
      // What another shard of this run creates first was not there yet.
      const waits = [...(prepared.before.get(shard) ?? [])].some((other) => prepared.shards.includes(other));
      const known = waits ? undefined : (policies?.reads.get(shard) ?? joined);
      const look = hasMoved
        ? undefined
        : looks?.look(
            shard,
            prepared.states.get(shard),
            known,
            waits || moved ? undefined : examined?.get(shard),
          );
      const decision = look && (await unlessStopped(look, stops));
      lookedAt += decision?.lookedAt ?? 0;
      return decision && "outcome" in decision
        ? decision.outcome
        : runEngine(shard, decision ?? startWith(known, folder, stacks.nameOf(shard)));
    };
    const { outcomes, skipped } = await runInOrder(
      prepared.shards,
      orderFor(operation, prepared.before),
      looks ? Math.max(width, shardsLookedAt) : width,
      work,
      isStopped,
    );
    if (operation === "up") await removeObsolete(stacks, prepared, outcomes, options);
    return {
      operation,
      shards: outcomes.map((outcome) => withHints(outcome, stacks, prepared)),
      skipped: skipped.map((shard) => stacks.nameOf(shard)),
      moves: prepared.moves,
      succeeded: skipped.length === 0 && outcomes.every(({ succeeded }) => succeeded),
      seconds: (Date.now() - began) / 1000,
      run: id,
      ...(options.changed ? { notLookedAt: countLeft(desired, place.shard, lookedAt) } : {}),
    };
  } finally {
    shared.remove();
  }
}

/**
 * Whether the state is written at the end alone. What a killed run has done is then found by its natural key,
 * and a secret that the API shows only once is lost.
 */
function skipsCheckpoints({ root, skipCheckpoints }: RunOptions, { resources }: DesiredStack): boolean {
  return skipCheckpoints ?? (runtimeOf(root) === "yaml" && !resources.some(({ kind }) => isShownOnce(kind)));
}

/** Variables for the engine and its commands. */
function environmentOf({ env }: RunOptions, skipCheckpoints: boolean): Record<string, string> {
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...env,
    NODE_OPTIONS: nodeOptionsFor(environment().NODE_OPTIONS),
    ...(skipCheckpoints ? { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" } : {}),
  };
}

/** One shard's part of the concurrent requests. */
function concurrencyOf(shardsAtOnce: number): number {
  const whole = variable("BITBUCKET_CONCURRENCY", environment()) ?? defaultConcurrency;
  return Math.max(2, Math.ceil(whole / shardsAtOnce));
}

/**
 * The engine's concurrent steps: fewer than the client's requests would leave these unused. Undefined if the user has set
 * them, or the engine's own default is more: four for each core.
 */
function stepsFor(concurrency: number, env: Readonly<Record<string, string>>): number | undefined {
  const whole = { ...environment(), ...env };
  const isSet = whole.PULUMI_OPTION_PARALLEL !== undefined || whole.PULUMI_PARALLEL !== undefined;
  return isSet || concurrency <= 4 * availableParallelism() ? undefined : concurrency;
}

/** Lets a shard delete this many, unless the user has allowed more. */
function allowanceFor(count: number | undefined): Record<string, string> {
  if (count === undefined) return {};
  return { BITBUCKET_ALLOW_DELETIONS: String(Math.max(count, readAllowedDeletions(environment()) ?? 0)) };
}

/** Removes the Pulumi stacks of obsolete shards whose resources are deleted by now. */
async function removeObsolete(
  stacks: Stacks,
  { obsolete }: PreparedRun,
  outcomes: readonly ShardOutcome[],
  { listener = {} }: RunOptions,
): Promise<void> {
  const done = new Set(outcomes.flatMap(({ stack, succeeded }) => (succeeded ? [stack] : [])));
  const emptied = obsolete.filter((shard) => done.has(stacks.nameOf(shard)));
  await removeEmpty(stacks, emptied, listener);
}

function withHints(outcome: ShardOutcome, stacks: Stacks, { hints }: PreparedRun): ShardOutcome {
  const own = [...hints].flatMap(([shard, lines]) => (stacks.nameOf(shard) === outcome.stack ? lines : []));
  if (own.length === 0) return outcome;
  const messages = own.map((text) => ({ severity: "warning" as const, text }));
  return { ...outcome, messages: [...outcome.messages, ...messages] };
}
