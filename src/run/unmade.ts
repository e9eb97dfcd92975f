/** Previews a shard without a Pulumi stack, on which no engine can run: nothing is in its state. */
import { ReadRecorder } from "../live";
import type { LookScope } from "../preview";
import type { ResourceChange } from "../pulumi/events";
import type { ShardOutcome } from "../pulumi/operate";
import { type LookContext, type Looking, lookAt } from "./lookAt";
import { toPreview, withNotes } from "./toPreview";

/** What `pulumi stack export` prints of a stack on which nothing ran. */
const emptyState = { version: 3, deployment: { resources: [] } };

interface UnmadeShard {
  readonly shard: string;
  /** That everything is created: all that is known where nothing can be looked at. */
  readonly changes: readonly ResourceChange[];
  readonly scope?: LookScope | undefined;
}

/**
 * Compares the shard with Bitbucket, so that the first preview says what exists, and what an apply would stop at.
 *
 * @param looking Left out, or where a look cannot tell, the outcome says that nothing was read.
 */
export async function previewUnmade(
  { shard, changes, scope }: UnmadeShard,
  context: Omit<LookContext, "client">,
  looking: Looking | undefined,
): Promise<ShardOutcome> {
  const stack = context.stacks.nameOf(shard);
  const result =
    looking &&
    (await lookAt(
      { ...context, client: looking.client },
      {
        shard,
        state: emptyState,
        settings: looking.settings(stack),
        isPreview: true,
        reads: looking.journal ?? new ReadRecorder(looking.client),
        ...(scope ? { scope } : {}),
      },
    ));
  if (result && (result.failure !== undefined || result.outcome.changes.length > 0 || changes.length === 0)) {
    return withNotes(toPreview(result, `an apply of ${stack} tells what follows.`), looking?.notes);
  }
  const text = "What of it exists in Bitbucket already was not looked up.";
  return {
    stack,
    succeeded: true,
    changes,
    unchanged: 0,
    messages: changes.length > 0 ? [{ severity: "warning", text }] : [],
    live: {},
    seconds: 0,
  };
}
