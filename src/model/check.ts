/** Pulumi's check: validates inputs without any request, fills in defaults. */
import type { z } from "zod";
import { keptValue } from "../kinds/kept";
import { fieldMeta, type Kind, type Properties, type ValueIssue } from "../kinds/kind";
import { LocalFileError } from "../kinds/localFile";
import { checkLocation, locationFields } from "./location";
import { explainIssue } from "./problem";
import { suggestWord } from "./suggest";
import { hasUnknown } from "./unknown";
import { isSame, withDefaults } from "./values";

interface CheckedInputs {
  readonly inputs: Record<string, unknown>;
  readonly issues: readonly ValueIssue[];
}

/**
 * @param previous The former inputs, or an empty object.
 * @param next The new ones. What a preview does not know yet passes unchecked.
 */
export function check(kind: Kind, previous: Properties, next: Properties): CheckedInputs {
  const places = locationFields(kind);
  const inputs: Record<string, unknown> = {};
  const issues: ValueIssue[] = [...checkLocation(kind, next)];
  const notSupplied: string[] = [];
  for (const field of places) if (next[field] !== undefined) inputs[field] = next[field];

  for (const [field, schema] of Object.entries(kind.args.shape)) {
    // A null stands for "left out", as in YAML.
    const value = next[field] ?? undefined;
    if (value === keptValue) {
      if (previous[field] === undefined) notSupplied.push(field);
      else inputs[field] = previous[field];
      continue;
    }
    if (hasUnknown(value)) {
      inputs[field] = value;
      continue;
    }
    const result = (schema as z.ZodType).safeParse(value);
    if (result.success) {
      try {
        if (result.data !== undefined) inputs[field] = withFile(kind, field, result.data);
      } catch (error) {
        if (!(error instanceof LocalFileError)) throw error;
        issues.push({ path: [field], message: error.message });
      }
      continue;
    }
    for (const issue of result.error.issues) {
      const message = explainIssue(issue, value, schema as z.ZodType);
      issues.push({
        path: [field, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))],
        message,
      });
    }
  }
  for (const name of Object.keys(next)) {
    if (name in kind.args.shape || places.some((field) => field === name)) continue;
    issues.push({
      path: [name],
      message: `is not a field of a ${kind.title}${suggest(name, [...Object.keys(kind.args.shape), ...places])}`,
    });
  }
  issues.push(...notSupplied.flatMap((field) => missingIssue(kind, field, previous, inputs) ?? []));
  if (issues.length === 0 && !hasUnknown(inputs)) {
    issues.push(...(kind.validate?.(inputs as never) ?? []));
    const refusal = Object.keys(previous).length > 0 ? kind.refuseUpdate?.(previous, inputs) : undefined;
    if (refusal) issues.push(refusal);
  }
  return { inputs, issues };
}

function suggest(name: string, known: readonly string[]): string {
  const near = suggestWord(name, known);
  return near === undefined ? "" : `. Did you mean "${near}"?`;
}

/** The value, with a digest of the local file that it names. */
function withFile(kind: Kind, field: string, value: unknown): unknown {
  const read = kind.localFiles?.[field];
  return read && typeof value === "string" ? read(value) : value;
}

/** Why what is planned takes a secret that was not supplied yet, or undefined where it does not. */
function missingIssue(
  kind: Kind,
  field: string,
  previous: Properties,
  inputs: Properties,
): ValueIssue | undefined {
  const supply = "Supply it at the source in the declaration";
  if (Object.keys(previous).length === 0) {
    return {
      path: [field],
      message: `is not supplied yet, and no existing ${kind.title} has one. ${supply} to create it`,
    };
  }
  // An optional one is left out of what is sent, and stays as it is.
  if ((kind.args.shape[field] as z.ZodType).safeParse(undefined).success) return undefined;
  const [before, after] = [withDefaults(kind, previous), withDefaults(kind, inputs)];
  const changed = Object.keys(kind.args.shape).filter(
    (name) =>
      name !== field && !fieldMeta(kind, name).createOnly && !isSame(kind, name, before[name], after[name]),
  );
  if (changed.length === 0) return undefined;
  return {
    path: [field],
    message: `is not supplied yet, and Bitbucket requires it to change ${changed.join(", ")}. ${supply}, or restore ${changed.join(", ")}`,
  };
}
