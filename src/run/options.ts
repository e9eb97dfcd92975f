/** What a run over the shards of a stack is asked for, and what comes of it. */
import type { LiveLookup, RequestEstimate } from "../plan";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import type { Move } from "./layout";

export interface RunOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The stack, or one shard of it: `acme`, `acme.PLAT`. */
  readonly stack: string;
  readonly operation: StackOperation;
  /** Shards at once. Default: as many as the machine has cores, at least two. */
  readonly parallel?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ends the engines in order. */
  readonly signal?: AbortSignal | undefined;
  /** Whether no further shard is started. */
  readonly stopped?: (() => boolean) | undefined;
  /** Whether the engine leaves out writing its state after every step. */
  readonly skipCheckpoints?: boolean | undefined;
  readonly listener?: Listener | undefined;
  /** Looks at the live objects of the state, to tell what was renamed on the server. */
  readonly live?: LiveLookup | undefined;
  /** Only these of the shards, by the names of their Pulumi stacks: for a preview in parts. */
  readonly only?: readonly string[] | undefined;
  /** Where a preview writes the engine's update plans. */
  readonly plans?: string | undefined;
  /** What an apply is held to. */
  readonly guard?: ApplyGuard | undefined;
}

/** Holds an apply to what was planned, shard by shard. */
export interface ApplyGuard {
  /** The folder of the update plans of an earlier preview, which has been checked. */
  readonly plans: string;
  /** Why a shard must not be applied, by a preview of it: for one that has no update plan yet. */
  check(preview: ShardOutcome): string | undefined;
}

/** Hears how a run goes on. */
export interface Listener {
  /** So many requests it takes, all shards together, as far as can be told. */
  needs?(requests: RequestEstimate): void;
  /** So many resources are there to be looked at. */
  expect?(resources: number): void;
  done?(): void;
  /** One was read from Bitbucket, before it is looked at. */
  read?(): void;
  running?(shards: readonly string[]): void;
  say?(line: string): void;
}

export interface RunOutcome {
  readonly operation: StackOperation;
  readonly shards: readonly ShardOutcome[];
  /** Shards that were not begun, since one that they need failed or the run was stopped. */
  readonly skipped: readonly string[];
  readonly moves: readonly Move[];
  readonly succeeded: boolean;
  readonly seconds: number;
  /** What the processes of this run have in common in the ledger of requests. */
  readonly run: string;
}
