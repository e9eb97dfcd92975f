/** The JSON Schema of a field's value, with references to secrets wherever text is allowed. */
import { z } from "zod";
import type { Kind } from "../kinds/kind";
import { fieldMeta } from "../kinds/kind";
import { schemaOf } from "./fieldCheck";
import { closeSchema, type SchemaNode, text } from "./schemaNode";
import { ifMissingKey, secretSources } from "./secret";

const secretReference: SchemaNode = { $ref: "#/$defs/secretReference" };
const annotations = ["title", "description", "default", "examples"] as const;

/** A reference to a secret, with the sources that are allowed. */
export function secretReferenceSchema(sources: readonly string[] = Object.keys(secretSources)): SchemaNode {
  return {
    description: "The source of a secret.",
    type: "object",
    oneOf: Object.entries(secretSources)
      .filter(([source]) => sources.includes(source))
      .map(([source, description]) => ({
        ...closeSchema({
          [source]: { ...text, description },
          [ifMissingKey]: {
            description: "Until the secret is supplied, the value on the server stays unchanged.",
            enum: ["keep"],
          },
        }),
        required: [source],
      })),
  };
}

export function fieldSchema(kind: Kind, field: string): SchemaNode {
  const schema = schemaOf(kind, field);
  if (!schema) return {};
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      // Editors do not know this program's metadata.
      for (const name of Object.keys(z.globalRegistry.get(zodSchema) ?? {})) {
        if (!annotations.some((known) => known === name)) delete jsonSchema[name as keyof typeof jsonSchema];
      }
    },
  }) as SchemaNode;
  const isSecret = fieldMeta(kind, field).secret === true && !kind.secretFields;
  return isSecret ? annotate(json, secretReference) : withReferences(json);
}

/** Allows a reference to a secret wherever text is allowed. */
function withReferences(schema: SchemaNode): SchemaNode {
  if (schema.type === "string") {
    return annotate(schema, { anyOf: [withoutAnnotations(schema), secretReference] });
  }
  const parts: SchemaNode = {};
  for (const word of ["items", "additionalProperties"] as const) {
    if (isSchema(schema[word])) parts[word] = withReferences(schema[word]);
  }
  for (const word of ["anyOf", "oneOf"] as const) {
    const choices = schema[word];
    // A reference matches several text alternatives, which oneOf would refuse.
    if (Array.isArray(choices)) parts.anyOf = choices.filter(isSchema).map(withReferences);
  }
  if (isSchema(schema.properties)) {
    parts.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, part]) => [
        name,
        isSchema(part) ? withReferences(part) : part,
      ]),
    );
  }
  const { oneOf: _, ...rest } = schema;
  return { ...rest, ...parts };
}

function annotate(from: SchemaNode, to: SchemaNode): SchemaNode {
  return {
    ...Object.fromEntries(annotations.flatMap((name) => (name in from ? [[name, from[name]]] : []))),
    ...to,
  };
}

function withoutAnnotations(schema: SchemaNode): SchemaNode {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => !annotations.some((known) => known === name)),
  );
}

function isSchema(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
