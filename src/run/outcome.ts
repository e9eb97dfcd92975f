/** Combines the notes of this package's provider and program with the engine's own outcome. */
import { isDeepStrictEqual } from "node:util";
import { baseShard, type DesiredStack, groupByShard } from "../desired";
import { kinds } from "../kinds";
import { formatRecreation, lossOf } from "../model/deletedObject";
import { toLocation } from "../model/location";
import type { ResourceChange } from "../pulumi/events";
import type { RunNote } from "../pulumi/notes";
import type { ShardOutcome, StackOperation } from "../pulumi/operate";
import type { RunOutcome } from "./options";

/** Returns the outcome in which adopted objects do not count as created, and no message is repeated. */
export function interpret(
  outcome: ShardOutcome,
  operation: StackOperation,
  notes: readonly RunNote[],
): ShardOutcome {
  const superseded = new Set(notes.flatMap((one) => (one.note === "superseded" ? [one.text] : [])));
  const isAdoption = (change: ResourceChange) =>
    notes.some((note) =>
      operation === "preview"
        ? note.note === "toBeAdopted" &&
          note.stack === outcome.stack &&
          note.kind === change.kind &&
          note.name === change.name
        : note.note === "adopted" && isOf(note, change),
    );
  return {
    ...outcome,
    changes: outcome.changes.map((change) =>
      change.operation === "create" && isAdoption(change) ? { ...change, operation: "adopt" } : change,
    ),
    messages: outcome.messages.filter(({ text }) => !superseded.has(text)),
  };
}

/** The number of declared resources beside those that were looked at. */
export function countLeft(stack: DesiredStack, shard: string, lookedAt: number): number {
  const { length } = shard === baseShard ? stack.resources : (groupByShard(stack).get(shard) ?? []);
  return Math.max(0, length - lookedAt);
}

/** What a look has found of the part of a shard that the engine leaves out, as nothing of it changes. */
export type UntouchedPart = Pick<ShardOutcome, "unchanged" | "live" | "messages">;

/** Adds it to the outcome of the part that changes. What both say is said once, and nothing of a stack that was locked. */
export function addUntouched(outcome: ShardOutcome, untouched: UntouchedPart): ShardOutcome {
  if (outcome.isLocked) return outcome;
  const told = new Set(outcome.messages.map(({ text }) => text));
  return {
    ...outcome,
    unchanged: outcome.unchanged + untouched.unchanged,
    live: { ...untouched.live, ...outcome.live },
    messages: [...untouched.messages.filter(({ text }) => !told.has(text)), ...outcome.messages],
  };
}

/** Whether a run was kept from beginning: no shard was changed, and no state has moved. */
export function isRefused({
  shards,
  moves,
  succeeded,
}: Pick<RunOutcome, "shards" | "moves" | "succeeded">): boolean {
  return (
    !succeeded &&
    moves.length === 0 &&
    shards.some((shard) => shard.isRefused) &&
    shards.every((shard) => (shard.succeeded || shard.isRefused) && shard.changes.length === 0)
  );
}

/** Whether a note and a change are about the same object. Not every kind's id says where the object lives. */
function isOf(
  note: RunNote & { readonly note: "adopted" },
  { kind: name, id, after = {} }: ResourceChange,
): boolean {
  const kind = kinds.find((one) => one.name === name);
  if (!kind || note.kind !== name || note.id !== id) return false;
  return isDeepStrictEqual(note.at, JSON.parse(JSON.stringify(toLocation(kind, after))));
}

/** Adds what an apply would stop at to what the preview of a shard came to. */
export function withRefusals(outcome: ShardOutcome, refusals: readonly string[]): ShardOutcome {
  if (refusals.length === 0) return outcome;
  const messages = refusals.map((text) => ({ severity: "error" as const, text }));
  return { ...outcome, succeeded: false, messages: [...outcome.messages, ...messages] };
}

/** Adds a warning of each resource that somebody deleted, and that comes back without what it contained. */
export function withLosses(outcome: ShardOutcome): ShardOutcome {
  const losses = outcome.changes.flatMap((change) => {
    const loss = lossOf(change);
    return loss ? formatRecreation(`${change.kind} ${change.name}`, loss) : [];
  });
  if (losses.length === 0) return outcome;
  const messages = losses.map((text) => ({ severity: "warning" as const, text }));
  return { ...outcome, messages: [...outcome.messages, ...messages] };
}
