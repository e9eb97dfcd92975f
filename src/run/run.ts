/** One operation on all shards of a stack: side by side, in order where they need each other, with one outcome. */
import { randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { readWholeNumber } from "../bitbucket";
import { baseShard, type DesiredStack, groupByShard, loadStack, locateStack } from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import { withDefaults } from "../model/values";
import { checkProtected, type LiveLookup, type RequestEstimate, readAllowedDeletions } from "../plan";
import type { ResourceChange } from "../pulumi/events";
import { readNotes } from "../pulumi/notes";
import { type OperateOptions, runOperation, type ShardOutcome, type StackOperation } from "../pulumi/operate";
import { Stacks } from "../pulumi/stacks";
import { computeAllowances, describeNothingDeclared } from "./allowances";
import { estimateOperation } from "./estimate";
import { type Move, orderOf, pinnedShards, planMoves } from "./layout";
import { interpret } from "./outcome";
import { followRenames } from "./renames";
import { makeRunFolder } from "./runFolder";

/** Ends a provider's process with its engine, from its first moment on. */
const watchModule = require.resolve("../provider/watch");

/** Requests at once, of all shards together. */
const defaultConcurrency = 16;

export interface RunOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it: `acme`, `acme.PLAT`. */
  readonly stack: string;
  readonly operation: StackOperation;
  /** Shards at once. Default: as many as the machine has cores, at least two. */
  readonly parallel?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ends the engines in order. */
  readonly signal?: AbortSignal | undefined;
  /** Whether no further shard is started. */
  readonly stopped?: (() => boolean) | undefined;
  /** Whether the engine leaves out writing its state after every step. */
  readonly skipCheckpoints?: boolean | undefined;
  readonly listener?: Listener | undefined;
  /** Looks at the live objects of the state, to tell what was renamed on the server. */
  readonly live?: LiveLookup | undefined;
  /** Only these of the shards, by the names of their Pulumi stacks: for a preview in parts. */
  readonly only?: readonly string[] | undefined;
  /** Where a preview writes the engine's update plans. */
  readonly plans?: string | undefined;
  /** What an apply is held to. */
  readonly guard?: ApplyGuard | undefined;
}

/** Holds an apply to what was planned, shard by shard. */
export interface ApplyGuard {
  /** The folder of the update plans of an earlier preview, which has been checked. */
  readonly plans: string;
  /** Why a shard must not be applied, by a preview of it: for one that has no update plan yet. */
  check(preview: ShardOutcome): string | undefined;
}

/** Hears how a run goes on. */
export interface Listener {
  /** So many requests it takes, all shards together, as far as can be told. */
  needs?(requests: RequestEstimate): void;
  /** So many resources are there to be looked at. */
  expect?(resources: number): void;
  done?(): void;
  /** One was read from Bitbucket, before it is looked at. */
  read?(): void;
  running?(shards: readonly string[]): void;
  say?(line: string): void;
}

export interface RunOutcome {
  readonly operation: StackOperation;
  readonly shards: readonly ShardOutcome[];
  /** Shards that were not begun, since one that they need failed or the run was stopped. */
  readonly skipped: readonly string[];
  readonly moves: readonly Move[];
  readonly succeeded: boolean;
  readonly seconds: number;
  /** What the processes of this run have in common in the ledger of requests. */
  readonly run: string;
}

/** @throws {Error} where nothing could be begun: YAML with a problem, or no engine. */
export async function runShards(options: RunOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, operation, listener = {} } = options;
  const place = locateStack(root, options.stack);
  const desired = await loadStack(place.path);
  const run = randomUUID();
  const pulumi = await PulumiCommand.get();
  const parallel = options.parallel ?? Math.max(2, availableParallelism());
  const env: Record<string, string> = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...options.env,
    NODE_OPTIONS: [environment().NODE_OPTIONS, `--require ${JSON.stringify(watchModule)}`]
      .filter(Boolean)
      .join(" "),
    BITBUCKET_RUN: run,
    ...(options.skipCheckpoints ? { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" } : {}),
  };
  const stacks = new Stacks(root, place.stack, env);
  const shared = makeRunFolder();
  const folder = shared.path;
  env.BITBUCKET_SHARED_READS = folder;
  try {
    const one = place.shard === "" ? undefined : place.shard;
    const prepared = selectShards(
      await prepare({ stacks, desired, operation, one, folder, listener, live: options.live }),
      options.only?.map((name) => shardNamed(stacks, desired, name)),
    );
    if (prepared.moves.length === 0) env.BITBUCKET_STATES = folder;
    if (prepared.estimated) env.BITBUCKET_ESTIMATED = "1";
    if (prepared.moves.length > 0 && operation === "preview") {
      const file = join(folder, "places.json");
      writeFileSync(file, JSON.stringify(Object.fromEntries(pinnedShards(prepared.moves))));
      env.BITBUCKET_SHARD_PLACES = file;
    }
    const width = Math.min(parallel, Math.max(1, prepared.shards.length));
    const concurrency = readWholeNumber("BITBUCKET_CONCURRENCY", environment().BITBUCKET_CONCURRENCY, 1);
    env.BITBUCKET_CONCURRENCY ??= String(Math.max(2, Math.ceil((concurrency ?? defaultConcurrency) / width)));
    listener.expect?.(prepared.resources);
    const running = new Set<string>();
    const work = async (shard: string): Promise<ShardOutcome> => {
      const name = stacks.nameOf(shard);
      running.add(name);
      listener.running?.([...running]);
      const unmade = prepared.neverCreated.get(shard);
      const outcome = unmade
        ? { stack: name, succeeded: true, changes: unmade, unchanged: 0, messages: [], live: {}, seconds: 0 }
        : await checkGuard(name, options, prepared.moves.length > 0, {
            root,
            pulumi,
            env: { ...env, ...allowanceEnv(prepared.allowed.get(shard)) },
            signal: options.signal,
            onDone: listener.done,
            onRead: listener.read,
          });
      running.delete(name);
      listener.running?.([...running]);
      return operation === "destroy"
        ? outcome
        : describeNothingDeclared(outcome, prepared.declares.get(shard) ?? 0);
    };
    const { outcomes, skipped } = await runInOrder(
      prepared.shards,
      orderFor(operation, prepared.before),
      width,
      work,
      () => options.signal?.aborted === true || options.stopped?.() === true,
    );
    if (operation === "up") {
      const done = new Set(outcomes.flatMap(({ stack, succeeded }) => (succeeded ? [stack] : [])));
      await removeEmpty(
        stacks,
        prepared.obsolete.filter((shard) => done.has(stacks.nameOf(shard))),
        listener,
      );
    }
    return {
      operation,
      shards: outcomes,
      skipped: skipped.map((shard) => stacks.nameOf(shard)),
      moves: prepared.moves,
      succeeded: skipped.length === 0 && outcomes.every(({ succeeded }) => succeeded),
      seconds: (Date.now() - began) / 1000,
      run,
    };
  } finally {
    shared.remove();
  }
}

/** An operation on one shard, held to a plan where there is one. */
async function checkGuard(
  name: string,
  { operation, plans, guard }: RunOptions,
  moved: boolean,
  settings: OperateOptions,
): Promise<ShardOutcome> {
  if (operation === "preview" && plans !== undefined)
    return runOne(name, operation, { ...settings, plan: join(plans, `${name}.json`) });
  if (operation !== "up" || guard === undefined) return runOne(name, operation, settings);
  const plan = join(guard.plans, `${name}.json`);
  if (moved || !existsSync(plan)) {
    const preview = await runOne(name, "preview", {
      ...settings,
      plan,
      onDone: undefined,
      onRead: undefined,
    });
    const problem = preview.succeeded ? guard.check(preview) : undefined;
    if (!preview.succeeded) return preview;
    if (problem !== undefined)
      return {
        ...preview,
        succeeded: false,
        changes: [],
        messages: [...preview.messages, { severity: "error", text: problem }],
      };
  }
  return runOne(name, operation, { ...settings, plan });
}

async function runOne(
  name: string,
  operation: StackOperation,
  settings: OperateOptions,
): Promise<ShardOutcome> {
  const { BITBUCKET_SHARED_READS: folder } = settings.env;
  const outcome = await runOperation(name, operation, settings);
  return interpret(outcome, operation, folder === undefined ? [] : readNotes(folder));
}

/** What lets a shard delete so many, unless the user has allowed more. */
function allowanceEnv(count: number | undefined): Record<string, string> {
  if (count === undefined) return {};
  return { BITBUCKET_ALLOW_DELETIONS: String(Math.max(count, readAllowedDeletions(environment()) ?? 0)) };
}

/** The shard of a Pulumi stack's name. */
function shardNamed(stacks: Stacks, desired: DesiredStack, name: string): string {
  const known = [...groupByShard(desired).keys()];
  const shard = known.find((one) => stacks.nameOf(one) === name);
  if (shard === undefined)
    throw new UserError(
      `There is no shard "${name}". These are there: ${known.map((one) => stacks.nameOf(one)).join(", ")}.`,
    );
  return shard;
}

/** Some of the shards. Those that are wanted no more go with the stack itself. */
function selectShards(prepared: PreparedRun, only: readonly string[] | undefined): PreparedRun {
  if (only === undefined) return prepared;
  const wanted = new Set([...only, ...(only.includes(baseShard) ? prepared.obsolete : [])]);
  return { ...prepared, shards: prepared.shards.filter((shard) => wanted.has(shard)) };
}

interface PreparedRun {
  readonly shards: readonly string[];
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly moves: readonly Move[];
  /** What a preview says of shards that have no Pulumi stack yet: all of it is to be created. */
  readonly neverCreated: ReadonlyMap<string, readonly ResourceChange[]>;
  /** Shards that are wanted no more. */
  readonly obsolete: readonly string[];
  readonly resources: number;
  /** How many deletions the whole of the stack leaves to a shard that is wanted no more. */
  readonly allowed: ReadonlyMap<string, number>;
  /** How many resources the YAML has for a shard. */
  readonly declares: ReadonlyMap<string, number>;
  /** The listener heard how many requests all of it takes: no shard has to say it for itself. */
  readonly estimated?: boolean;
}

async function prepare(run: {
  readonly stacks: Stacks;
  readonly desired: DesiredStack;
  readonly operation: StackOperation;
  /** The only shard that is asked for. */
  readonly one: string | undefined;
  /** Where the states are kept for the programs. */
  readonly folder: string;
  readonly listener: Listener;
  readonly live: LiveLookup | undefined;
}): Promise<PreparedRun> {
  const { stacks, desired, operation, one, folder, listener, live } = run;
  const existing = await stacks.listExisting();
  const wanted = groupByShard(desired);
  if (operation === "destroy") {
    const states = await Promise.all(
      (one === undefined ? [...existing] : [one]).map((shard) => stacks.deployment(shard)),
    );
    checkProtected(
      states.flatMap(({ resources }) =>
        resources.map(({ kind, entry }) => ({ kind, values: withDefaults(kind, entry.outputs ?? {}) })),
      ),
    );
  }
  if (one !== undefined) {
    const shards = [one];
    if (!existing.has(one) && operation === "up") await stacks.create(one);
    return {
      shards,
      before: new Map(),
      moves: [],
      neverCreated:
        operation === "preview" && !existing.has(one)
          ? findNeverCreated([[one, wanted.get(one) ?? []]])
          : new Map(),
      obsolete: [],
      resources: wanted.get(one)?.length ?? 0,
      allowed: new Map(),
      declares: countsOf(wanted),
    };
  }
  if (operation === "destroy") {
    listener.needs?.(estimateOperation(desired, [], operation));
    return {
      shards: [...existing],
      before: orderOf(desired),
      moves: [],
      neverCreated: new Map(),
      obsolete: [],
      resources: desired.resources.length,
      allowed: new Map(),
      declares: new Map(),
    };
  }
  const states = new Map(
    await Promise.all([...existing].map(async (shard) => [shard, await stacks.read(shard, folder)] as const)),
  );
  const held = new Map([...states].map(([shard, { entries }]) => [shard, entries]));
  const several = desired.sharding !== undefined || states.size > 1;
  const applied = several ? [...states.values()].flatMap(({ resources }) => resources) : [];
  // The program of a stack that is not split says it itself.
  if (several) listener.needs?.(estimateOperation(desired, applied, operation));
  const followed = several ? await followRenames(desired, held, applied, live) : held;
  const moves = planMoves(desired, followed);
  let obsolete: readonly string[] = [...existing].filter(
    (shard) => shard !== baseShard && !wanted.has(shard),
  );
  if (operation === "up") {
    // The base comes first: the others take its configuration.
    for (const shard of [...wanted.keys()].sort()) {
      if (existing.has(shard)) continue;
      listener.say?.(`making the Pulumi stack ${stacks.nameOf(shard)}`);
      await stacks.create(shard);
    }
    await stacks.copyConfig([...wanted.keys()].filter((shard) => existing.has(shard)));
    await applyMoves(stacks, moves, listener);
    obsolete = await removeEmpty(stacks, obsolete, listener);
  }
  const shown = operation === "preview" ? groupByShard(desired, pinnedShards(moves)) : wanted;
  const shards = [...wanted.keys(), ...obsolete];
  return {
    shards,
    before: orderOf(desired),
    moves,
    neverCreated:
      operation === "preview"
        ? // All that such a shard is to hold may still be held by others.
          findNeverCreated(
            shards.flatMap((shard) =>
              existing.has(shard) ? [] : [[shard, shown.get(shard) ?? []] as const],
            ),
          )
        : new Map(),
    obsolete,
    resources: desired.resources.length,
    allowed: several
      ? await computeAllowances(desired, followed, moves, () => stacks.configuration(baseShard))
      : new Map(),
    declares: countsOf(shown),
    estimated: several,
  };
}

function countsOf(shards: ReadonlyMap<string, DesiredStack["resources"]>): ReadonlyMap<string, number> {
  return new Map([...shards].map(([shard, resources]) => [shard, resources.length]));
}

function findNeverCreated(
  shards: readonly (readonly [string, DesiredStack["resources"]])[],
): ReadonlyMap<string, readonly ResourceChange[]> {
  return new Map(
    shards.map(([shard, resources]) => [
      shard,
      resources.map(({ kind, name }) => ({
        operation: "create" as const,
        kind: kind.name,
        name,
        fields: [],
      })),
    ]),
  );
}

/** Moves state. What an earlier run has moved, but not removed from its former shard, is removed now. */
async function applyMoves(stacks: Stacks, moves: readonly Move[], listener: Listener): Promise<void> {
  const groups = new Map<string, Move[]>();
  for (const move of moves) {
    const key = `${move.from}\n${move.to}\n${move.done}`;
    groups.set(key, [...(groups.get(key) ?? []), move]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const names = group.map(({ root }) => root).join(", ");
    listener.say?.(
      `moving the state of ${names.length > 200 ? `${group.length} repositories and projects` : names} from ${stacks.nameOf(first.from)} to ${stacks.nameOf(first.to)}`,
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
async function removeEmpty(
  stacks: Stacks,
  shards: readonly string[],
  listener: Listener,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const shard of shards) {
    if (await stacks.removeEmpty(shard))
      listener.say?.(`the Pulumi stack ${stacks.nameOf(shard)} held nothing any more, and is gone`);
    else left.push(shard);
  }
  return left;
}

/** A preview makes nothing that another shard could wait for. */
function orderFor(operation: StackOperation, before: PreparedRun["before"]): PreparedRun["before"] {
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
 * Does the work for each shard once those before it went well, so many at once.
 *
 * @param before For each shard, those that it waits for. Those that are not among the shards are not waited for.
 */
export async function runInOrder<Result extends { readonly succeeded: boolean }>(
  shards: readonly string[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
  width: number,
  work: (shard: string) => Promise<Result>,
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
          outcomes.set(shard, outcome);
          if (!outcome.succeeded) failed.add(shard);
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
