/** The two ends of a resource: from inputs and the live object to the outputs that are kept in state, and back. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { defaultsOf, type Found, fieldMeta, type Kind, metaOf, type Values } from "../kinds/kind";
import { userFieldsOf } from "../kinds/parse";
import { canonicalIn } from "../kinds/uuid";
import { locationFields } from "./location";

/** Whether two values of a field mean the same. */
export function same(kind: Kind, field: string, a: unknown, b: unknown): boolean {
  const equivalent = kind.equivalent?.[field]?.(a, b) ?? isDeepStrictEqual(a, b);
  // A user's UUID in another case is the same UUID.
  return (
    equivalent || (userFieldsOf(kind).includes(field) && isDeepStrictEqual(canonicalIn(a), canonicalIn(b)))
  );
}

/** Whether a live value is what is wanted. */
export function covered(kind: Kind, field: string, wanted: unknown, live: unknown): boolean {
  return kind.coveredBy?.[field]?.(wanted, live) ?? same(kind, field, wanted, live);
}

/** Inputs or outputs of the state with the defaults, which are left out there. */
export function complete(kind: Kind, values: Values): Values {
  return { ...defaultsOf(kind), ...values };
}

/** What the state keeps of inputs or outputs: defaults go without saying. */
export function withoutDefaults(kind: Kind, values: Values): Record<string, unknown> {
  const defaults = defaultsOf(kind);
  return Object.fromEntries(
    Object.entries(values).filter(([field, value]) => !isDeepStrictEqual(value, defaults[field])),
  );
}

/** The names of the kind's fields that these inputs or completed outputs manage. */
export function managedFields(kind: Kind, values: Values): string[] {
  return Object.keys(kind.args.shape).filter(
    (field) => values[field] !== undefined && !fieldMeta(kind, field).unkept,
  );
}

/** The managed fields with their values. */
export function managed(kind: Kind, values: Values): Values {
  return pick(values, managedFields(kind, values));
}

/** What else is known of an object. */
export interface Seen {
  /** Values of fields that live on endpoints of their own. */
  readonly facets?: Values;
  /** It is another object than the one that was written to. */
  readonly recreated?: boolean;
  /** What is wanted, with users by their UUIDs. */
  readonly plain?: Values;
  /** The UUID of its workspace: its slug may change. */
  readonly workspaceUuid?: string | undefined;
}

/**
 * The outputs for an object as it is on the server. A managed field keeps the user's way of writing it where that
 * means the same; a value that the API never returns is kept while the object can still hold it.
 *
 * @param wanted What was last written: the resource's inputs or its former outputs.
 */
export function outputsOf(
  kind: Kind,
  wanted: Values,
  found: Found,
  seen: Seen = {},
): Record<string, unknown> {
  const { facets = {}, recreated = false, plain = wanted } = seen;
  const outputs: Record<string, unknown> = pick(wanted, locationFields(kind));
  const fields = managedFields(kind, wanted);
  const live: Values = { ...found.args, ...facets };
  for (const field of fields) {
    // Of another object than the one that was written to, a trace of the value tells nothing.
    if (live[field] !== undefined && !(recreated && fieldMeta(kind, field).writeOnly)) {
      outputs[field] = covered(kind, field, plain[field], live[field])
        ? (kind.keeps?.[field]?.(wanted[field], live[field]) ?? wanted[field])
        : live[field];
    } else if (
      fieldMeta(kind, field).setting ||
      (!recreated && (kind.retains?.(field, found, wanted) ?? true))
    ) {
      outputs[field] = wanted[field];
    }
  }
  return {
    ...withoutDefaults(kind, outputs),
    ...(recreated ? {} : pick(wanted, shownOnce(kind))),
    ...found.outputs,
    ...(seen.workspaceUuid === undefined ? {} : { workspaceUuid: seen.workspaceUuid }),
  };
}

/** Outputs that only the answer to the create holds. */
function shownOnce(kind: Kind): string[] {
  return Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
    metaOf(schema as z.ZodType).writeOnly ? [name] : [],
  );
}

/** The outputs in a state that are not fields as well. */
export function outputsBeside(kind: Kind, state: Values): Values {
  return pick(
    state,
    Object.keys(kind.outputs.shape).filter((name) => !(name in kind.args.shape)),
  );
}

/** The inputs that would have led to these outputs: what a refresh puts in place of the former ones. */
export function inputsOf(kind: Kind, outputs: Values): Record<string, unknown> {
  return { ...pick(outputs, locationFields(kind)), ...managed(kind, complete(kind, outputs)) };
}

/** The fields in which an existing object differs from what is wanted, as far as the API shows them. */
export function differences(kind: Kind, wanted: Values, found: Found): string[] {
  return managedFields(kind, wanted).filter(
    (field) => found.args[field] !== undefined && !covered(kind, field, wanted[field], found.args[field]),
  );
}

function pick(values: Values, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
