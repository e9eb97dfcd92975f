/** Holds all shards of a run to the mandatory policies before the first of them is written to. */
import { Slots } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { ReadRecorder, ReadReplay, type RecordedRead, SharedReads } from "../live";
import { judgeShard, type LookResult, selectShard } from "../preview";
import { readNotes } from "../pulumi/notes";
import type { ShardOutcome } from "../pulumi/operate";
import { type LookContext, lookAt } from "./lookAt";
import type { ShardSettings } from "./settings";

/** Shards that are judged concurrently. */
const width = 8;

/** Milliseconds after which what was read is too old for an engine that had to wait. */
const maxAge = 60_000;

export function isOld(began: number): boolean {
  return Date.now() - began > maxAge;
}

/** What was read of a shard before it is looked at. */
export interface KnownReads {
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly reads: readonly RecordedRead[];
}

export interface PolicyCheck {
  /** Outcomes of the shards that stop the run. */
  readonly refused: readonly ShardOutcome[];
  readonly reads: ReadonlyMap<string, KnownReads>;
}

interface PolicyCheckOptions {
  readonly desired: DesiredStack;
  readonly shards: readonly string[];
  /** What the shards were found to be before. */
  readonly examined?: ReadonlyMap<string, KnownReads> | undefined;
  /** States that were read already, as JSON that is parsed. */
  readonly states: ReadonlyMap<string, unknown>;
  /** Undefined where only the engine may look. */
  readonly context?: LookContext | undefined;
  readonly settings?: ShardSettings | undefined;
  readonly nameOf: (shard: string) => string;
  /** The folder with the run's notes. */
  readonly folder: string;
  /** Whether only what the YAML changes is applied. */
  readonly changed?: boolean | undefined;
  /** Previews a shard with the engine. */
  readonly preview: (shard: string) => Promise<ShardOutcome>;
  readonly isStopped: () => boolean;
}

/**
 * What the YAML breaks without a look, every shard finds by itself. What only live state or a secret tells is in one of
 * them, and stops the others as well.
 */
export function concernsAllShards({ policies }: DesiredStack, shards: readonly string[]): boolean {
  return shards.length > 1 && policies?.rules.some(({ level }) => level === "mandatory") === true;
}

export async function checkAllShards(options: PolicyCheckOptions): Promise<PolicyCheck> {
  const slots = new Slots(() => width);
  const reads = new Map<string, KnownReads>();
  const refused: ShardOutcome[] = [];
  await Promise.all(
    options.shards.map((shard) =>
      slots.run(async () => {
        if (options.isStopped()) return;
        const { outcome, known } = await checkShard(shard, options);
        if (known) reads.set(shard, known);
        if (outcome) refused.push(outcome);
      }),
    ),
  );
  return { refused, reads };
}

interface ShardCheck {
  /** Why the run stops. */
  readonly outcome?: ShardOutcome | undefined;
  readonly known?: KnownReads | undefined;
}

async function checkShard(shard: string, options: PolicyCheckOptions): Promise<ShardCheck> {
  const { context, settings, nameOf, changed } = options;
  const own = settings?.of(nameOf(shard));
  // --changed refuses such a shard by itself.
  if (!context || !own) return changed ? {} : previewShard(shard, options);
  const { client, stacks, desired, place, places, env, folder } = context;
  const examined = options.examined?.get(shard);
  const fresh = examined && !isOld(examined.began) ? examined : undefined;
  const began = fresh?.began ?? Date.now();
  const recorder = new ReadRecorder(fresh ? new ReadReplay(client, fresh.reads) : client);
  const state = options.states.get(shard) ?? (await stacks.readState(shard));
  if (changed) {
    const look = { shard, state, settings: own, isPreview: false, reads: recorder, scope: {} };
    const result = await lookAt({ ...context, listener: {} }, look);
    return { outcome: refusalIn(result), known: { began, reads: recorder.reads } };
  }
  const { refusal, failure } = await judgeShard({
    stack: nameOf(shard),
    whole: desired,
    part: selectShard(desired, shard, places),
    place: { ...place, shard },
    state,
    env,
    settings: own,
    config: (key) => own(`${stacks.project}:${key}`),
    client,
    reads: recorder,
    shared: new SharedReads(folder),
  });
  if (refusal !== undefined) return { outcome: refuse(nameOf(shard), refusal) };
  // The engine may still be able to tell, and says it in its own way.
  if (failure !== undefined) return previewShard(shard, options);
  return { known: { began, reads: recorder.reads } };
}

async function previewShard(
  shard: string,
  { preview, folder, nameOf }: PolicyCheckOptions,
): Promise<ShardCheck> {
  const outcome = await preview(shard);
  const refusal = readNotes(folder).find(
    (note) => note.note === "policyRefused" && note.stack === nameOf(shard),
  );
  if (refusal?.note === "policyRefused") return { outcome: refuse(nameOf(shard), refusal.text) };
  return outcome.succeeded ? {} : { outcome: { ...outcome, changes: [] } };
}

function refusalIn({ outcome, failure, arePoliciesKept }: LookResult): ShardOutcome | undefined {
  return failure === undefined || arePoliciesKept ? undefined : refuse(outcome.stack, failure);
}

function refuse(stack: string, text: string): ShardOutcome {
  const messages = [{ severity: "error" as const, text }];
  return { stack, succeeded: false, changes: [], unchanged: 0, messages, live: {}, seconds: 0 };
}
