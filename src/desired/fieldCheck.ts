/** Checks one field's value against its zod schema, with messages for people who write YAML. */
import type { z } from "zod";
import { unprintable } from "../bitbucket/printable";
import { formatIssue, formatType } from "../errors";
import { fieldMeta, type Kind } from "../kinds/kind";
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { describeMismatch } from "./mismatch";
import { isNull, type Node, nodeAt, positionAt, toPlainValue } from "./node";
import { isSecretReference } from "./secret";

/** The placeholder of a secret that is not known yet. */
const placeholder = "secret";

/** Longer lists of allowed values are cut. */
const maxShown = 12;

/** The plain value, with a placeholder for each secret. */
export function fillPlaceholders(value: unknown): unknown {
  if (isSecretReference(value)) return placeholder;
  if (Array.isArray(value)) return value.map(fillPlaceholders);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, fillPlaceholders(held)]));
}

/** Reports the problems of a value. Returns `false` if there are any. */
export function checkField(kind: Kind, field: string, node: Node, diagnostics: Diagnostics): boolean {
  if (isNull(node)) return true;
  const schema = schemaOf(kind, field);
  if (!schema) return true;
  const isName = field === kind.yaml.nameField || kind.naturalKey.includes(field);
  if (
    isName &&
    node.type === "scalar" &&
    typeof node.value === "string" &&
    node.value.search(unprintable) >= 0
  ) {
    diagnostics.error(node.position, "contains control or invisible characters");
    return false;
  }
  const result = schema.safeParse(fillPlaceholders(toPlainValue(node)));
  if (result.success) return true;
  const issues = result.error.issues.filter((issue) => !isAboutSecret(issue, node));
  const secret = fieldMeta(kind, field).secret === true;
  for (const issue of issues) {
    const { message, suggestion } = explainIssue(issue, nodeAt(node, issue.path), secret);
    diagnostics.error(positionAt(node, issue.path), message, suggestion);
  }
  return issues.length === 0;
}

export function schemaOf(kind: Kind, field: string): z.ZodType | undefined {
  return Object.hasOwn(kind.args.shape, field) ? (kind.args.shape[field] as z.ZodType) : undefined;
}

/**
 * Whether an issue concerns the placeholder of a secret. If text is not allowed there at all, it is a real
 * issue.
 */
export function isAboutSecret(
  issue: { code?: string | undefined; path: readonly PropertyKey[] },
  node: Node,
): boolean {
  return nodeAt(node, issue.path)?.type === "reference" && issue.code !== "invalid_type";
}

function explainIssue(
  issue: z.core.$ZodIssue,
  node: Node | undefined,
  secret: boolean,
): { message: string; suggestion?: string | undefined } {
  if (!node) return { message: "is required" };
  switch (issue.code) {
    case "invalid_type":
      return { message: describeMismatch(formatType(issue.expected), node) };
    case "invalid_value": {
      const values = issue.values.map(String);
      const few = values.length <= maxShown;
      const given = node.type === "scalar" && !secret ? String(node.value) : undefined;
      const is = given === undefined ? "" : `, not "${given}"`;
      return {
        message: few
          ? `must be ${values.length === 1 ? "" : "one of "}${values.join(", ")}${is}`
          : `${given === undefined ? "this" : `"${given}"`} is not one of the ${values.length} allowed values`,
        suggestion: given === undefined ? undefined : suggestWord(given, values),
      };
    }
    case "unrecognized_keys":
      return {
        message: `unknown ${issue.keys.length === 1 ? "field" : "fields"} "${issue.keys.join('", "')}"`,
      };
    default:
      return { message: formatIssue(issue) };
  }
}
