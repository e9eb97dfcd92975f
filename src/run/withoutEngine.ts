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
import { LiveReader, ReadRecorder, SharedReads } from "../live";
import { createLiveLookup, estimateRequests } from "../plan";
import { type FormerStack, findChangedKeys, type LookScope } from "../preview";
import type { ShardOutcome } from "../pulumi/operate";
import { Stacks } from "../pulumi/stacks";
import { pinnedShards, planMoves } from "./layout";
import { contextOfLooks, type LookContext, type Looking, lookAt } from "./lookAt";
import type { Listener, RunOutcome } from "./options";
import { refuseOtherPrograms } from "./otherPrograms";
import { countLeft, withLosses, withRefusals } from "./outcome";
import { createdOf } from "./prepare";
import { followRenames, hintsAcross } from "./renames";
import { makeRunFolder } from "./runFolder";
import { toPreview } from "./toPreview";
import { previewUnmade } from "./unmade";

interface PreviewOptions {
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
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", ...options.env };
  refuseOtherPrograms(root, { ...environment(), ...env });
  const place = locateStack(root, options.stack);
  const desired = await loadStack(place.path, { repositoryFiles: options.repositoryFiles });
  listener.begin?.(desired.workspace);
  const former = await loadFormer?.(desired);
  const changed = former && findChangedKeys(former, desired);
  const stacks = new Stacks(root, place.stack, env, options.engine);
  const shared = makeRunFolder();
  try {
    const existing = await stacks.listExisting();
    const wanted = changed
      ? new Set([desired, former.stack].flatMap((stack) => shardsOf(stack, changed)))
      : new Set([...existing, ...groupByShard(desired).keys()]);
    const asked = [...wanted].filter((shard) => place.shard === baseShard || shard === place.shard).sort();
    const states = await readStates(stacks, asked, existing);
    const held = new Map([...states].map(([shard, { entries }]) => [shard, entries]));
    const applied = [...states.values()].flatMap(({ resources }) => resources);
    const reader = new LiveReader(looking.client, {
      shared: new SharedReads(shared.path),
      earlier: looking.journal,
    });
    // One shard sees no others.
    const { held: followed, suspected } =
      place.shard === baseShard
        ? await followRenames(desired, held, applied, createLiveLookup(reader))
        : { held, suspected: [] };
    const hints = hintsAcross(desired, held, suspected);
    const moves = planMoves(desired, followed);
    if (everything) {
      listener.needs?.(estimateRequests(applied, []));
    }
    const places = pinnedShards(moves);
    const context = {
      ...contextOfLooks(root, env, { stacks, desired, place, places, folder: shared.path, listener }),
      client: looking.client,
    };
    const scope = everything ? undefined : { changed };
    const outcomes: ShardOutcome[] = [];
    let lookedAt = 0;
    for (const shard of asked) {
      const looked = await lookAtOne(shard, states.get(shard)?.state, context, looking, scope);
      if (looked.outcome) outcomes.push(withLosses(withRefusals(looked.outcome, hints.get(shard) ?? [])));
      lookedAt += looked.lookedAt;
    }
    return {
      operation: "preview",
      workspace: desired.workspace,
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

async function readStates(stacks: Stacks, asked: readonly string[], existing: ReadonlySet<string>) {
  const held = asked.filter((shard) => existing.has(shard));
  return new Map(await Promise.all(held.map(async (shard) => [shard, await stacks.read(shard)] as const)));
}

/**
 * @param state Undefined: the shard has no Pulumi stack yet.
 * @param scope Undefined: everything is looked at.
 * @returns No outcome where nothing of the shard is in the scope.
 */
async function lookAtOne(
  shard: string,
  state: unknown,
  context: LookContext,
  looking: Looking,
  scope: LookScope | undefined,
): Promise<{ readonly outcome?: ShardOutcome; readonly lookedAt: number }> {
  const { stacks, desired, places, listener } = context;
  const stack = stacks.nameOf(shard);
  if (state === undefined) {
    const own = groupByShard(desired, places).get(shard) ?? [];
    const resources = own.filter((one) => !scope?.changed || scope.changed.has(keyOf(one)));
    if (resources.length === 0) return { lookedAt: 0 };
    const unmade = { shard, changes: createdOf(resources), scope };
    return { outcome: await previewUnmade(unmade, context, looking), lookedAt: resources.length };
  }
  listener.running?.([stack]);
  const result = await lookAt(context, {
    shard,
    state,
    settings: looking.settings(stack),
    isPreview: true,
    reads: looking.journal ?? new ReadRecorder(looking.client),
    scope,
    onDone: listener.done,
  });
  const hint = scope
    ? "a preview without --changed tells what follows."
    : "a preview without --spread tells what follows.";
  return { outcome: toPreview(result, hint), lookedAt: result.lookedAt };
}

/** The shards of the resources with these keys. */
function shardsOf({ resources, sharding }: DesiredStack, keys: ReadonlySet<string>): string[] {
  return resources.flatMap((resource) => (keys.has(keyOf(resource)) ? [shardOf(sharding, resource)] : []));
}
