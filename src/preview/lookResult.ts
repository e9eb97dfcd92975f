/** What a look at one shard is asked, and what it answers. */
import type { Client } from "../bitbucket";
import type { DesiredStack, StackLocation } from "../desired";
import type { EarlierReads, SharedReads } from "../live";
import type { ConfigLookup } from "../provider/configLookup";
import type { EventListener } from "../pulumi/events";
import type { ShardOutcome } from "../pulumi/operate";
import type { ProgramRuntime } from "./ownProgram";
import type { LookedAtPart, PartToApply } from "./part";
import type { LookScope } from "./scope";

export interface LookOptions extends EventListener {
  /** The names of the Pulumi stack and of its project. */
  readonly stack: string;
  readonly project: string;
  /** The stack with all its shards, and what this one holds. */
  readonly whole: DesiredStack;
  readonly part: DesiredStack;
  readonly place: StackLocation;
  /** Whether the run leaves out the stack's other shards. */
  readonly isOneShard?: boolean | undefined;
  /** The state, as the engine exports it, parsed as JSON. */
  readonly state: unknown;
  readonly isPreview: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** What the engine runs the project's program with. */
  readonly runtime: ProgramRuntime;
  readonly settings: ConfigLookup;
  readonly config: (key: string) => string | undefined;
  /** Only reads. */
  readonly client: Client;
  /** The client, which records what it reads. */
  readonly reads: EarlierReads;
  readonly shared?: SharedReads | undefined;
  /** Limits the look to what the YAML changes. */
  readonly scope?: LookScope | undefined;
}

/** What a look came to. */
export interface LookResult {
  /** The outcome of a preview. Where something is undecided, the engine's may differ. */
  readonly outcome: ShardOutcome;
  /** Why only the engine can tell what would change. */
  readonly undecided: readonly Undecided[];
  /** In lines, what a preview has found at which an apply stops: it does not hide what would change. */
  readonly refusals: readonly string[];
  /** Whether an apply would leave the state as it is. */
  readonly isSettled: boolean;
  /** Why it came to nothing: an apply would stop there as well. */
  readonly failure?: string | undefined;
  /** Whether it came to nothing because an apply would delete what it must not, or too much. */
  readonly isRefusal?: boolean | undefined;
  /** Whether it came to nothing for a reason that people can resolve: an engine would meet the same. */
  readonly isUserError?: boolean | undefined;
  /** Whether it came to nothing because Bitbucket does not accept the credential. */
  readonly isRejected?: boolean | undefined;
  /** Whether no mandatory policy stops an apply. Without it, there is a failure or something undecided. */
  readonly arePoliciesKept: boolean;
  /** The number of declared resources that were looked at. */
  readonly lookedAt: number;
  /** What was looked at. Undefined: it came to nothing before that was known. */
  readonly part?: LookedAtPart | undefined;
  /** What an apply has to do, after a look at everything. Undefined: only the engine can tell. */
  readonly toApply?: PartToApply | undefined;
}

/** Something that a look cannot tell. */
export interface Undecided {
  /** A line. */
  readonly text: string;
  /** Whether an apply stops at it, whatever the engine finds. */
  readonly stopsApply: boolean;
}
