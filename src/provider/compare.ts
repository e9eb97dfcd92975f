/** What the engine asks a provider before it changes anything: the inputs of a resource, checked, and what differs. */
import type { Kind, Properties, ValueIssue } from "../kinds/kind";
import type { LiveReader } from "../live";
import { check } from "../model/check";
import { diff, type ResourceDiff } from "../model/diff";
import { withDefaults, withoutDefaults } from "../model/values";
import { matchStateSpelling } from "./spelling";

/**
 * The inputs that the state keeps, and the problems with them.
 *
 * @param former The inputs in the state, or an empty object.
 */
export function checkInputs(
  kind: Kind,
  former: Properties,
  given: Properties,
): { readonly inputs: Record<string, unknown>; readonly issues: readonly ValueIssue[] } {
  const { inputs, issues } = check(kind, former, given);
  return { inputs: withoutDefaults(kind, inputs), issues };
}

export interface StateComparison {
  /** The outputs without what follows from them. */
  readonly state: Properties;
  /** The inputs with their defaults, written as the state has them where they mean the same. */
  readonly wanted: Properties;
  readonly found: ResourceDiff;
}

/**
 * Compares a resource in the state with its inputs.
 *
 * @param outputs In the state, after the refresh.
 * @param inputs As the check gives them on.
 */
export async function compareWithState(
  kind: Kind,
  id: string,
  outputs: Properties,
  inputs: Properties,
  live: () => LiveReader,
): Promise<StateComparison> {
  const state = withoutDerived(kind, id, outputs, inputs);
  const wanted = await matchStateSpelling(kind, state, withDefaults(kind, inputs), live);
  return { state, wanted, found: diff(kind, state, wanted) };
}

/**
 * A state without what follows from the id and the other outputs: the native provider keeps that in a state as well, where it
 * could be taken for a field that was managed, and is left out now.
 */
function withoutDerived(kind: Kind, id: string, state: Properties, news: Properties): Properties {
  const derived = Object.entries(kind.derived ?? {}).flatMap(([name, derive]) =>
    name in kind.args.shape && news[name] === undefined && state[name] === derive(id, state) ? [name] : [],
  );
  if (derived.length === 0) return state;
  return Object.fromEntries(Object.entries(state).filter(([name]) => !derived.includes(name)));
}
