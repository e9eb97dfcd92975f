/**
 * The words that the description is written in: JSON Schema as OpenAPI 3.1 takes it, typed so literally that the
 * compiler can hold it to the types of others.
 */

export type Schema = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, Schema>>;
type None = Readonly<Record<never, Schema>>;

export const text = { type: "string" } as const;
export const flag = { type: "boolean" } as const;
export const integer = { type: "integer" } as const;
export const link = { type: "string", format: "uri" } as const;
/** In braces. */
export const uuid = {
  type: "string",
  pattern: "^\\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}$",
} as const;
/** As the service writes it: with a fraction, in UTC, without a Z. */
export const time = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+\\+00:00$",
} as const;
/** Of a commit: git keeps whole seconds. */
export const second = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00$",
} as const;
export const hash = { type: "string", pattern: "^[0-9a-f]{40}$" } as const;
/** What nothing is said about. */
export const anything = {} as const;

export function choice<const Choices extends readonly string[]>(...choices: Choices) {
  return { type: "string", enum: choices } as const;
}

/** The `type` by which the API names what an object is. */
export function named<const Name extends string>(name: Name) {
  return { type: "string", enum: [name] } as const;
}

export function list<const Items extends Schema>(items: Items, limits: { minItems?: number } = {}) {
  return { type: "array", items, ...limits } as const;
}

export function nullable<const Some extends Schema>(some: Some) {
  return { anyOf: [some, { type: "null" }] } as const;
}

/** The whole of an object: it may hold nothing else. */
export function object<const Required extends Fields, const Optional extends Fields = None>(
  required: Required,
  optional?: Optional,
) {
  return {
    type: "object",
    properties: { ...required, ...optional } as Required & Optional,
    required: Object.keys(required),
    additionalProperties: false,
  } as const;
}

/** A component of the description. */
export function ref<const Name extends string>(name: Name) {
  return { $ref: `#/components/schemas/${name}` } as { readonly $ref: `#/components/schemas/${Name}` };
}

/** A page of a collection whose links are opaque. */
export function page<const Item extends Schema>(item: Item) {
  return object({ values: list(item), pagelen: integer }, { size: integer, next: link });
}

/** A page of the pipelines service, which counts. */
export function countedPage<const Item extends Schema>(item: Item) {
  return object({ values: list(item), pagelen: integer, size: integer, page: integer }, { next: link });
}
