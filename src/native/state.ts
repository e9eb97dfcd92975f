/**
 * A resource in the native provider's state. Generated classes compute nothing, so its outputs hold the
 * defaults and everything that follows from the id, which the TypeScript package's own classes compute.
 */

import type { z } from "zod";
import { keptValue } from "../kinds/kept";
import { defaultsOf, fieldMeta, type Kind, metaOf, type Properties, secretFieldsOf } from "../kinds/kind";
import { levelField, levelsOf } from "../model/level";
import { locationFields } from "../model/location";
import { providerKey, providerText } from "../model/providerText";
import { unknownValue } from "../model/unknown";
import { withDefaults, withoutDefaults } from "../model/values";

/**
 * The kind's own inputs: without the level, which only the check uses, and without the dynamic provider's.
 */
export function ownInputs(inputs: Properties): Properties {
  const { [levelField]: _, [providerKey]: __, ...own } = inputs;
  return own;
}

/** The inputs in the state: a stand-in of an import says nothing of a value. */
export function stateInputs(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(ownInputs(inputs)).filter(([, value]) => value !== keptValue));
}

/** The inputs to keep besides those of the kind. A program in a state's language needs the level, which YAML has not. */
export function pickBeside(kind: Kind, inputs: Properties): Properties {
  if (isOfOwnClass(inputs)) return { [providerKey]: inputs[providerKey] };
  const level = inputs[levelField];
  return levelsOf(kind).length > 0 && level !== undefined ? { [levelField]: level } : {};
}

/**
 * The inputs that a check passes on. Of a class of this package, they do not say where the dynamic provider is: the
 * outputs do.
 */
export function shortenHost(inputs: Properties): Properties {
  return isOfOwnClass(inputs) ? { ...inputs, [providerKey]: true } : inputs;
}

/** Whether inputs or outputs are of one of this package's own classes, which say where the dynamic provider is. */
export function isOfOwnClass(values: Properties): boolean {
  return values[providerKey] !== undefined;
}

/**
 * Whether the state has the outputs of a class of this package and the program none: its SDK computes no output, and the engine
 * takes them from the state. An update completes them; it sends nothing where nothing differs.
 */
export function lacksOutputs(outputs: Properties, inputs: Properties): boolean {
  return isOfOwnClass(outputs) && !isOfOwnClass(inputs);
}

/**
 * The outputs for the engine. For the package's own classes, they are those of the dynamic provider, to which the program
 * may switch back: the classes compute the rest, and Pulumi's host reads where that provider is.
 *
 * @param inputs The resource's inputs, as checked.
 * @param live The object as the API shows it: what nobody manages is an output as well.
 */
export function outputsFor(
  kind: Kind,
  id: string,
  kept: Properties,
  inputs: Properties,
  live: Properties = {},
): Record<string, unknown> {
  if (isOfOwnClass(inputs)) return { ...kept, [providerKey]: providerText(kind) };
  return { ...pickUnmanaged(kind, live, inputs), ...outputsOfSdk(kind, id, kept) };
}

/** The fields that the server chooses where the program leaves them out. */
function unmanagedFields(kind: Kind, inputs: Properties): string[] {
  const defaults = defaultsOf(kind);
  return Object.keys(kind.args.shape).filter((name) => {
    const { createOnly, secret, writeOnly, toolOption } = fieldMeta(kind, name);
    return (
      inputs[name] === undefined && !(name in defaults) && !createOnly && !secret && !writeOnly && !toolOption
    );
  });
}

function pickUnmanaged(kind: Kind, live: Properties, inputs: Properties): Properties {
  const secret = secretFieldsOf(kind, live);
  return Object.fromEntries(
    unmanagedFields(kind, inputs).flatMap((name) =>
      live[name] === undefined || secret.includes(name) ? [] : [[name, live[name]]],
    ),
  );
}

function outputsOfSdk(kind: Kind, id: string, kept: Properties): Record<string, unknown> {
  const outputs = withDefaults(kind, kept);
  return { ...outputs, ...derivedOf(kind, id, outputs) };
}

function derivedOf(kind: Kind, id: string, outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(kind.derived ?? {}).map(([name, derive]) => [name, derive(id, outputs)]),
  );
}

/**
 * The state in the lifecycle's form: managed fields are those of the inputs, whatever else the outputs hold.
 *
 * @param inputs The resource's inputs in the engine's state; undefined if it sent none.
 */
export function stateFrom(kind: Kind, outputs: Properties, inputs: Properties | undefined): Properties {
  const defaults = defaultsOf(kind);
  const { [providerKey]: _, ...own } = outputs;
  const entries = Object.entries(own).filter(([name]) => {
    if (!(name in kind.args.shape)) return !(name in (kind.derived ?? {}));
    return inputs === undefined || inputs[name] !== undefined || name in defaults;
  });
  return withoutDefaults(kind, Object.fromEntries(entries));
}

/**
 * The outputs in a preview of a create: values that only the server knows are unknown.
 *
 * @param known Outputs of an object that exists.
 */
export function previewOfCreate(
  kind: Kind,
  inputs: Properties,
  known: Properties = {},
): Record<string, unknown> {
  const outputs: Record<string, unknown> = { ...known, ...withDefaults(kind, inputs) };
  for (const name of [...Object.keys(kind.outputs.shape), ...unmanagedFields(kind, inputs)])
    outputs[name] ??= unknownValue;
  return withoutUnkept(kind, outputs);
}

/**
 * The outputs in a preview of an update.
 *
 * @param changed The fields that change.
 * @param outputs Those in the state.
 */
export function previewOfUpdate(
  kind: Kind,
  id: string,
  state: Properties,
  inputs: Properties,
  changed: readonly string[],
  outputs: Properties,
): Record<string, unknown> {
  const known: Record<string, unknown> = { ...pickUnmanaged(kind, outputs, inputs) };
  const identity = [...kind.naturalKey, "name", "project", ...locationFields(kind)];
  const moves = changed.some((field) => identity.includes(field));
  for (const [name, value] of Object.entries(outputsOfSdk(kind, id, state))) {
    if (name in kind.args.shape && !(name in kind.outputs.shape)) continue;
    known[name] =
      moves && name in kind.outputs.shape && !stableOutputs(kind, id).includes(name) ? unknownValue : value;
  }
  return withoutUnkept(kind, { ...known, ...withDefaults(kind, inputs) });
}

/** The outputs that follow from the id alone and so stay unchanged. */
export function stableOutputs(kind: Kind, id: string): string[] {
  return Object.entries(kind.derived ?? {}).flatMap(([name, derive]) =>
    derive(id, {}) === id ? [name] : [],
  );
}

function withoutUnkept(kind: Kind, outputs: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !fieldMeta(kind, name).createOnly));
}

/**
 * The properties that the engine must encrypt.
 *
 * @param marked Those that the program itself marked as secret.
 */
export function secretsOf(kind: Kind, values: Properties, marked: ReadonlySet<string>): Set<string> {
  const outputs = Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
    metaOf(schema as z.ZodType).secret ? [name] : [],
  );
  return new Set([...marked, ...secretFieldsOf(kind, withDefaults(kind, values)), ...outputs]);
}
