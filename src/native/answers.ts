/**
 * What the native provider answers an engine that refreshes, checks and compares a resource, apart from gRPC: a preview
 * without the engine asks the same.
 */
import type { Kind, Properties, ValueIssue } from "../kinds/kind";
import type { LiveReader } from "../live";
import { diff } from "../model/diff";
import { checkLevel } from "../model/level";
import { withDefaults, withoutDefaults } from "../model/values";
import { checkInputs, type StateComparison } from "../provider/compare";
import { matchStateSpelling } from "../provider/spelling";
import { ownInputs, pickBeside, shortenHost, stateInputs } from "./state";

/**
 * The inputs that the engine keeps, those of them that are the kind's own, and the problems with them.
 *
 * @param former The inputs in the state, or an empty object.
 * @param given What the program declares.
 */
export function checkDeclared(
  kind: Kind,
  former: Properties,
  given: Properties,
): {
  readonly inputs: Record<string, unknown>;
  readonly own: Record<string, unknown>;
  readonly issues: readonly ValueIssue[];
} {
  const { inputs: own, issues } = checkInputs(kind, stateInputs(former), ownInputs(given));
  return {
    inputs: shortenHost({ ...own, ...pickBeside(kind, given) }),
    own,
    issues: [...checkLevel(kind, given), ...issues],
  };
}

/**
 * The inputs that the engine keeps after a refresh.
 *
 * @param live Those of the live object.
 * @param held Those in the state.
 */
export function toRefreshedInputs(kind: Kind, live: Properties, held: Properties): Record<string, unknown> {
  return { ...withoutDefaults(kind, live), ...pickBeside(kind, held) };
}

/**
 * Compares a state, as `stateFrom` gives it, with inputs that a check has passed on.
 *
 * @param live Looks users up.
 */
export async function compareDeclared(
  kind: Kind,
  state: Properties,
  inputs: Properties,
  live: () => LiveReader,
): Promise<StateComparison> {
  const wanted = await matchStateSpelling(kind, state, withDefaults(kind, ownInputs(inputs)), live);
  return { state, wanted, found: diff(kind, state, wanted) };
}
