/** What is wrong with a value, in words. The value itself is not quoted: a program may have marked it as a secret. */
import type { z } from "zod";
import { formatIssue } from "../errors";
import { suggestWord } from "./suggest";

/** Longer lists of allowed values are not shown whole. */
const maxShown = 12;

/** A path as a program writes it: `branchTypes[1].prefix`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : [text, String(part)].filter(Boolean).join("."),
    "",
  );
}

/**
 * The message of one of zod's issues.
 *
 * @param value The value that was checked: the issue's path leads to the part that is wrong.
 */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown): string {
  const given = partAt(value, issue.path);
  if (given === undefined) return "is required";
  switch (issue.code) {
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const near = typeof given === "string" ? suggestWord(given, allowed) : undefined;
      const message =
        allowed.length > maxShown ? `is not one of the ${allowed.length} allowed values` : formatIssue(issue);
      return near === undefined ? message : `${message}. Did you mean "${near}"?`;
    }
    case "unrecognized_keys": {
      const [key, ...others] = issue.keys;
      return others.length === 0
        ? `has an unknown property "${key}"`
        : `has unknown properties: ${issue.keys.join(", ")}`;
    }
    default:
      return formatIssue(issue);
  }
}

function partAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === "object" && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
