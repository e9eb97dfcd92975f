/** What is wrong with a value, in words. The value itself is not quoted: a program may have marked it as a secret. */
import { z } from "zod";
import { formatIssue, isObject } from "../errors";
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
 * @param schema What it was checked against.
 */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): string {
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
    case "unrecognized_keys":
      return explainUnknown(issue.keys, namesAt(schema, issue.path), given);
    case "invalid_union": {
      const known = namesAt(schema, issue.path);
      const unknown = isObject(given) ? Object.keys(given).filter((name) => !known.includes(name)) : [];
      return unknown.length > 0 && known.length > 0
        ? explainUnknown(unknown, known, given)
        : formatIssue(issue);
    }
    default:
      return formatIssue(issue);
  }
}

function explainUnknown(names: readonly string[], known: readonly string[], given: unknown): string {
  const [name = "", ...others] = names;
  if (others.length > 0) return `has unknown properties: ${names.join(", ")}`;
  const free = known.filter((one) => !isObject(given) || given[one] === undefined);
  const near = suggestWord(name, free);
  return `has an unknown property "${name}"${near === undefined ? "" : `. Did you mean "${near}"?`}`;
}

/** The names of the properties that a schema takes at a path, of all the forms that it may have there. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let parts = formsOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  for (const key of path)
    parts = parts.flatMap(({ items, properties }) =>
      formsOf(typeof key === "number" ? items : properties?.[String(key)]),
    );
  return [...new Set(parts.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The parts of a JSON Schema that are used here. */
interface SchemaForm {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly allOf?: readonly unknown[];
}

function formsOf(schema: unknown): SchemaForm[] {
  if (!isObject(schema)) return [];
  const form: SchemaForm = schema;
  return [form, ...[form.anyOf, form.oneOf, form.allOf].flatMap((many) => (many ?? []).flatMap(formsOf))];
}

function partAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === "object" && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
