/** Converts zod schemas to the types of a Pulumi package. */

import { z } from "zod";
import { capitalise } from "../../errors/words";
import { nativePrefix } from "../../model/typeToken";
import type { EnumSpec, ObjectSpec, PropertySpec, TypeSpec } from "./spec";

/** The subset of zod's JSON Schema that the kinds use. */
interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: FieldSchema | boolean;
  readonly description?: string;
  readonly default?: unknown;
}

/** The named types of a package, collected while its properties are described. */
export class Types {
  readonly specs: Record<string, ObjectSpec | EnumSpec> = {};

  /**
   * Returns the type of a schema.
   *
   * @param name The name for an enumeration or object type.
   * @param io Whether a user writes it, or the provider returns it.
   */
  of(schema: z.ZodType, name: string, io: "input" | "output"): TypeSpec {
    return this.#type(jsonSchemaOf(schema, io), name);
  }

  /** A named enumeration of these values. */
  enumeration(name: string, words: readonly string[]): TypeSpec {
    return this.#define(name, enumeration(words));
  }

  #type(schema: FieldSchema, name: string): TypeSpec {
    if (schema.anyOf) return this.#type(mergeAlternatives(schema.anyOf, name), name);
    if (schema.enum) return this.#define(name, enumeration(schema.enum));
    switch (schema.type) {
      case "string":
      case "boolean":
      case "integer":
      case "number":
        return { type: schema.type };
      case "array":
        return { type: "array", items: this.#type(schema.items ?? {}, singular(name)) };
      case "object":
        if (schema.properties) return this.#define(name, this.#object(schema, name));
        if (typeof schema.additionalProperties === "object")
          return { type: "object", additionalProperties: this.#type(schema.additionalProperties, name) };
    }
    return { $ref: "pulumi.json#/Any" };
  }

  #object(schema: FieldSchema, name: string): ObjectSpec {
    const properties = Object.entries(schema.properties ?? {}).map(
      ([field, held]): [string, PropertySpec] => [
        field,
        {
          ...this.#type(held, name + pascal(field)),
          ...(held.description === undefined ? {} : { description: held.description }),
        },
      ],
    );
    return { type: "object", properties: Object.fromEntries(properties), required: schema.required ?? [] };
  }

  #define(name: string, spec: ObjectSpec | EnumSpec): TypeSpec {
    const token = nativePrefix + name;
    const known = this.specs[token];
    // Inputs may omit properties that outputs have.
    if (known && "properties" in known && "properties" in spec)
      this.specs[token] = {
        ...known,
        properties: { ...spec.properties, ...known.properties },
        required: (known.required ?? []).filter((field) => spec.required?.includes(field)),
      };
    else this.specs[token] = spec;
    return { $ref: `#/types/${token}` };
  }
}

export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): FieldSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" }) as FieldSchema;
}

/** Merges alternatives into one schema: objects become one with the fields of all. */
function mergeAlternatives(all: readonly FieldSchema[], name: string): FieldSchema {
  const objects = all.filter((one) => one.properties);
  if (objects.length === all.length)
    return {
      type: "object",
      properties: Object.assign({}, ...objects.map((one) => one.properties)) as Record<string, FieldSchema>,
    };
  const types = new Set(all.map((one) => one.type));
  const [first] = all;
  if (types.size !== 1 || !first) throw new Error(`${name} has no type in a Pulumi schema`);
  return first;
}

function enumeration(values: readonly string[]): EnumSpec {
  return { type: "string", enum: values.map((value) => ({ name: pascal(value), value })) };
}

/** `repo:push` and `allow_forks` as `RepoPush` and `AllowForks`. */
export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map(capitalise)
    .join("");
}

function singular(name: string): string {
  return name.replace(/ies$/, "y").replace(/s$/, "");
}
