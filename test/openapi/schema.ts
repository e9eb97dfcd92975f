/**
 * The notation of the description: JSON Schema in OpenAPI 3.1's dialect, typed so literally that the compiler
 * can check it against other types.
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
/** The service's format: with a fraction, in UTC, without a Z. */
export const time = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+\\+00:00$",
} as const;
/** For a commit: git stores whole seconds. */
export const second = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00$",
} as const;
export const hash = { type: "string", pattern: "^[0-9a-f]{40}$" } as const;
/** Any value. */
export const anything = {} as const;

export function choice<const Choices extends readonly string[]>(...choices: Choices) {
  return { type: "string", enum: choices } as const;
}

/** The `type` that names an object's type in the API. */
export function named<const Name extends string>(name: Name) {
  return { type: "string", enum: [name] } as const;
}

export function list<const Items extends Schema>(items: Items, limits: { minItems?: number } = {}) {
  return { type: "array", items, ...limits } as const;
}

export function nullable<const Some extends Schema>(some: Some) {
  return { anyOf: [some, { type: "null" }] } as const;
}

/** A complete object: no other fields are allowed. */
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
