/** What the provider of each front end answers an engine that refreshes, checks and compares a resource. */
import { type Kind, type Properties, secretFieldsOf, type ValueIssue } from "../kinds/kind";
import type { LiveReader } from "../live";
import { levelField, neededLevel } from "../model/level";
import { providerKey, providerText } from "../model/providerText";
import type { FrontEnd } from "../model/typeToken";
import { withoutDefaults } from "../model/values";
import { checkDeclared, compareDeclared, toRefreshedInputs } from "../native/answers";
import { isOfOwnClass, outputsFor, secretsOf, stateFrom, stateInputs } from "../native/state";
import { checkInputs, compareWithState, type StateComparison } from "../provider/compare";
import { pickOwn } from "../provider/dynamic";
import type { Lifecycle } from "../provider/lifecycle";
import type { OpenEntry } from "./stateReading";

/** A resource of the state, as the engine keeps it. */
export type KeptProperties = Pick<OpenEntry, "id" | "inputs" | "outputs" | "secretInputs" | "secretOutputs">;

export interface ProviderAnswers {
  /** What a program adds to the values of a resource. */
  addProgramInputs(kind: Kind, places: Properties): Properties;
  /** What the engine keeps after a refresh; undefined for an object that is gone. */
  refresh(entry: OpenEntry, lifecycle: Lifecycle): Promise<KeptProperties | undefined>;
  /** The inputs that the engine keeps, and the problems with them. */
  check(
    kind: Kind,
    former: Properties,
    given: Properties,
  ): { readonly inputs: Properties; readonly issues: readonly ValueIssue[] };
  /** Compares a state with inputs that the check has passed on. */
  compare(
    kind: Kind,
    held: Pick<OpenEntry, "id" | "inputs" | "outputs">,
    inputs: Properties,
    live: () => LiveReader,
  ): Promise<StateComparison>;
  /**
   * The inputs that the state holds as secret.
   *
   * @param given As declared, and `inputs`, as checked.
   * @param marked Those that the YAML takes from a source of secrets.
   */
  secretInputs(
    kind: Kind,
    values: { readonly given: Properties; readonly inputs: Properties },
    marked: readonly string[],
  ): ReadonlySet<string>;
  /** Whether the outputs in a state say which fields the program manages. */
  showManaged(entry: OpenEntry): boolean;
}

const dynamicAnswers: ProviderAnswers = {
  addProgramInputs: (kind) => ({ [providerKey]: providerText(kind) }),
  async refresh({ kind, id, inputs, outputs, secretInputs, secretOutputs }, lifecycle) {
    const current = await lifecycle.read(kind, id, pickOwn(outputs));
    return (
      current && {
        id: current.id,
        inputs: { ...withoutDefaults(kind, current.inputs), ...pickHost(inputs) },
        outputs: { ...current.outputs, ...pickHost(outputs) },
        secretInputs,
        secretOutputs,
      }
    );
  },
  check(kind, former, given) {
    const { inputs, issues } = checkInputs(kind, pickOwn(former), pickOwn(given));
    return { inputs: { ...inputs, ...pickHost(given) }, issues };
  },
  compare: (kind, { id, outputs }, inputs, live) =>
    compareWithState(kind, id, pickOwn(outputs), pickOwn(inputs), live),
  secretInputs: (kind, { given, inputs }, marked) =>
    withPresent(inputs, [...marked, ...secretFieldsOf(kind, given)]),
  showManaged: () => true,
};

function pickHost({ [providerKey]: host }: Properties): Properties {
  return host === undefined ? {} : { [providerKey]: host };
}

const nativeAnswers: ProviderAnswers = {
  addProgramInputs(kind, places) {
    const level = neededLevel(kind, places);
    return { [providerKey]: true, ...(level === undefined ? {} : { [levelField]: level }) };
  },
  async refresh({ kind, id, inputs, outputs, secretInputs, secretOutputs }, lifecycle) {
    const current = await lifecycle.read(kind, id, stateFrom(kind, outputs, stateInputs(inputs)));
    if (!current) return undefined;
    const marked = new Set([...secretInputs, ...secretOutputs]);
    const kept = toRefreshedInputs(kind, current.inputs, inputs);
    const shown = outputsFor(kind, current.id, current.outputs, kept, current.live);
    return {
      id: current.id,
      inputs: kept,
      outputs: shown,
      secretInputs: withPresent(kept, secretsOf(kind, kept, marked)),
      secretOutputs: withPresent(shown, secretsOf(kind, shown, marked)),
    };
  },
  check: checkDeclared,
  compare: (kind, { inputs: held, outputs }, inputs, live) =>
    compareDeclared(kind, stateFrom(kind, outputs, stateInputs(held)), inputs, live),
  secretInputs: (kind, { inputs }, marked) => withPresent(inputs, secretsOf(kind, inputs, new Set(marked))),
  showManaged: ({ inputs }) => isOfOwnClass(inputs),
};

function withPresent(values: Properties, fields: Iterable<string>): ReadonlySet<string> {
  return new Set([...fields].filter((field) => values[field] !== undefined));
}

export function answersOf(frontEnd: FrontEnd): ProviderAnswers {
  return frontEnd === "native" ? nativeAnswers : dynamicAnswers;
}
