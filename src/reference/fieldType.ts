/** Describes the values of a field from its zod schema. */
import { z } from "zod";

export interface JsonSchema {
  type?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  default?: unknown;
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

export function typeOf(schema: z.ZodType): string {
  return words(jsonSchemaOf(schema));
}

/** The default, or undefined if there is none. */
export function defaultOf(schema: z.ZodType): unknown {
  return jsonSchemaOf(schema).default;
}

/** Whether it is required. */
export function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success;
}

function words(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(words))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? words(schema.items) : "values"}`;
  if (schema.type === "object")
    return `{ ${Object.entries(schema.properties ?? {})
      .map(([name, held]) => `${name}: ${words(held)}`)
      .join("; ")} }`;
  if (schema.type === "string") return "string";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "integer") return "integer";
  return schema.type ?? "any";
}
