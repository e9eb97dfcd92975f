/** Looks at the shards of a run without the engine, so that it runs only where something changes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Client } from "../bitbucket";
import { type DesiredStack, readYaml, type StackLocation } from "../desired";
import { environment } from "../environment";
import { ReadRecorder, SharedReads } from "../live";
import { lookAtShard, selectShard, whyOnlyEngine } from "../preview";
import type { ConfigLookup } from "../provider/session";
import { writeHandOver } from "../pulumi/handOver";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import type { Stacks } from "../pulumi/stacks";
import type { Listener } from "./options";

/** What it takes to look without the engine. */
export interface Looking {
  /** Only reads. */
  readonly client: Client;
  /** The configuration of a Pulumi stack, by whole keys. */
  readonly settings: (stack: string) => ConfigLookup;
  /** What the programs of an engine would say of the credential. */
  readonly notes: readonly string[];
}

interface LookRun {
  readonly stacks: Stacks;
  readonly root: string;
  readonly desired: DesiredStack;
  readonly place: StackLocation;
  readonly operation: StackOperation;
  readonly env: Readonly<Record<string, string>>;
  /** The run's folder. */
  readonly folder: string;
  /** Where a preview leaves what has not moved yet. */
  readonly places: ReadonlyMap<string, string>;
  readonly listener: Listener;
}

/** What a look at one shard came to. */
export type LookDecision =
  /** Nothing changes: there is nothing for the engine to do. */
  | { readonly outcome: ShardOutcome }
  /** Returns the variables that hand what was read to the engine's processes. */
  | { readonly handOver: () => Readonly<Record<string, string>> };

/** Milliseconds after which what was read is too old for an engine that had to wait. */
const maxAge = 60_000;

const nothingRead: LookDecision = { handOver: () => ({}) };

export class Looks {
  readonly #env: NodeJS.ProcessEnv;

  private constructor(
    private readonly looking: Looking,
    private readonly run: LookRun,
  ) {
    this.#env = { ...environment(), ...run.env };
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
    const { stacks, desired, operation, folder, places, listener, place } = this.run;
    const stack = stacks.nameOf(shard);
    const settings = this.#settings(stack);
    if (!settings) return nothingRead;
    const { client, notes } = this.looking;
    const began = Date.now();
    const reads = new ReadRecorder(client);
    const { outcome, undecided, isSettled } = await lookAtShard({
      stack,
      project: stacks.project,
      whole: desired,
      part: selectShard(desired, shard, places),
      place: { ...place, shard },
      state: state ?? JSON.parse(await stacks.exportText(shard)),
      isPreview: operation === "preview",
      env: this.#env,
      settings,
      config: (key) => settings(`${stacks.project}:${key}`),
      client,
      reads,
      shared: new SharedReads(folder),
      onRead: listener.read,
    });
    const isSame = undecided.length === 0 && outcome.changes.length === 0;
    if (isSame && (operation === "preview" || isSettled)) {
      for (let count = 0; count < outcome.unchanged; count += 1) listener.done?.();
      const said = notes.map((text) => ({ severity: "info" as const, text }));
      return { outcome: { ...outcome, messages: [...said, ...outcome.messages] } };
    }
    return {
      handOver: () =>
        Date.now() - began > maxAge || reads.reads.length === 0
          ? {}
          : writeHandOver(folder, stack, reads.reads),
    };
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
    const names = [this.run.place.stack, stack].flatMap((name) => namesIn(this.run.root, name));
    return names.every((key) => base(key) === own(key)) ? own : undefined;
  }
}

const configured = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

function namesIn(root: string, stack: string): string[] {
  const file = join(root, `Pulumi.${stack}.yaml`);
  return existsSync(file) ? Object.keys(readYaml(configured, file)?.config ?? {}) : [];
}
