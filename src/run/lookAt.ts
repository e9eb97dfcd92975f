/** A look at one shard of a run, without the engine. */
import type { Client } from "../bitbucket";
import { baseShard, type DesiredStack, type StackLocation } from "../desired";
import { environment } from "../environment";
import { type EarlierReads, type ReadJournal, SharedReads } from "../live";
import {
  type LookResult,
  type LookScope,
  lookAtShard,
  type ProgramRuntime,
  programRuntime,
  selectShard,
} from "../preview";
import type { ConfigLookup } from "../provider/configLookup";
import type { Stacks } from "../pulumi/stacks";
import { allowanceFor } from "./engineSettings";
import type { Listener } from "./options";

/** What it takes to look without the engine. */
export interface Looking {
  /** Only reads. */
  readonly client: Client;
  /** The configuration of a Pulumi stack, by whole keys. */
  readonly settings: (stack: string) => ConfigLookup;
  /** What the programs of an engine would say of the credential. */
  readonly notes: readonly string[];
  /** What an interrupted preview has read. An apply has none: it reads the live state. */
  readonly journal?: ReadJournal | undefined;
}

/** What is the same for all shards of a run. */
export interface LookContext {
  readonly client: Client;
  readonly stacks: Stacks;
  readonly desired: DesiredStack;
  readonly place: StackLocation;
  readonly runtime: ProgramRuntime;
  /** Where a preview leaves what has not moved yet. */
  readonly places: ReadonlyMap<string, string>;
  /** How many deletions the limits of the whole stack allow a shard for which nothing is declared any more. */
  readonly allowed?: ReadonlyMap<string, number> | undefined;
  /** The engine's, with the environment of this process. */
  readonly env: NodeJS.ProcessEnv;
  /** The run's folder. */
  readonly folder: string;
  readonly listener: Listener;
}

/** Shards that are looked at concurrently without the engine. */
export const shardsLookedAt = 8;

/** The context of a run's looks. `env` is what the engine gets beside this process's environment. */
export function contextOfLooks(
  root: string,
  env: Readonly<Record<string, string>> | undefined,
  run: Omit<LookContext, "client" | "runtime" | "env">,
): Omit<LookContext, "client"> {
  return { ...run, runtime: programRuntime(root), env: { ...environment(), ...env } };
}

/** One shard that has a Pulumi stack. */
interface ShardToLookAt {
  readonly shard: string;
  /** Its state, as the engine exports it, parsed as JSON. */
  readonly state: unknown;
  readonly settings: ConfigLookup;
  readonly isPreview: boolean;
  readonly reads: EarlierReads;
  readonly scope?: LookScope | undefined;
  /** Called for each resource that is compared. */
  readonly onDone?: (() => void) | undefined;
}

export function lookAt(
  { client, stacks, desired, place, runtime, places, allowed, env, folder, listener }: LookContext,
  { shard, settings, ...given }: ShardToLookAt,
): Promise<LookResult> {
  const { project } = stacks;
  return lookAtShard({
    ...given,
    stack: stacks.nameOf(shard),
    project,
    whole: desired,
    part: selectShard(desired, shard, places),
    place: { ...place, shard },
    isOneShard: place.shard !== baseShard,
    env: { ...env, ...allowanceFor(allowed?.get(shard)) },
    runtime,
    settings,
    config: (key) => settings(`${project}:${key}`),
    client,
    shared: new SharedReads(folder),
    onRead: listener.read,
  });
}
