/** What an earlier run was interrupted at: an apply settles it, and what is left is told once. */
import { errorText, isBug } from "../errors";
import type { EngineMessage } from "../pulumi/events";
import type { ShardOutcome } from "../pulumi/operate";
import type { Stacks } from "../pulumi/stacks";
import {
  describeInterrupted,
  listInterrupted,
  type PendingOperation,
  readInterrupted,
} from "../pulumi/state";

interface SettleOptions {
  readonly stacks: Stacks;
  readonly shard: string;
  /** The state before, parsed as JSON, if it was read. */
  readonly state: unknown;
  /** Whether it was an apply of all that the shard declares. */
  readonly isWhole: boolean;
}

/**
 * Clears from the state the interrupted creations that an apply found the outcome of. Only the state changes, and only what the
 * engine keeps in it for people to clear.
 */
export async function settleInterrupted(
  { foundInterrupted, ...outcome }: ShardOutcome,
  { stacks, shard, state, isWhole }: SettleOptions,
): Promise<ShardOutcome> {
  const known = state === undefined ? [] : readInterrupted(state);
  // What the state has open may be what the other run is at.
  if (outcome.isLocked || (!foundInterrupted && known.length === 0)) return outcome;
  try {
    const deployment = await stacks.deployment(shard);
    const name = stacks.nameOf(shard);
    // The program has told it without knowing what becomes of it.
    const told = [known, deployment.pending].map((one) => describeInterrupted(one, name));
    const others = outcome.messages.filter(({ text }) => !told.includes(text));
    const settled = isWhole && outcome.succeeded ? deployment.settlePending() : [];
    if (settled.length > 0) await stacks.replace(shard, deployment);
    const left = deployment.pending;
    const messages: EngineMessage[] = [];
    if (settled.length > 0)
      messages.push({
        severity: "info",
        text: `An earlier run was interrupted while ${listInterrupted(settled)}: settled, and cleared from the state.`,
      });
    if (left.length > 0)
      messages.push({
        severity: "warning",
        text: isWhole && outcome.succeeded ? describeLeft(left, name) : describeInterrupted(left, name),
      });
    return { ...outcome, messages: [...others, ...messages] };
  } catch (error) {
    if (isBug(error)) throw error;
    // The apply itself is done: the next one tries again.
    const text = `What an earlier run was interrupted at could not be cleared from the state: ${errorText(error)}`;
    return { ...outcome, messages: [...outcome.messages, { severity: "warning", text }] };
  }
}

function describeLeft(left: readonly PendingOperation[], stack: string): string {
  return (
    `An earlier run was interrupted while ${listInterrupted(left)}, which is not declared any more. If that was created, it exists ` +
    "in Bitbucket and is not managed. To clear this from the state: " +
    `npx bitbucket-as-code repair ${stack}`
  );
}
