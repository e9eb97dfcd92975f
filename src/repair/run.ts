/**
 * Runs `repair` on all shards of a stack: reads the states, compares them with the server, writes the states.
 */
import { baseShard, groupByShard, loadStack, locateStack, type RepositoryFileSource } from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import type { LiveReader } from "../live";
import type { Lifecycle } from "../provider/lifecycle";
import { describeHolders, findLockedRun, type LockedRun } from "../pulumi/lock";
import type { Deployment, StateManager } from "../pulumi/state";
import { type Listener, LockedError, Stacks } from "../run";
import { examineStates, type RepairFinding } from "./examine";

/** Concurrent engine processes. */
const width = 4;

/** How often a state is rewritten after its lock was released, at most: it can be locked again. */
const maxLocks = 3;

interface RepairOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it: `acme`, `acme.PLAT`. */
  readonly stack: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Finds who manages what is added to an empty state: asked only for that. */
  readonly manager: () => StateManager;
  /** Both only read. */
  readonly lifecycle: Lifecycle;
  readonly reader: LiveReader;
  /** Reads the files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
  /** Resolves values that YAML takes from elsewhere. */
  readonly readBitbucket: (path: string) => Promise<string>;
  /** Shows the findings. If it returns false, nothing is written. */
  readonly consent: (found: RepairFindings) => Promise<boolean>;
  /** Asks whether to release a lock, with the engine's description of who holds it. */
  readonly unlock: (lock: Lock) => Promise<boolean>;
  readonly listener?: Pick<Listener, "begin" | "expect" | "done"> | undefined;
}

export interface Lock {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  /** The engine's description: by whom, and since when. */
  readonly said: string;
  /** The run that holds the lock. */
  readonly run: LockedRun;
}

interface ShardFindings {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  readonly findings: readonly RepairFinding[];
}

export interface RepairFindings {
  readonly shards: readonly ShardFindings[];
  /** The number of resources in all states before the repair. */
  readonly held: number;
}

export interface RepairOutcome extends RepairFindings {
  /** Whether the states were written. */
  readonly written: boolean;
  /** The Pulumi stacks whose locks were released. */
  readonly unlocked: readonly string[];
}

/** A stack whose lock was not released. */
class StillLockedError extends UserError {
  constructor({ stack, said, run }: Lock) {
    super(
      run.status === "running"
        ? `A run is in progress on the stack ${stack}: process ${run.pid} on this machine. Wait for it, or stop it, and run this again.`
        : `The stack ${stack} is locked, and was left so: ${describeHolders(said)}.`,
    );
  }
}

export async function runRepair(options: RepairOptions): Promise<RepairOutcome> {
  const { root, lifecycle, reader, listener } = options;
  const place = locateStack(root, options.stack);
  const one = place.shard === baseShard ? undefined : place.shard;
  const desired = await loadStack(place.path, { repositoryFiles: options.repositoryFiles });
  listener?.begin?.(desired.workspace);
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", ...options.env };
  const stacks = new Stacks(root, place.stack, env, undefined, options.manager);
  const existing = [...(await stacks.listExisting())].sort();
  if (one !== undefined && !existing.includes(one) && !groupByShard(desired).has(one))
    throw new UserError(`The stack ${place.stack} has no shard "${one}".`);
  const texts = new Map(
    await runSequentially(existing, async (shard) => [shard, await stacks.exportText(shard)] as const),
  );
  const states = new Map([...texts].map(([shard, text]) => [shard, stacks.parse(shard, text)]));
  const held = [...states.values()].reduce((sum, state) => sum + state.resources.length, 0);
  const config = await configuration(stacks, one ?? baseShard, existing);
  const { findings, changed } = await examineStates({
    desired,
    states,
    one,
    newState: (shard) => stacks.parse(shard, '{"version":3,"deployment":{}}'),
    lifecycle,
    reader,
    secrets: { env: environment(), config, bitbucket: options.readBitbucket },
    listener,
  });
  const looked =
    one === undefined ? [...new Set([...existing, ...groupByShard(desired).keys()])].sort() : [one];
  const shards = looked.map((shard) => ({
    stack: stacks.nameOf(shard),
    findings: findings.get(shard) ?? [],
  }));
  const found = { shards, held };
  if (!(await options.consent(found))) return { ...found, written: false, unlocked: [] };

  const unlocked: string[] = [];
  await runSequentially(looked, async (shard) => {
    const base = texts.get(shard);
    const state = changed.get(shard);
    if (base === undefined && state === undefined) return;
    if (base === undefined && state) {
      await stacks.create(shard);
      // A new stack's own state says how its secrets are encrypted.
      await stacks.replace(shard, state.within(await stacks.exportText(shard)));
      return;
    }
    const writer = new StateWriter(stacks, shard, options.unlock);
    // Written even if nothing has changed: this is the only way to learn whether it is locked.
    if (await writer.write(state ?? stacks.parse(shard, base ?? ""))) unlocked.push(stacks.nameOf(shard));
  });
  return { ...found, written: true, unlocked };
}

class StateWriter {
  constructor(
    private readonly stacks: Stacks,
    private readonly shard: string,
    private readonly unlock: RepairOptions["unlock"],
  ) {}

  /** @returns Whether a lock was released. */
  async write(state: Deployment): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.stacks.replace(this.shard, state);
        return attempt > 0;
      } catch (error) {
        if (!(error instanceof LockedError) || attempt >= maxLocks) throw error;
        await this.#release(error);
      }
    }
  }

  async #release({ said }: LockedError): Promise<void> {
    const stack = this.stacks.nameOf(this.shard);
    const lock: Lock = { stack, said, run: findLockedRun(said) };
    if (lock.run.status === "running" || !(await this.unlock(lock))) throw new StillLockedError(lock);
    await this.stacks.run("cancel", "--yes", "--stack", stack);
  }
}

/** Configuration values by short keys: those of the project, as in the program. */
async function configuration(
  stacks: Stacks,
  shard: string,
  existing: readonly string[],
): Promise<(key: string) => string | undefined> {
  if (!existing.includes(shard)) return () => undefined;
  const values = await stacks.configuration(shard);
  return (key) => values.get(key.includes(":") ? key : `${stacks.project}:${key}`);
}

async function runSequentially<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < items.length; index += width)
    results.push(...(await Promise.all(items.slice(index, index + width).map(work))));
  return results;
}
