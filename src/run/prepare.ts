/**
 * Determines the work for each shard of a stack; for an apply, creates their Pulumi stacks and moves their
 * state.
 */
import { baseShard, type DesiredStack, groupByShard } from "../desired";
import { UserError } from "../errors";
import { renameHints, SuspectedRenameError } from "../plan";
import type { ResourceChange } from "../pulumi/events";
import type { Stacks } from "../pulumi/stacks";
import { computeAllowances } from "./allowances";
import { checkDestroy, type LiveShards } from "./destroy";
import { estimateOperation } from "./estimate";
import { type Move, orderOf, pinnedShards, planMoves } from "./layout";
import { moveState, removeEmpty } from "./moveState";
import type { Listener, RunOptions } from "./options";
import { followRenames, hintsAcross } from "./renames";
import { checkNotStopped } from "./unlessStopped";

export interface PreparedRun {
  readonly shards: readonly string[];
  /** For each shard, those that it waits for. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly moves: readonly Move[];
  /** A preview's changes for shards that have no Pulumi stack yet: everything is to be created. */
  readonly neverCreated: ReadonlyMap<string, readonly ResourceChange[]>;
  /** Shards that nothing is declared for any more. */
  readonly obsolete: readonly string[];
  readonly resources: number;
  /** How many deletions the limits of the whole stack allow an obsolete shard. */
  readonly allowed: ReadonlyMap<string, number>;
  /** The number of declared resources of a shard. */
  readonly declares: ReadonlyMap<string, number>;
  /** Whether the listener has received an estimate for the whole run: no shard needs to report its own. */
  readonly isEstimated: boolean;
  /** The states that were read, and have not moved since, parsed as JSON. */
  readonly states: ReadonlyMap<string, unknown>;
  /** For each shard, the suspected renames from other ones, which no shard sees by itself. */
  readonly hints: ReadonlyMap<string, readonly string[]>;
}

/** What an apply of several shards is about to do. */
export interface BeforeFirstWrite extends Pick<PreparedRun, "moves" | "allowed"> {
  /** The states that were read, parsed as JSON. */
  readonly states: ReadonlyMap<string, unknown>;
}

interface Preparation extends Pick<RunOptions, "operation" | "live" | "only" | "signal"> {
  readonly stacks: Stacks;
  readonly desired: DesiredStack;
  /** What it takes to look before a destroy. */
  readonly liveShards?: LiveShards | undefined;
  /** The only shard that was asked for. */
  readonly one: string | undefined;
  readonly listener: Listener;
  /** Called by an apply of several shards, which stops if it throws. */
  readonly beforeFirstWrite?: (about: BeforeFirstWrite) => Promise<void>;
}

/**
 * @throws {ProtectedError} if a destroy would delete what is protected, or what took the place of a resource.
 * @throws {UserError} if the engine's commands fail, or `only` names an unknown shard.
 */
export async function prepare(run: Preparation): Promise<PreparedRun> {
  const { stacks, desired, operation, one, only } = run;
  const shards = only?.map((name) => shardNamed(stacks, desired, name));
  const existing = await stacks.listExisting();
  if (operation === "destroy")
    await checkDestroy(stacks, one === undefined ? existing : [one], run.liveShards);
  const prepared =
    one !== undefined
      ? await prepareOne(run, one, existing)
      : operation === "destroy"
        ? prepareDestroy(run, existing)
        : await prepareAll(run, existing);
  return shards === undefined ? prepared : onlySome(prepared, shards);
}

const nothing: Omit<PreparedRun, "shards" | "resources"> = {
  before: new Map(),
  moves: [],
  neverCreated: new Map(),
  obsolete: [],
  allowed: new Map(),
  declares: new Map(),
  isEstimated: false,
  states: new Map(),
  hints: new Map(),
};

async function prepareOne(
  { stacks, desired, operation }: Preparation,
  one: string,
  existing: ReadonlySet<string>,
): Promise<PreparedRun> {
  const wanted = groupByShard(desired);
  const resources = wanted.get(one) ?? [];
  if (!existing.has(one) && operation === "up") await stacks.create(one);
  return {
    ...nothing,
    shards: [one],
    neverCreated:
      operation === "preview" && !existing.has(one) ? new Map([[one, createdOf(resources)]]) : new Map(),
    resources: resources.length,
    declares: countsOf(wanted),
  };
}

function prepareDestroy({ desired, listener }: Preparation, existing: ReadonlySet<string>): PreparedRun {
  listener.needs?.(estimateOperation(desired, [], "destroy"));
  return { ...nothing, shards: [...existing], before: orderOf(desired), resources: desired.resources.length };
}

async function prepareAll(run: Preparation, existing: ReadonlySet<string>): Promise<PreparedRun> {
  const { stacks, desired, operation, listener, live } = run;
  const wanted = groupByShard(desired);
  const states = new Map(
    await Promise.all([...existing].map(async (shard) => [shard, await stacks.read(shard)] as const)),
  );
  const held = new Map([...states].map(([shard, { entries }]) => [shard, entries]));
  const several = desired.sharding !== undefined || states.size > 1;
  const applied = several ? [...states.values()].flatMap(({ resources }) => resources) : [];
  // The program of a stack that is not split reports it itself.
  if (several) listener.needs?.(estimateOperation(desired, applied, operation));
  const { held: followed, suspected } = several
    ? await followRenames(desired, held, applied, live)
    : { held, suspected: [] };
  const moves = planMoves(desired, followed);
  const unwanted = [...existing].filter((shard) => shard !== baseShard && !wanted.has(shard));
  const allowed = several
    ? await computeAllowances(desired, followed, moves, () => stacks.configuration(baseShard))
    : new Map<string, number>();
  if (operation === "up" && several) {
    if (suspected.length > 0) throw new SuspectedRenameError(renameHints({ suspected }));
    await run.beforeFirstWrite?.({
      moves,
      allowed,
      states: new Map([...states].map(([shard, { state }]) => [shard, state])),
    });
  }
  const obsolete = operation === "up" ? await arrange(run, existing, unwanted, moves) : unwanted;
  const shown = operation === "preview" ? groupByShard(desired, pinnedShards(moves)) : wanted;
  const shards = [...wanted.keys(), ...obsolete];
  // Other shards may still hold everything that such a shard is to hold.
  const unmade = shards.filter((shard) => operation === "preview" && !existing.has(shard));
  return {
    shards,
    before: orderOf(desired),
    moves,
    neverCreated: new Map(unmade.map((shard) => [shard, createdOf(shown.get(shard) ?? [])])),
    obsolete,
    resources: desired.resources.length,
    allowed,
    hints: operation === "preview" ? hintsAcross(desired, held, suspected) : new Map(),
    declares: countsOf(shown),
    isEstimated: several,
    states:
      operation === "preview" || moves.length === 0
        ? new Map([...states].map(([shard, { state }]) => [shard, state]))
        : new Map(),
  };
}

/** Creates the missing Pulumi stacks and moves state between them. Returns the obsolete ones that remain. */
async function arrange(
  { stacks, desired, listener, signal }: Preparation,
  existing: ReadonlySet<string>,
  obsolete: readonly string[],
  moves: readonly Move[],
): Promise<readonly string[]> {
  // The base comes first: the others copy its configuration.
  const wanted = [...groupByShard(desired).keys()];
  for (const shard of [...wanted].sort()) {
    if (existing.has(shard)) continue;
    checkNotStopped(signal);
    listener.say?.(`creating the Pulumi stack ${stacks.nameOf(shard)}`);
    await stacks.create(shard);
  }
  await stacks.copyConfig(wanted.filter((shard) => existing.has(shard)));
  await moveState(stacks, moves, listener, signal);
  return removeEmpty(stacks, obsolete, listener);
}

/** The shard of a Pulumi stack's name. */
function shardNamed(stacks: Stacks, desired: DesiredStack, name: string): string {
  const known = [...groupByShard(desired).keys()];
  const shard = known.find((one) => stacks.nameOf(one) === name);
  if (shard === undefined)
    throw new UserError(
      `There is no shard "${name}". Existing shards: ${known.map((one) => stacks.nameOf(one)).join(", ")}.`,
    );
  return shard;
}

/** Selects some of the shards. Obsolete ones belong to the stack itself. */
function onlySome(prepared: PreparedRun, only: readonly string[]): PreparedRun {
  const wanted = new Set([...only, ...(only.includes(baseShard) ? prepared.obsolete : [])]);
  return { ...prepared, shards: prepared.shards.filter((shard) => wanted.has(shard)) };
}

function countsOf(shards: ReadonlyMap<string, DesiredStack["resources"]>): ReadonlyMap<string, number> {
  return new Map([...shards].map(([shard, resources]) => [shard, resources.length]));
}

/** The changes where nothing is in the state: everything is created. */
export function createdOf(resources: DesiredStack["resources"]): readonly ResourceChange[] {
  return resources.map(({ kind, name }) => ({ operation: "create", kind: kind.name, name, fields: [] }));
}
