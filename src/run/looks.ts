/** Looks at the shards of a run without the engine, so that it runs only where something changes. */
import { ReadRecorder, ReadReplay } from "../live";
import { type LookResult, selectShard, whyOnlyEngine } from "../preview";
import { seesOwnProcess } from "../process/look";
import { writeHandOver } from "../pulumi/handOver";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import type { ExaminedShard } from "./examine";
import { type LookContext, type Looking, lookAt } from "./lookAt";
import type { UntouchedPart } from "./outcome";
import { isOld, type KnownReads } from "./policies";
import type { ShardSettings } from "./settings";
import { limitEngine } from "./targets";
import { toPreview, withNotes } from "./toPreview";

interface LookRun extends Omit<LookContext, "client"> {
  readonly root: string;
  readonly operation: StackOperation;
  readonly settings: ShardSettings;
  /** Whether only what the YAML changes is looked at, and applied. */
  readonly changed?: boolean | undefined;
  /** Whether the engine is held to a plan, which is about the whole shard. */
  readonly isHeld: boolean;
}

/** What an engine of a shard starts with. */
export interface EngineStart {
  /** Returns the variables that hand what was read to the engine's processes. */
  readonly handOver: () => Readonly<Record<string, string>>;
  /** What the engine is limited to. Left out: nothing. */
  readonly targets?: readonly string[] | undefined;
  /** What a look has found of the rest of the shard, which stays as it is. Left out: it was not looked at. */
  readonly untouched?: UntouchedPart | undefined;
}

/** What a look at one shard came to. */
type LookDecision = (
  | EngineStart
  /** There is nothing for the engine to do: nothing changes, or a part cannot be applied by itself. */
  | {
      readonly outcome: ShardOutcome;
      /** Whether no other shard can do better: the credential is rejected. */
      readonly isRejected?: boolean | undefined;
    }
) & {
  /** The number of declared resources that were looked at. */
  readonly lookedAt?: number;
};

/** Starts an engine with what was read before, if anything was. */
export function startWith(known: KnownReads | undefined, folder: string, stack: string): EngineStart {
  return {
    handOver: () =>
      !known || isOld(known.began) || known.reads.length === 0
        ? {}
        : writeHandOver(folder, stack, known.reads),
  };
}

export class Looks {
  readonly #context: LookContext;

  private constructor(
    private readonly looking: Looking,
    private readonly run: LookRun,
  ) {
    this.#context = { ...run, client: looking.client };
  }

  /** Undefined where only the engine can tell what would change. */
  static open(looking: Looking | undefined, run: LookRun): Looks | undefined {
    if (!looking || run.operation === "destroy") return undefined;
    return whyOnlyEngine(run.root, run.env) === undefined ? new Looks(looking, run) : undefined;
  }

  /**
   * @param shard One that has a Pulumi stack.
   * @param state Its state, as the engine exports it, parsed as JSON; read where it is left out.
   * @param known What was read of it before.
   * @param examined What it was found to be before the first change: used unless it is old.
   */
  async look(
    shard: string,
    state?: unknown,
    known?: KnownReads,
    examined?: ExaminedShard,
  ): Promise<LookDecision> {
    const { stacks, operation, folder, changed } = this.run;
    const stack = stacks.nameOf(shard);
    const settings = this.run.settings.of(stack);
    if (!settings)
      return changed
        ? refuse(stack, `The configuration of ${stack} is another one than that of ${stacks.base}`)
        : startWith(known, folder, stack);
    const { client, journal } = this.looking;
    if (examined && !isOld(examined.began)) return this.#decide(shard, examined);
    const fresh = known && !isOld(known.began) ? known : undefined;
    const began = fresh?.began ?? Date.now();
    // An engine gets what was read now, and reads the rest itself.
    const reads = new ReadRecorder(fresh ? new ReadReplay(client, fresh.reads) : client);
    const earlier = operation === "preview" ? journal?.through(reads) : undefined;
    const result = await lookAt(this.#context, {
      shard,
      state: state ?? (await stacks.readState(shard)),
      settings,
      isPreview: operation === "preview",
      reads: earlier ?? reads,
      ...(changed ? { scope: {} } : {}),
    });
    return this.#decide(shard, { began, result, reads: reads.reads });
  }

  async #decide(shard: string, { began, result, reads }: ExaminedShard): Promise<LookDecision> {
    const { operation, folder, changed, isHeld } = this.run;
    const { outcome, undecided, refusals, isSettled, lookedAt, failure, isRejected, isUserError } = result;
    const { stack } = outcome;
    // An engine would ask with the same credential, and meet the same. One that is held to a plan refuses it as its own.
    if (failure !== undefined && (isRejected || (isUserError && !isHeld)))
      return { outcome: failWith(outcome, failure), isRejected, lookedAt };
    // The engine's preview would end at them, and say less.
    if (operation === "preview" && refusals.length > 0 && undecided.length === 0)
      return { outcome: withNotes(toPreview(result, ""), this.looking.notes), lookedAt };
    const isSame = undecided.length + refusals.length === 0 && outcome.changes.length === 0;
    if (isSame && (operation === "preview" || isSettled)) {
      this.#countDone(outcome.unchanged);
      return { outcome: withNotes(outcome, this.looking.notes), lookedAt };
    }
    const handOver = () => (isOld(began) || reads.length === 0 ? {} : writeHandOver(folder, stack, reads));
    if (changed) return this.#limit(shard, result, handOver);
    return isOld(began) ? { handOver } : this.#limitToChanges(result, handOver);
  }

  /** The engine for what a look at everything has found to change: the rest would be asked for, and compared, once more. */
  async #limitToChanges(
    { outcome, toApply }: LookResult,
    handOver: () => Readonly<Record<string, string>>,
  ): Promise<EngineStart> {
    const { operation, desired, isHeld } = this.run;
    // A policy is judged with all that it is about.
    if (operation !== "up" || isHeld || desired.policies || !toApply || toApply.untouched === 0)
      return { handOver };
    const limits = limitEngine(toApply);
    if ("reason" in limits || !limits.targets || !(await seesOwnProcess())) return { handOver };
    const { targets, env } = limits;
    const { live, messages } = outcome;
    this.#countDone(toApply.untouched);
    return {
      handOver: () => ({ ...handOver(), ...env, BITBUCKET_TOLD: "1" }),
      targets,
      untouched: { unchanged: toApply.untouched, live, messages },
    };
  }

  /** Resources that no engine is to report. */
  #countDone(resources: number): void {
    for (let count = 0; count < resources; count += 1) this.run.listener.done?.();
  }

  /** The engine for what was looked at alone. */
  #limit(
    shard: string,
    { outcome, undecided, failure, part, lookedAt }: LookResult,
    handOver: () => Readonly<Record<string, string>>,
  ): LookDecision {
    const { stack } = outcome;
    if (failure !== undefined) return { outcome: failWith(outcome, failure) };
    if (!part) return refuse(stack, undecided[0]?.text ?? "nothing could be compared");
    const limits = limitEngine(part);
    if ("reason" in limits) return refuse(stack, limits.reason);
    const { targets, env } = limits;
    const whole = selectShard(this.run.desired, shard, this.run.places).resources.length;
    return {
      handOver: () => ({ ...handOver(), ...env }),
      targets,
      lookedAt: targets ? lookedAt : whole,
    };
  }
}

/** A shard of which no part can be applied by itself. */
function refuse(stack: string, reason: string): LookDecision {
  const nothing = { stack, succeeded: false, changes: [], unchanged: 0, messages: [], live: {}, seconds: 0 };
  return {
    outcome: failWith(nothing, `${reason}: what changes cannot be applied by itself. Leave out --changed.`),
  };
}

function failWith(outcome: ShardOutcome, text: string): ShardOutcome {
  const messages = [...outcome.messages, { severity: "error" as const, text }];
  return { ...outcome, succeeded: false, changes: [], unchanged: 0, messages };
}
