/** One operation on the prepared shards of a stack: a look first, and the engine where something changes. */
import { availableParallelism } from "node:os";
import { Slots } from "../bitbucket";
import { baseShard, type DesiredStack, type StackLocation } from "../desired";
import type { ShardOutcome } from "../pulumi/operate";
import type { ProviderProcesses } from "../pulumi/providerProcess";
import { writeRunContext } from "../pulumi/runContext";
import type { Stacks } from "../pulumi/stacks";
import { describeNothingDeclared } from "./allowances";
import { allowanceFor, concurrencyOf, garbageFor, stepsFor } from "./engineSettings";
import { type ExaminedShard, joinReads } from "./examine";
import { settleInterrupted } from "./interrupted";
import { pinnedShards } from "./layout";
import { contextOfLooks, type LookContext, shardsLookedAt } from "./lookAt";
import { type EngineStart, Looks, startWith } from "./looks";
import { removeEmpty } from "./moveState";
import type { Listener, RunOptions, RunOutcome } from "./options";
import { orderFor, runInOrder } from "./order";
import { countLeft, withLosses, withRefusals } from "./outcome";
import { checkAllShards, concernsAllShards, type KnownReads, type PolicyCheck } from "./policies";
import type { PreparedRun } from "./prepare";
import { runShard } from "./runShard";
import type { ShardSettings } from "./settings";
import { unlessStopped } from "./unlessStopped";
import { previewUnmade } from "./unmade";

interface ShardRunSetup {
  readonly options: RunOptions;
  readonly id: string;
  /** For the engine and its commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly place: StackLocation;
  readonly desired: DesiredStack;
  readonly stacks: Stacks;
  /** The run's folder. */
  readonly folder: string;
  readonly prepared: PreparedRun;
  readonly providers?: ProviderProcesses | undefined;
  /** What the shards were found to be before the first change. */
  readonly examined?: ReadonlyMap<string, ExaminedShard> | undefined;
  readonly settings?: ShardSettings | undefined;
}

export class ShardRun {
  readonly #listener: Listener;
  /** Engines at once. */
  readonly #width: number;
  readonly #engines: Slots;
  /** One engine's part of the concurrent requests. */
  readonly #concurrency: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #context: Omit<LookContext, "client">;
  readonly #settings: ShardSettings | undefined;
  readonly #looks: Looks | undefined;
  readonly #running = new Set<string>();
  /** Shards that this run has changed, or may have. */
  readonly #changed = new Set<string>();
  /** What was read before state moved. */
  readonly #joined: KnownReads | undefined;
  #lookedAt = 0;
  #isRejected = false;

  constructor(private readonly setup: ShardRunSetup) {
    const { options, env, place, desired, stacks, folder, prepared } = setup;
    const { root, operation, changed } = options;
    this.#listener = options.listener ?? {};
    const wanted = options.parallel ?? Math.max(2, availableParallelism());
    this.#width = Math.min(wanted, Math.max(1, prepared.shards.length));
    this.#engines = new Slots(() => this.#width);
    this.#concurrency = concurrencyOf(this.#width);
    const places = operation === "preview" ? pinnedShards(prepared.moves) : new Map<string, string>();
    this.#env = {
      BITBUCKET_CONCURRENCY: String(this.#concurrency),
      ...env,
      ...garbageFor(this.#width),
      ...writeRunContext(folder, {
        id: setup.id,
        keepsStates: !this.#hasMoved,
        // An estimate is of the whole stack.
        isEstimated: prepared.isEstimated || changed === true,
        isWhole: place.shard === baseShard,
        places: Object.fromEntries(places),
      }),
    };
    this.#context = contextOfLooks(root, env, {
      stacks,
      desired,
      place,
      folder,
      places,
      allowed: setup.prepared.allowed,
      listener: this.#listener,
    });
    this.#joined = this.#hasMoved && setup.examined ? joinReads(setup.examined) : undefined;
    const looking = this.#looking;
    this.#settings = looking && setup.settings;
    this.#looks =
      looking && this.#settings
        ? Looks.open(looking, {
            ...this.#context,
            root,
            operation,
            settings: this.#settings,
            changed,
            isHeld: options.guard !== undefined,
          })
        : undefined;
  }

  async run(): Promise<Pick<RunOutcome, "shards" | "skipped" | "succeeded" | "notLookedAt">> {
    const { options, place, desired, stacks, prepared } = this.setup;
    const { operation, changed } = options;
    const nameOf = (shard: string) => stacks.nameOf(shard);
    const policies = await this.#checkPolicies();
    if (policies && policies.refused.length > 0) {
      const refused = new Set(policies.refused.map(({ stack }) => stack));
      const skipped = prepared.shards.map(nameOf).filter((name) => !refused.has(name));
      return { shards: policies.refused, skipped, succeeded: false };
    }
    const { outcomes, skipped } = await runInOrder(
      prepared.shards,
      orderFor(operation, prepared.before),
      this.#looks ? Math.max(this.#width, shardsLookedAt) : this.#width,
      (shard) => this.#runInTurn(shard, policies),
      () => this.#isStopped,
    );
    if (operation === "up") await this.#removeObsolete(outcomes);
    const shards = outcomes.map((outcome) => this.#addHints(outcome));
    return {
      shards,
      skipped: skipped.map(nameOf),
      succeeded: skipped.length === 0 && shards.every(({ succeeded }) => succeeded),
      ...(changed ? { notLookedAt: countLeft(desired, place.shard, this.#lookedAt) } : {}),
    };
  }

  get #hasMoved(): boolean {
    return this.setup.prepared.moves.length > 0;
  }

  get #isStopped(): boolean {
    return this.#isRejected || this.setup.options.signal?.aborted === true;
  }

  get #looking(): RunOptions["looking"] {
    const { usesEngine, looking } = this.setup.options;
    return usesEngine ? undefined : looking;
  }

  /** Undefined where no policy of one shard stops the others. */
  async #checkPolicies(): Promise<PolicyCheck | undefined> {
    const { options, desired, stacks, folder, prepared } = this.setup;
    if (options.operation !== "up" || !concernsAllShards(desired, prepared.shards)) return undefined;
    const looking = this.#looking;
    return checkAllShards({
      desired,
      examined: this.#hasMoved ? undefined : this.setup.examined,
      shards: prepared.shards,
      states: prepared.states,
      context: looking && { ...this.#context, client: looking.client },
      settings: this.#settings,
      nameOf: (shard) => stacks.nameOf(shard),
      folder,
      changed: options.changed,
      preview: (shard) =>
        this.#engines.run(() =>
          runShard(
            stacks.nameOf(shard),
            { ...options, operation: "preview", plans: undefined },
            this.#hasMoved,
            this.#engineOf(shard),
          ),
        ),
      isStopped: () => this.#isStopped,
    });
  }

  async #runInTurn(shard: string, policies: PolicyCheck | undefined): Promise<ShardOutcome | undefined> {
    const outcome = await this.#runShard(shard, policies);
    if (!outcome?.succeeded || outcome.changes.length > 0) this.#changed.add(shard);
    return outcome;
  }

  /** Undefined if it was stopped before it began. */
  async #runShard(shard: string, policies: PolicyCheck | undefined): Promise<ShardOutcome | undefined> {
    const { options, stacks, folder, prepared } = this.setup;
    const changes = prepared.neverCreated.get(shard);
    if (changes)
      return unlessStopped(previewUnmade({ shard, changes }, this.#context, options.looking), options.signal);
    const hasMoved = this.#hasMoved && options.operation === "up" && !options.changed;
    // What another shard of this run has created first was not there yet.
    const isOutdated = [...(prepared.before.get(shard) ?? [])].some((other) => this.#changed.has(other));
    const known = isOutdated ? undefined : (policies?.reads.get(shard) ?? this.#joined);
    const examined = isOutdated || this.#hasMoved ? undefined : this.setup.examined?.get(shard);
    const look = hasMoved ? undefined : this.#looks?.look(shard, prepared.states.get(shard), known, examined);
    const decision = look && (await unlessStopped(look, options.signal));
    this.#lookedAt += decision?.lookedAt ?? 0;
    if (decision && "outcome" in decision) {
      // One shard says it for all.
      if (decision.isRejected && this.#isRejected) return undefined;
      this.#isRejected ||= decision.isRejected === true;
      return decision.outcome;
    }
    return this.#runEngine(shard, decision ?? startWith(known, folder, stacks.nameOf(shard)));
  }

  #runEngine(
    shard: string,
    { handOver, targets, untouched }: EngineStart,
  ): Promise<ShardOutcome | undefined> {
    const { options, stacks, prepared } = this.setup;
    const listener = this.#listener;
    return this.#engines.run(async () => {
      if (this.#looks && this.#isStopped) return undefined;
      const name = stacks.nameOf(shard);
      this.#running.add(name);
      listener.running?.([...this.#running]);
      const ran = await runShard(name, options, this.#hasMoved, {
        ...this.#engineOf(shard, handOver()),
        targets,
        untouched,
        onDone: listener.done,
        onRead: listener.read,
      });
      const isWhole = options.operation === "up" && !targets;
      const state = prepared.states.get(shard);
      const outcome =
        options.operation === "preview"
          ? ran
          : await settleInterrupted(ran, { stacks, shard, state, isWhole });
      this.#running.delete(name);
      listener.running?.([...this.#running]);
      // What is no target stays, and is not counted.
      return options.operation === "destroy" || targets
        ? outcome
        : describeNothingDeclared(outcome, prepared.declares.get(shard) ?? 0);
    });
  }

  #engineOf(shard: string, handedOver: Readonly<Record<string, string>> = {}) {
    const { options, env, folder, prepared, stacks } = this.setup;
    const state = prepared.states.get(shard);
    if (state !== undefined && !this.#hasMoved) stacks.keepState(shard, state, folder);
    return {
      root: options.root,
      folder,
      parallel: stepsFor(this.#concurrency, env),
      signal: options.signal,
      now: options.now,
      providers: this.setup.providers,
      env: { ...this.#env, ...allowanceFor(prepared.allowed.get(shard)), ...handedOver },
    };
  }

  #addHints(outcome: ShardOutcome): ShardOutcome {
    const { stacks, prepared } = this.setup;
    const own = [...prepared.hints].flatMap(([shard, lines]) =>
      stacks.nameOf(shard) === outcome.stack ? lines : [],
    );
    return withLosses(withRefusals(outcome, own));
  }

  /** Removes the Pulumi stacks of obsolete shards whose resources are deleted by now. */
  async #removeObsolete(outcomes: readonly ShardOutcome[]): Promise<void> {
    const { stacks, prepared } = this.setup;
    const done = new Set(outcomes.flatMap(({ stack, succeeded }) => (succeeded ? [stack] : [])));
    const emptied = prepared.obsolete.filter((shard) => done.has(stacks.nameOf(shard)));
    await removeEmpty(stacks, emptied, this.#listener);
  }
}
