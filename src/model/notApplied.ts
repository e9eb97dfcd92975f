/**
 * Fields that Bitbucket took in a write and did not apply. The state remembers them, so that a later preview shows the
 * same change together with the reason why it is still one.
 */
import { isDeepStrictEqual } from "node:util";
import { fieldMeta, type Kind, type LiveObject, type Properties } from "../kinds/kind";
import { digestOf } from "./canonical";
import { describeResource } from "./describe";
import { listManagedFields, satisfies } from "./values";

/**
 * The name under which a resource's outputs hold a digest of each value that was asked for, by field. No kind has a
 * field or an output of this name.
 */
export const notAppliedKey = "notApplied";

/**
 * The fields that an object does not have as they were written. What the API does not show cannot be compared, and is
 * not among them.
 *
 * @param plain What was written, with users by their UUIDs.
 * @param found The object after the write, with the values of its facets among its args.
 */
export function findFieldsNotApplied(kind: Kind, plain: Properties, found: LiveObject): string[] {
  return listManagedFields(kind, plain).filter((field) => {
    if (fieldMeta(kind, field).toolOption) return false;
    const live = found.args[field];
    if (live !== undefined) return !satisfies(kind, field, plain[field], live);
    return kind.stillHolds?.(field, found, plain) === false;
  });
}

/** The memory of fields that were not applied; empty if there are none. */
export function rememberNotApplied(
  kind: Kind,
  values: Properties,
  fields: readonly string[],
): Record<string, unknown> {
  if (fields.length === 0) return {};
  return {
    [notAppliedKey]: Object.fromEntries(
      fields.map((field) => [field, hashRequested(kind, field, values[field])]),
    ),
  };
}

/** The memory after a refresh: fields that still have the value from after the write. */
export function keepMemoryOnRefresh(state: Properties, outputs: Properties): Record<string, unknown> {
  const kept = Object.entries(readMemory(state)).filter(([field]) =>
    isDeepStrictEqual(state[field], outputs[field]),
  );
  return kept.length > 0 ? { [notAppliedKey]: Object.fromEntries(kept) } : {};
}

/**
 * The fields among the changed ones of which an earlier write asked for the same value.
 *
 * @param changed What a diff gives.
 */
export function findRepeatedRequests(
  kind: Kind,
  outputs: Properties,
  news: Properties,
  changed: readonly string[],
): string[] {
  const memory = readMemory(outputs);
  return changed.filter(
    (field) => Object.hasOwn(memory, field) && memory[field] === hashRequested(kind, field, news[field]),
  );
}

/** Where a field is secret, nothing of its value is kept, and any value counts as the same. */
function hashRequested(kind: Kind, field: string, value: unknown): string {
  if (fieldMeta(kind, field).secret) return "";
  return digestOf(value).slice(0, 16);
}

function readMemory(outputs: Properties): Properties {
  const memory = outputs[notAppliedKey];
  return typeof memory === "object" && memory !== null ? (memory as Properties) : {};
}

const accepted = "Bitbucket accepted this change";

/** The message right after the write. */
export function formatNotApplied(kind: Kind, values: Properties, fields: readonly string[]): string {
  return `${describeResource(kind, values)}: ${summarizeNotApplied(fields)}`;
}

/** The same beside the resource's name. */
export function summarizeNotApplied(fields: readonly string[]): string {
  return `${accepted} and did not apply it: ${fields.join(", ")}. ${formatNextStep(fields)}`;
}

/** The message in a later preview. */
export function formatStillNotApplied(kind: Kind, values: Properties, fields: readonly string[]): string {
  return `${describeResource(kind, values)}: ${summarizeStillNotApplied(fields)}`;
}

/** The same beside the resource's name. */
export function summarizeStillNotApplied(fields: readonly string[]): string {
  return (
    `${accepted} in an earlier apply and did not apply it: ${fields.join(", ")}. ` +
    `The next apply retries it. ${formatNextStep(fields)}`
  );
}

function formatNextStep(fields: readonly string[]): string {
  const it = fields.length === 1 ? "it" : "them";
  return `Check in Bitbucket whether the workspace's plan or settings allow ${it}, or remove ${it} from the declaration.`;
}
