/**
 * A resource as the engine keeps it for the native provider. Generated classes fill nothing in, so its outputs hold the
 * defaults and what follows from the id, which the TypeScript package's own classes compute.
 */

import type { z } from "zod";
import { defaultsOf, fieldMeta, type Kind, metaOf, type Properties, secretFieldsOf } from "../kinds/kind";
import { levelField, levelsOf } from "../model/level";
import { locationFields } from "../model/location";
import { providerKey } from "../model/providerText";
import { unknownValue } from "../model/unknown";
import { withDefaults, withoutDefaults } from "../model/values";

/** Inputs of the kind alone: without the level, which only counts in a check, and without the dynamic provider's own. */
export function ownInputs(inputs: Properties): Properties {
  const { [levelField]: _, [providerKey]: __, ...own } = inputs;
  return own;
}

/** What is kept of the inputs beside those of the kind. */
export function pickBeside(kind: Kind, inputs: Properties): Properties {
  const level = inputs[levelField];
  return {
    ...(levelsOf(kind).length > 0 && level !== undefined ? { [levelField]: level } : {}),
    ...pickHost(inputs),
  };
}

/**
 * Where Pulumi's dynamic host finds its provider, of a program that may go back to it: without that in the outputs, the host
 * could not read what the native provider has made.
 */
export function pickHost(values: Properties): Properties {
  return values[providerKey] === undefined ? {} : { [providerKey]: values[providerKey] };
}

/** The outputs for the engine. */
export function outputsFor(kind: Kind, id: string, kept: Properties): Record<string, unknown> {
  const outputs = withDefaults(kind, kept);
  return { ...outputs, ...derivedOf(kind, id, outputs) };
}

function derivedOf(kind: Kind, id: string, outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(kind.derived ?? {}).map(([name, derive]) => [name, derive(id, outputs)]),
  );
}

/**
 * The state as the lifecycle wants it: managed is what the inputs manage, whatever else the outputs hold.
 *
 * @param inputs What the engine keeps as the resource's inputs; undefined where it sent none.
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

/** The outputs that a preview shows of what is to be created: what only the server knows is unknown. */
export function previewOfCreate(kind: Kind, inputs: Properties): Record<string, unknown> {
  const outputs: Record<string, unknown> = { ...withDefaults(kind, inputs) };
  for (const name of Object.keys(kind.outputs.shape)) outputs[name] ??= unknownValue;
  return withoutUnkept(kind, outputs);
}

/**
 * The same of what is to be updated.
 *
 * @param changed The fields that change.
 */
export function previewOfUpdate(
  kind: Kind,
  id: string,
  state: Properties,
  inputs: Properties,
  changed: readonly string[],
): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  const identity = [...kind.naturalKey, "name", "project", ...locationFields(kind)];
  const moves = changed.some((field) => identity.includes(field));
  for (const [name, value] of Object.entries(outputsFor(kind, id, state))) {
    if (name in kind.args.shape && !(name in kind.outputs.shape)) continue;
    known[name] =
      moves && name in kind.outputs.shape && !stableOutputs(kind, id).includes(name) ? unknownValue : value;
  }
  return withoutUnkept(kind, { ...known, ...withDefaults(kind, inputs) });
}

/** The outputs that follow from the id alone, and so stay as they are. */
export function stableOutputs(kind: Kind, id: string): string[] {
  return Object.entries(kind.derived ?? {}).flatMap(([name, derive]) =>
    derive(id, {}) === id ? [name] : [],
  );
}

function withoutUnkept(kind: Kind, outputs: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !fieldMeta(kind, name).createOnly));
}

/**
 * The properties that the engine has to encrypt.
 *
 * @param marked Those that the program marked itself.
 */
export function secretsOf(kind: Kind, values: Properties, marked: ReadonlySet<string>): Set<string> {
  const outputs = Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
    metaOf(schema as z.ZodType).secret ? [name] : [],
  );
  return new Set([...marked, ...secretFieldsOf(kind, withDefaults(kind, values)), ...outputs]);
}
