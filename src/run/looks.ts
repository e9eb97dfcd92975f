/** Looks at the shards of a run without the engine, so that it runs only where something changes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";
import { environment } from "../environment";
import { ReadRecorder } from "../live";
import { type LookResult, selectShard, whyOnlyEngine } from "../preview";
import type { ConfigLookup } from "../provider/session";
import { writeHandOver } from "../pulumi/handOver";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import { type LookContext, type Looking, lookAt } from "./lookAt";
import { limitEngine } from "./targets";

interface LookRun extends Omit<LookContext, "client" | "env"> {
  readonly root: string;
  readonly operation: StackOperation;
  readonly env: Readonly<Record<string, string>>;
  /** Whether only what the YAML changes is looked at, and applied. */
  readonly changed?: boolean | undefined;
}

/** What an engine of a shard starts with. */
export interface EngineStart {
  /** Returns the variables that hand what was read to the engine's processes. */
  readonly handOver: () => Readonly<Record<string, string>>;
  /** What the engine is limited to. Left out: nothing. */
  readonly targets?: readonly string[] | undefined;
}

/** What a look at one shard came to. */
export type LookDecision = (
  | EngineStart
  /** There is nothing for the engine to do: nothing changes, or a part cannot be applied by itself. */
  | { readonly outcome: ShardOutcome }
) & {
  /** The number of declared resources that were looked at. */
  readonly lookedAt?: number;
};

/** Milliseconds after which what was read is too old for an engine that had to wait. */
const maxAge = 60_000;

export const nothingRead: EngineStart = { handOver: () => ({}) };

export class Looks {
  readonly #env: NodeJS.ProcessEnv;
  readonly #context: LookContext;
  /** The names in the configuration files of Pulumi stacks. */
  readonly #names = new Map<string, readonly string[]>();

  private constructor(
    private readonly looking: Looking,
    private readonly run: LookRun,
  ) {
    this.#env = { ...environment(), ...run.env };
    this.#context = { ...run, client: looking.client, env: this.#env };
  }

  /** Undefined where only the engine can tell what would change. */
  static open(looking: Looking | undefined, run: LookRun): Looks | undefined {
    if (!looking || run.operation === "destroy") return undefined;
    return whyOnlyEngine(run.root, { ...environment(), ...run.env }) === undefined
      ? new Looks(looking, run)
      : undefined;
  }

  /**
   * @param shard One that has a Pulumi stack.
   * @param state Its state, as the engine exports it, parsed as JSON; read where it is left out.
   */
  async look(shard: string, state?: unknown): Promise<LookDecision> {
    const { stacks, operation, folder, listener, changed } = this.run;
    const stack = stacks.nameOf(shard);
    const settings = this.#settings(stack);
    if (!settings)
      return changed
        ? refuse(stack, `The configuration of ${stack} is another one than that of ${stacks.base}`)
        : nothingRead;
    const { client, notes, journal } = this.looking;
    const began = Date.now();
    // An engine gets what was read now, and reads the rest itself.
    const reads = new ReadRecorder(client);
    const earlier = operation === "preview" ? journal?.through(reads) : undefined;
    const result = await lookAt(this.#context, {
      shard,
      state: state ?? JSON.parse(await stacks.exportText(shard)),
      settings,
      isPreview: operation === "preview",
      reads: earlier ?? reads,
      ...(changed ? { scope: {} } : {}),
    });
    const { outcome, undecided, isSettled, lookedAt } = result;
    const isSame = undecided.length === 0 && outcome.changes.length === 0;
    if (isSame && (operation === "preview" || isSettled)) {
      for (let count = 0; count < outcome.unchanged; count += 1) listener.done?.();
      const said = notes.map((text) => ({ severity: "info" as const, text }));
      return { outcome: { ...outcome, messages: [...said, ...outcome.messages] }, lookedAt };
    }
    const handOver = () =>
      Date.now() - began > maxAge || reads.reads.length === 0
        ? {}
        : writeHandOver(folder, stack, reads.reads);
    return changed ? this.#limit(shard, result, handOver) : { handOver };
  }

  /**
   * The configuration of a shard; undefined where its settings are other ones than those of the stack, with which the
   * client was opened.
   */
  #settings(stack: string): ConfigLookup | undefined {
    const { settings } = this.looking;
    const base = settings(this.run.place.stack);
    if (stack === this.run.place.stack) return base;
    const own = settings(stack);
    const names = [this.run.place.stack, stack].flatMap((name) => this.#namesIn(name));
    return names.every((key) => base(key) === own(key)) ? own : undefined;
  }

  /** The engine for what was looked at alone. */
  #limit(
    shard: string,
    { outcome, undecided, failure, part, lookedAt }: LookResult,
    handOver: () => Readonly<Record<string, string>>,
  ): LookDecision {
    const { stack } = outcome;
    if (failure !== undefined) return { outcome: failWith(outcome, failure) };
    if (!part) return refuse(stack, undecided[0] ?? "nothing could be compared");
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

  #namesIn(stack: string): readonly string[] {
    const known = this.#names.get(stack) ?? readNames(join(this.run.root, `Pulumi.${stack}.yaml`));
    this.#names.set(stack, known);
    return known;
  }
}

const configured = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

function readNames(file: string): readonly string[] {
  return existsSync(file) ? Object.keys(readYaml(configured, file)?.config ?? {}) : [];
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
  return { ...outcome, succeeded: false, changes: [], messages };
}
