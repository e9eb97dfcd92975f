/** What the provider and the program of this package say in an operation, beside what the engine says. */
import { kinds } from "../kinds";
import { announcesAdoption, parseAdopted } from "../model/adoption";
import { describeResource } from "../model/describe";
import { isRepetition } from "../model/notApplied";
import { withDefaults } from "../model/values";
import type { ResourceChange } from "../pulumi/events";
import type { ShardOutcome } from "../pulumi/operate";

/** The outcome in which adopted objects are not counted as created, and nothing is said twice. */
export function interpret(outcome: ShardOutcome): ShardOutcome {
  const { changes, messages } = outcome;
  const adopted = new Set(
    messages.flatMap(({ text }) => text.split("\n").flatMap((line) => parseAdopted(line) ?? [])),
  );
  const toBeAdopted = new Set(
    messages.flatMap(({ about, text }) => (announcesAdoption(text) ? [about] : [])),
  );
  const texts = messages.map(({ text }) => text);
  return {
    ...outcome,
    changes: changes.map((change) =>
      change.operation === "create" &&
      (adopted.has(descriptionOf(change)) || toBeAdopted.has(`${change.kind} ${change.name}`))
        ? { ...change, operation: "adopt" }
        : change,
    ),
    messages: messages.filter(({ text }) => !isRepetition(text, texts)),
  };
}

/** As the provider describes it: by that it says what it did not make, but adopted. */
function descriptionOf({ kind: name, after }: ResourceChange): string {
  const kind = kinds.find((known) => known.name === name);
  return kind && after ? describeResource(kind, withDefaults(kind, after)) : "";
}
