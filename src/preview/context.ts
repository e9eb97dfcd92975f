/** What the program that runs YAML takes from the run that it is part of, with an engine or without. */
import type { Client, ReadClient } from "../bitbucket";
import type { DesiredResource } from "../desired";
import type { LiveReader } from "../live";
import type { ConfigLookup } from "../provider/configLookup";
import type { RunNote } from "../pulumi/notes";
import type { OtherShards } from "../pulumi/otherShards";

/** Shows lines to the user, beside the resource that they are about. */
interface ProgramLog {
  info(text: string, about?: DesiredResource): unknown;
  warn(text: string, about?: DesiredResource): unknown;
  /** Shows what an apply stops at: the preview continues, and fails at its end. */
  refuse(text: string): unknown;
}

/** Something at which an apply stops before its first change. */
export interface ApplyRefusal {
  readonly error: Error;
  /** What a preview shows instead. */
  readonly preview: string;
  /** Whether an apply may still go on with another credential or environment than that of the preview. */
  readonly isOnlyHere?: boolean | undefined;
}

export interface ProgramContext {
  /** The name of the Pulumi stack. */
  readonly stackName: string;
  /** Whether nothing is changed in this run. */
  readonly isPreview: boolean;
  /**
   * Whether a part of the stack is looked at by itself: nobody looks for what is not managed, or estimates the requests of
   * the whole.
   */
  readonly isPartial?: boolean | undefined;
  /** Whether policies are checked later, once it is known what is looked at. */
  readonly postponesPolicies?: boolean | undefined;
  /** Whether what would be adopted is shown as such: one that changes nothing takes no line of its own. */
  readonly marksAdoptions?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The stack's configuration, by whole keys: `bitbucket:maxDeletions`. */
  readonly settings: ConfigLookup;
  /** A value of the project's own configuration: `webhookSecret`. */
  readonly config: (key: string) => string | undefined;
  /** Only reads. */
  readonly client: Client;
  /** Answers what may have been read before. */
  readonly reads: ReadClient;
  readonly live: LiveReader;
  /** What the states of the other shards hold. Undefined in a run of all shards, which has moved it. */
  readonly others?: OtherShards | undefined;
  readonly log: ProgramLog;
  /** Notes something for the command that runs this. */
  readonly note: (note: RunNote) => void;
  /** Takes what stops an apply where it is not known yet whether this is one. Then `isPreview` does not count. */
  readonly postpone?: (refusal: ApplyRefusal) => unknown;
}

/** What follows from a refusal, in a preview. */
export const wouldStop = "An apply would stop before the first change.";

/**
 * Stops an apply with an error. A preview continues, and fails at its end; it only warns of what another credential or
 * environment may change.
 *
 * @throws {Error} the error itself.
 */
export async function refuseApply(
  { isPreview, log, postpone }: ProgramContext,
  refusal: ApplyRefusal,
): Promise<void> {
  const { error, preview, isOnlyHere } = refusal;
  if (postpone) await postpone(refusal);
  else if (!isPreview) throw error;
  else await (isOnlyHere ? log.warn(preview) : log.refuse(preview));
}
