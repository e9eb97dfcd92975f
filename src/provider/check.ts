/** Pulumi's check: validates inputs without any request, fills in defaults. */
import type { z } from "zod";
import type { Kind, ValueIssue, Values } from "../kinds/kind";
import { checkLocation, locationFields } from "./location";
import { hasUnknown } from "./unknown";

export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly issues: readonly ValueIssue[];
}

/**
 * @param previous The former inputs, or an empty object.
 * @param next The new ones. What a preview does not know yet passes unchecked.
 */
export function check(kind: Kind, previous: Values, next: Values): Checked {
  const places = locationFields(kind);
  const inputs: Record<string, unknown> = {};
  const issues: ValueIssue[] = [...checkLocation(kind, next)];
  for (const field of places) if (next[field] !== undefined) inputs[field] = next[field];

  for (const [field, schema] of Object.entries(kind.args.shape)) {
    // A null stands for "left out", as in YAML.
    const value = next[field] ?? undefined;
    if (hasUnknown(value)) {
      inputs[field] = value;
      continue;
    }
    const result = (schema as z.ZodType).safeParse(value);
    if (result.success) {
      if (result.data !== undefined) inputs[field] = result.data;
      continue;
    }
    for (const issue of result.error.issues) {
      const message = value === undefined ? "is needed" : issue.message;
      issues.push({
        path: [field, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))],
        message,
      });
    }
  }
  for (const name of Object.keys(next)) {
    if (name in kind.args.shape || places.some((field) => field === name)) continue;
    issues.push({ path: [name], message: `is not a field of a ${kind.title}` });
  }
  if (issues.length === 0 && !hasUnknown(inputs)) {
    issues.push(...(kind.validate?.(inputs as never) ?? []));
    const refusal = Object.keys(previous).length > 0 ? kind.refuseChange?.(previous, inputs) : undefined;
    if (refusal) issues.push(refusal);
  }
  return { inputs, issues };
}
