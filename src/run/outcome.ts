/** What the provider and the program of this package say in an operation, beside what the engine says. */
import { kinds } from "../kinds";
import { adoptedIn, isToBeAdopted } from "../model/adoption";
import { describe } from "../model/describe";
import { isSaidAgain } from "../model/notApplied";
import { complete } from "../model/values";
import type { Change } from "../pulumi/events";
import type { Outcome } from "../pulumi/operate";

/** The outcome in which adopted objects are not counted as created, and nothing is said twice. */
export function interpret(outcome: Outcome): Outcome {
  const { changes, messages } = outcome;
  const adopted = new Set(
    messages.flatMap(({ text }) => text.split("\n").flatMap((line) => adoptedIn(line) ?? [])),
  );
  const toBeAdopted = new Set(messages.flatMap(({ about, text }) => (isToBeAdopted(text) ? [about] : [])));
  const texts = messages.map(({ text }) => text);
  return {
    ...outcome,
    changes: changes.map((change) =>
      change.operation === "create" &&
      (adopted.has(descriptionOf(change)) || toBeAdopted.has(`${change.kind} ${change.name}`))
        ? { ...change, operation: "adopt" }
        : change,
    ),
    messages: messages.filter(({ text }) => !isSaidAgain(text, texts)),
  };
}

/** As the provider describes it: by that it says what it did not make, but adopted. */
function descriptionOf({ kind: name, after }: Change): string {
  const kind = kinds.find((known) => known.name === name);
  return kind && after ? describe(kind, complete(kind, after)) : "";
}
