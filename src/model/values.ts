/** The two ends of a resource: from inputs and the live object to the outputs that are kept in state, and back. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { defaultsOf, fieldMeta, type Kind, type LiveObject, metaOf, type Properties } from "../kinds/kind";
import { userFieldsOf } from "../kinds/parse";
import { toCanonicalUuids } from "../kinds/uuid";
import { locationFields } from "./location";

/** Whether two values of a field mean the same. */
export function isSame(kind: Kind, field: string, a: unknown, b: unknown): boolean {
  const equivalent = kind.equivalent?.[field]?.(a, b) ?? isDeepStrictEqual(a, b);
  // A user's UUID in another case is the same UUID.
  return (
    equivalent ||
    (userFieldsOf(kind).includes(field) && isDeepStrictEqual(toCanonicalUuids(a), toCanonicalUuids(b)))
  );
}

/** Whether a live value satisfies the desired one. */
export function satisfies(kind: Kind, field: string, wanted: unknown, live: unknown): boolean {
  return kind.satisfiedBy?.[field]?.(wanted, live) ?? isSame(kind, field, wanted, live);
}

/** Inputs or outputs of the state with the defaults, which are left out there. */
export function withDefaults(kind: Kind, values: Properties): Properties {
  // Each resource comes here several times. V8 takes 15 times as long for a spread of two objects.
  return Object.assign({}, defaultsOf(kind), values);
}

/** Removes defaults from inputs or outputs: the state does not hold them. */
export function withoutDefaults(kind: Kind, values: Properties): Record<string, unknown> {
  const defaults = defaultsOf(kind);
  return Object.fromEntries(
    Object.entries(values).filter(([field, value]) => !isDeepStrictEqual(value, defaults[field])),
  );
}

/** The names of the kind's fields that these inputs or completed outputs manage. */
export function listManagedFields(kind: Kind, values: Properties): string[] {
  return Object.keys(kind.args.shape).filter(
    (field) => values[field] !== undefined && !fieldMeta(kind, field).createOnly,
  );
}

/** The managed fields with their values. */
export function pickManaged(kind: Kind, values: Properties): Properties {
  return pick(values, listManagedFields(kind, values));
}

/** What is known of an object besides its own path or list. */
export interface LiveContext {
  /** Values of fields that live on endpoints of their own. */
  readonly subResources?: Properties;
  /** It is not the object that was last written. */
  readonly recreated?: boolean;
  /** The desired values, with users by their UUIDs. */
  readonly resolved?: Properties;
  /** The UUID of its workspace: its slug may change. */
  readonly workspaceUuid?: string | undefined;
}

/**
 * The outputs for an object as it is on the server. A managed field keeps the user's way of writing it where that
 * means the same; a value that the API never returns is kept while the object can still hold it.
 *
 * @param wanted What was last written: the resource's inputs or its former outputs.
 */
export function toOutputs(
  kind: Kind,
  wanted: Properties,
  found: LiveObject,
  seen: LiveContext = {},
): Record<string, unknown> {
  const { subResources = {}, recreated = false, resolved = wanted } = seen;
  const outputs: Record<string, unknown> = pick(wanted, locationFields(kind));
  const fields = listManagedFields(kind, wanted);
  const live: Properties = { ...found.args, ...subResources };
  for (const field of fields) {
    // A write-only trace in another object says nothing about the value.
    if (live[field] !== undefined && !(recreated && fieldMeta(kind, field).writeOnly)) {
      outputs[field] = satisfies(kind, field, resolved[field], live[field])
        ? (kind.keepUserValue?.[field]?.(wanted[field], live[field]) ?? wanted[field])
        : live[field];
    } else if (
      fieldMeta(kind, field).toolOption ||
      (!recreated && (kind.stillHolds?.(field, found, wanted) ?? true))
    ) {
      outputs[field] = wanted[field];
    }
  }
  return {
    ...withoutDefaults(kind, outputs),
    ...(recreated ? {} : pick(wanted, fieldsShownOnce(kind))),
    ...found.outputs,
    ...(seen.workspaceUuid === undefined ? {} : { workspaceUuid: seen.workspaceUuid }),
  };
}

/** Outputs that only the answer to the create holds. */
function fieldsShownOnce(kind: Kind): string[] {
  return Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
    metaOf(schema as z.ZodType).writeOnly ? [name] : [],
  );
}

/** The outputs in a state that are not fields as well. */
export function outputsBeside(kind: Kind, state: Properties): Properties {
  return pick(
    state,
    Object.keys(kind.outputs.shape).filter((name) => !(name in kind.args.shape)),
  );
}

/** The inputs that would have led to these outputs: what a refresh puts in place of the former ones. */
export function toInputs(kind: Kind, outputs: Properties): Record<string, unknown> {
  return { ...pick(outputs, locationFields(kind)), ...pickManaged(kind, withDefaults(kind, outputs)) };
}

/** The fields in which an existing object differs from the desired one, as far as the API shows them. */
export function findDifferences(kind: Kind, wanted: Properties, found: LiveObject): string[] {
  return listManagedFields(kind, wanted).filter(
    (field) => found.args[field] !== undefined && !satisfies(kind, field, wanted[field], found.args[field]),
  );
}

function pick(values: Properties, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
