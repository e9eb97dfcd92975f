/** Parts of JSON Schemas. */
export type SchemaNode = Record<string, unknown>;

export const nothing: SchemaNode = { type: "null" };

export const text: SchemaNode = { type: "string", minLength: 1 };

export const texts: SchemaNode = { type: "array", items: text };

/** A glob, or a list of them. */
export const globs = oneOrMore(text);

/** A value, or a list of at least one. */
export function oneOrMore(item: SchemaNode): SchemaNode {
  return { anyOf: [item, { type: "array", items: item, minItems: 1 }] };
}

export function allowNull(schema: SchemaNode): SchemaNode {
  return {
    anyOf: [
      ...(Array.isArray(schema.anyOf) && Object.keys(schema).length === 1 ? schema.anyOf : [schema]),
      nothing,
    ],
  };
}

export function closeSchema(properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { type: "object", additionalProperties: false, properties };
}
