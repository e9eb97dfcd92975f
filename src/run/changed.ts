/** Previews what a change of the YAML touches, without the engine, and leaves the rest of the stack alone. */
import { randomUUID } from "node:crypto";
import { baseShard, type DesiredStack, groupByShard, keyOf, loadStack, locateStack } from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import { ReadRecorder, SharedReads } from "../live";
import { findChangedKeys, type LookResult, lookAtShard, selectShard, whyOnlyEngine } from "../preview";
import type { ShardOutcome } from "../pulumi/operate";
import { Stacks } from "../pulumi/stacks";
import { pinnedShards, planMoves } from "./layout";
import type { Looking } from "./looks";
import type { Listener, RunOutcome } from "./options";
import { findNeverCreated } from "./prepare";
import { makeRunFolder } from "./runFolder";

export interface ChangedOptions {
  readonly id?: string | undefined;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it. */
  readonly stack: string;
  readonly looking: Looking;
  /** An earlier version of the YAML, to compare with. Default: the last applied state. */
  readonly former?: DesiredStack | undefined;
  readonly listener?: Listener | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** The program is not this package's own, so that nobody can tell what a change of the YAML does. */
export class NotOwnProgramError extends UserError {
  constructor(reason: string) {
    super(
      `--changed looks without the engine, and here only the engine can tell what changes: ${reason}. Leave it out.`,
    );
  }
}

/** @throws {Error} if nothing can be compared: YAML with a problem, or a state that cannot be read. */
export async function previewChanged(options: ChangedOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, looking, former, listener = {} } = options;
  const env = { ...environment(), ...options.env };
  const reason = whyOnlyEngine(root, env);
  if (reason !== undefined) throw new NotOwnProgramError(reason);
  const place = locateStack(root, options.stack);
  const desired = await loadStack(place.path);
  const changed = former && findChangedKeys(former, desired);
  const stacks = new Stacks(root, place.stack, { PULUMI_SKIP_UPDATE_CHECK: "true", ...options.env });
  const shared = makeRunFolder();
  try {
    const existing = await stacks.listExisting();
    const wanted = changed
      ? new Set([desired, former].flatMap((stack) => shardsOf(stack, changed)))
      : new Set([...existing, ...groupByShard(desired).keys()]);
    const asked = [...wanted].filter((shard) => place.shard === baseShard || shard === place.shard).sort();
    const states = new Map(
      await Promise.all(
        asked
          .filter((shard) => existing.has(shard))
          .map(async (shard) => [shard, await stacks.read(shard, shared.path)] as const),
      ),
    );
    const moves = planMoves(desired, new Map([...states].map(([shard, { entries }]) => [shard, entries])));
    const places = pinnedShards(moves);
    const parts = groupByShard(desired, places);
    const outcomes: ShardOutcome[] = [];
    let lookedAt = 0;
    for (const shard of asked) {
      const stack = stacks.nameOf(shard);
      const held = states.get(shard);
      if (!held) {
        const resources = (parts.get(shard) ?? []).filter((one) => !changed || changed.has(keyOf(one)));
        const changes = findNeverCreated([[shard, resources]]).get(shard) ?? [];
        lookedAt += changes.length;
        if (changes.length > 0)
          outcomes.push({
            stack,
            succeeded: true,
            changes,
            unchanged: 0,
            messages: [],
            live: {},
            seconds: 0,
          });
        continue;
      }
      listener.running?.([stack]);
      const settings = looking.settings(stack);
      const result = await lookAtShard({
        stack,
        project: stacks.project,
        whole: desired,
        part: selectShard(desired, shard, places),
        place: { ...place, shard },
        state: held.state,
        isPreview: true,
        env,
        settings,
        config: (key) => settings(`${stacks.project}:${key}`),
        client: looking.client,
        reads: new ReadRecorder(looking.client),
        shared: new SharedReads(shared.path),
        scope: { changed },
        onRead: listener.read,
        onDone: listener.done,
      });
      lookedAt += result.lookedAt;
      outcomes.push(toOutcome(result));
    }
    return {
      operation: "preview",
      shards: outcomes,
      skipped: [],
      moves,
      succeeded: outcomes.every(({ succeeded }) => succeeded),
      seconds: (Date.now() - began) / 1000,
      run: options.id ?? randomUUID(),
      notLookedAt: Math.max(0, countOf(desired, place.shard) - lookedAt),
    };
  } finally {
    shared.remove();
  }
}

/** The shards of the resources with these keys. */
function shardsOf(stack: DesiredStack, keys: ReadonlySet<string>): string[] {
  return [...groupByShard(stack)].flatMap(([shard, resources]) =>
    resources.some((resource) => keys.has(keyOf(resource))) ? [shard] : [],
  );
}

function countOf(stack: DesiredStack, shard: string): number {
  return shard === baseShard ? stack.resources.length : (groupByShard(stack).get(shard) ?? []).length;
}

/** What the engine alone can tell is a warning; what an apply would stop at is an error. */
function toOutcome({ outcome, undecided, failure }: LookResult): ShardOutcome {
  const said = undecided.map((text) =>
    text === failure
      ? { severity: "error" as const, text }
      : { severity: "warning" as const, text: `${text}: a preview without --changed tells what follows.` },
  );
  // Where nothing could be compared at all, silence would look like "no change".
  const isBlind = undecided.length > 0 && outcome.changes.length + outcome.unchanged === 0;
  return {
    ...outcome,
    succeeded: failure === undefined && !isBlind,
    messages: [...outcome.messages, ...said],
  };
}
