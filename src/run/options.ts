/** The options and the outcome of a run over the shards of a stack. */
import type { DesiredStack, RepositoryFileSource } from "../desired";
import type { LiveLookup, RequestEstimate } from "../plan";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import type { Move } from "./layout";
import type { Looking } from "./lookAt";

export interface RunOptions {
  /** The id under which all processes of the run count their requests. Default: a new one. */
  readonly id?: string | undefined;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it: `acme`, `acme.PLAT`. */
  readonly stack: string;
  readonly operation: StackOperation;
  /** Provides the engine: called before each use. */
  readonly engine: () => Promise<unknown>;
  /** Reads the files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
  /** The stack, if it was loaded before: for a destroy, without those files. Default: it is loaded. */
  readonly desired?: DesiredStack | undefined;
  /** Concurrent shards. Default: the number of cores, at least two. */
  readonly parallel?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ends the engines after the steps in progress, starts no further shard, and gives up what only reads. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the engines at once. */
  readonly now?: AbortSignal | undefined;
  /**
   * Whether the engine skips writing its state after every step. Default: for a compiled program, unless it
   * declares something whose secret the API shows only once.
   */
  readonly skipCheckpoints?: boolean | undefined;
  readonly listener?: Listener | undefined;
  /** Looks up the live objects of the state, to detect renames on the server. */
  readonly live?: LiveLookup | undefined;
  /** Limits the run to these shards, by the names of their Pulumi stacks: for a preview in parts. */
  readonly only?: readonly string[] | undefined;
  /** Where a preview writes the engine's update plans. */
  readonly plans?: string | undefined;
  /** What it takes to find out without the engine where something changes. Left out, it runs everywhere. */
  readonly looking?: Looking | undefined;
  /** Whether the engine runs for each shard that has a Pulumi stack, also where nothing changes. */
  readonly usesEngine?: boolean | undefined;
  /** Whether only what the YAML changes against the state is looked at and applied. It takes `looking`. */
  readonly changed?: boolean | undefined;
  /** Holds an apply to a plan. */
  readonly guard?: ApplyGuard | undefined;
}

/** Holds an apply to its plan, shard by shard. */
interface ApplyGuard {
  /** The folder of the update plans of an earlier preview, already checked. */
  readonly plans: string;
  /**
   * Returns the reason why a shard must not be applied, from a preview: for a shard without an update plan
   * yet.
   */
  check(preview: ShardOutcome): string | undefined;
}

/** Receives the progress of a run. */
export interface Listener {
  /** The YAML was read, which is about this workspace. Nothing was written yet. */
  begin?(workspace: string): void;
  /** The estimated requests of all shards together. */
  needs?(requests: RequestEstimate): void;
  /** The number of resources to read. */
  expect?(resources: number): void;
  done?(): void;
  /** A resource was read from Bitbucket, and is to be processed. */
  read?(): void;
  running?(shards: readonly string[]): void;
  say?(line: string): void;
}

export interface RunOutcome {
  readonly operation: StackOperation;
  readonly workspace: string;
  readonly shards: readonly ShardOutcome[];
  /** Shards that were not started, because one that they depend on failed or the run was stopped. */
  readonly skipped: readonly string[];
  readonly moves: readonly Move[];
  readonly succeeded: boolean;
  readonly seconds: number;
  /** The id that the processes of this run share in the ledger of requests. */
  readonly run: string;
  /** The number of declared resources that were not looked at, where only what changes was. */
  readonly notLookedAt?: number | undefined;
  /** How old the oldest response is that a preview took from an interrupted one, in seconds. */
  readonly oldestReadSeconds?: number | undefined;
}
