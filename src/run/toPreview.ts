/** Makes the outcome of a preview from a look. */
import type { LookResult } from "../preview";
import type { ShardOutcome } from "../pulumi/operate";

/**
 * What the engine alone can tell is a warning; what an apply would stop at is an error.
 *
 * @param hint Where to learn the rest.
 */
export function toPreview({ outcome, undecided, refusals }: LookResult, hint: string): ShardOutcome {
  const stops = [...refusals, ...undecided.flatMap(({ text, stopsApply }) => (stopsApply ? [text] : []))];
  const said = [
    ...stops.map((text) => ({ severity: "error" as const, text })),
    ...undecided.flatMap(({ text, stopsApply }) =>
      stopsApply ? [] : [{ severity: "warning" as const, text: `${text}: ${hint}` }],
    ),
  ];
  // Where nothing could be compared at all, silence would look like "no change".
  const isBlind = undecided.length > 0 && outcome.changes.length + outcome.unchanged === 0;
  return {
    ...outcome,
    succeeded: stops.length === 0 && !isBlind,
    messages: [...outcome.messages, ...said],
  };
}

/** Adds what the programs of an engine would say of the credential. */
export function withNotes(outcome: ShardOutcome, notes: readonly string[] = []): ShardOutcome {
  const said = notes.map((text) => ({ severity: "info" as const, text }));
  return { ...outcome, messages: [...said, ...outcome.messages] };
}
