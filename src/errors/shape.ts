/** Values from outside that are not of the form that is expected, in words: zod's own are made for programmers. */
import type { z } from "zod";
import { formatCount } from "./count";
import { UserError } from "./userError";

const types: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "null",
  undefined: "left out",
};

/** A type as zod names it, in words. */
export function formatType(type: string): string {
  return types[type] ?? type;
}

/** What zod's own messages begin with. Those that a schema gives itself are for people already. */
const builtIn = /^(Invalid|Too small|Too big|Unrecognized|Expected)\b/;

/** One complaint in words, without the place that it is about. No value is quoted: it may be a secret. */
export function formatIssue(issue: z.core.$ZodIssue): string {
  if (!builtIn.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `must be ${formatType(issue.expected)}`;
    case "invalid_value": {
      const values = issue.values.map(String);
      return `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}`;
    }
    case "too_small":
      return sizeText(issue.origin, "at least", issue.minimum);
    case "too_big":
      return sizeText(issue.origin, "at most", issue.maximum);
    case "unrecognized_keys":
      return `has the unknown ${issue.keys.length === 1 ? "field" : "fields"} ${issue.keys.join(", ")}`;
    case "invalid_union":
      return unionText(issue.errors);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return "has an invalid format";
  }
}

function sizeText(origin: string, bound: string, size: number | bigint): string {
  if (origin === "string") return `must have ${bound} ${formatCount(Number(size), "character")}`;
  if (origin === "array" || origin === "set")
    return `must have ${bound} ${formatCount(Number(size), "item")}`;
  return `must be ${bound} ${size}`;
}

/** The complaint of the alternative that is nearest: the one with the fewest and deepest problems. */
function unionText(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(0, ...issues.map(({ path }) => path.length));
  const [nearest] = [...alternatives].sort((a, b) => a.length - b.length || depth(b) - depth(a));
  return nearest?.map(formatPlacedIssue).join(", and ") ?? "has an invalid format";
}

function formatPlacedIssue(issue: z.core.$ZodIssue): string {
  return [issue.path.map(String).join("."), formatIssue(issue)].filter(Boolean).join(" ");
}

/** All that is wrong with a value, each with its place. */
export function formatShapeError(error: z.core.$ZodError): string {
  const shown = error.issues.slice(0, 5).map(formatPlacedIssue);
  const rest = error.issues.length - shown.length;
  return `${shown.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
}

/** A zod error, of whichever copy of zod. */
export function isShapeError(error: unknown): error is z.core.$ZodError {
  return error instanceof Error && "issues" in error && Array.isArray(error.issues);
}

/**
 * A value that is read from outside.
 *
 * @param what As in a sentence: `Pulumi.yaml`, or `the answer to GET /user`.
 * @throws {UserError} that says what is wrong with it, in words.
 */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`${what} is invalid: ${formatShapeError(parsed.error)}.`);
}

/** Whether a value has fields that can be asked for: an object or a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
