/** Previews without the engine: what a change of the YAML touches, or everything. */
import { randomUUID } from "node:crypto";
import {
  baseShard,
  type DesiredStack,
  groupByShard,
  keyOf,
  loadStack,
  locateStack,
  type RepositoryFileSource,
  shardOf,
} from "../desired";
import { environment } from "../environment";
import { ReadRecorder } from "../live";
import { estimateRequests } from "../plan";
import { type FormerStack, findChangedKeys, type LookResult, programRuntime } from "../preview";
import type { ShardOutcome } from "../pulumi/operate";
import { Stacks } from "../pulumi/stacks";
import { pinnedShards, planMoves } from "./layout";
import { type Looking, lookAt } from "./lookAt";
import type { Listener, RunOutcome } from "./options";
import { refuseOtherPrograms } from "./otherPrograms";
import { countLeft } from "./outcome";
import { findNeverCreated } from "./prepare";
import { makeRunFolder } from "./runFolder";

export interface PreviewOptions {
  readonly id?: string | undefined;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it. */
  readonly stack: string;
  readonly looking: Looking;
  /** Provides the engine, which reads states that are in no file of this machine. */
  readonly engine: () => Promise<unknown>;
  /** Loads an earlier version of the YAML, to compare with. Default: the last applied state. */
  readonly loadFormer?: ((now: DesiredStack) => Promise<FormerStack>) | undefined;
  /** Whether everything is looked at, and not only what the YAML changes. */
  readonly everything?: boolean | undefined;
  readonly listener?: Listener | undefined;
  /** Reads the files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** @throws {Error} if nothing can be compared: YAML with a problem, or a state that cannot be read. */
export async function previewWithoutEngine(options: PreviewOptions): Promise<RunOutcome> {
  const began = Date.now();
  const { root, looking, loadFormer, everything, listener = {} } = options;
  const env = { ...environment(), ...options.env };
  refuseOtherPrograms(root, env);
  const place = locateStack(root, options.stack);
  const desired = await loadStack(place.path, { repositoryFiles: options.repositoryFiles });
  const former = await loadFormer?.(desired);
  const changed = former && findChangedKeys(former, desired);
  const stacks = new Stacks(
    root,
    place.stack,
    { PULUMI_SKIP_UPDATE_CHECK: "true", ...options.env },
    options.engine,
  );
  const shared = makeRunFolder();
  try {
    const existing = await stacks.listExisting();
    const wanted = changed
      ? new Set([desired, former.stack].flatMap((stack) => shardsOf(stack, changed)))
      : new Set([...existing, ...groupByShard(desired).keys()]);
    const asked = [...wanted].filter((shard) => place.shard === baseShard || shard === place.shard).sort();
    const states = new Map(
      await Promise.all(
        asked
          .filter((shard) => existing.has(shard))
          .map(async (shard) => [shard, await stacks.read(shard)] as const),
      ),
    );
    const moves = planMoves(desired, new Map([...states].map(([shard, { entries }]) => [shard, entries])));
    const places = pinnedShards(moves);
    const parts = groupByShard(desired, places);
    if (everything)
      listener.needs?.(
        estimateRequests(
          [...states.values()].flatMap(({ resources }) => resources),
          [],
        ),
      );
    const context = {
      client: looking.client,
      stacks,
      desired,
      place,
      runtime: programRuntime(root),
      places,
      env,
      folder: shared.path,
      listener,
    };
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
      const result = await lookAt(context, {
        shard,
        state: held.state,
        settings: looking.settings(stack),
        isPreview: true,
        reads: looking.journal ?? new ReadRecorder(looking.client),
        ...(everything ? {} : { scope: { changed } }),
        onDone: listener.done,
      });
      lookedAt += result.lookedAt;
      outcomes.push(toOutcome(result, everything ? "the engine tells what follows." : withoutChanged));
    }
    return {
      operation: "preview",
      shards: outcomes,
      skipped: [],
      moves,
      succeeded: outcomes.every(({ succeeded }) => succeeded),
      seconds: (Date.now() - began) / 1000,
      run: options.id ?? randomUUID(),
      ...(everything ? {} : { notLookedAt: countLeft(desired, place.shard, lookedAt) }),
    };
  } finally {
    shared.remove();
  }
}

/** The shards of the resources with these keys. */
function shardsOf({ resources, sharding }: DesiredStack, keys: ReadonlySet<string>): string[] {
  return resources.flatMap((resource) => (keys.has(keyOf(resource)) ? [shardOf(sharding, resource)] : []));
}

const withoutChanged = "a preview without --changed tells what follows.";

/**
 * What the engine alone can tell is a warning; what an apply would stop at is an error.
 *
 * @param hint Where to learn the rest.
 */
function toOutcome({ outcome, undecided, failure }: LookResult, hint: string): ShardOutcome {
  const said = undecided.map((text) =>
    text === failure
      ? { severity: "error" as const, text }
      : { severity: "warning" as const, text: `${text}: ${hint}` },
  );
  // Where nothing could be compared at all, silence would look like "no change".
  const isBlind = undecided.length > 0 && outcome.changes.length + outcome.unchanged === 0;
  return {
    ...outcome,
    succeeded: failure === undefined && !isBlind,
    messages: [...outcome.messages, ...said],
  };
}
