/**
 * Renders the TypeScript types of a kind's properties from their zod schemas: as interfaces and unions of
 * literals.
 */
import type { z } from "zod";
import { capitalise } from "../../errors/words";
import { type JsonSchema, jsonSchemaOf } from "../fieldType";
import { indent, jsDoc } from "./text";

/** Longer unions get a name of their own. */
const longestUnnamed = 4;

/** `input`: a program's argument, in which each part may be an output. `output`: a plain value. */
type Side = "input" | "output";

/** The named types of one kind, collected while its properties are rendered. */
export class NamedTypes {
  readonly #declarations = new Map<string, string>();

  /** @param prefix The prefix of their names: the kind's. */
  constructor(private readonly prefix: string) {}

  get names(): readonly string[] {
    return [...this.#declarations.keys()];
  }

  get declarations(): readonly string[] {
    return [...this.#declarations.values()];
  }

  /** The type of a property, with the names of the types that it refers to. */
  typeOf(schema: z.ZodType, field: string, side: Side): string {
    return this.#render(jsonSchemaOf(schema), field, side);
  }

  #render(schema: JsonSchema, field: string, side: Side): string {
    if (schema.enum) return this.#union(schema.enum.map(literal), field);
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.anyOf?.some(({ type }) => type === "object")) {
      const variants = schema.anyOf.map((variant) => this.#inline(variant, field, side));
      return this.#declareNamed(field, side, (name) =>
        [`export type ${name} =`, ...variants.map((variant) => `  | ${variant}`)].join("\n").concat(";"),
      );
    }
    if (schema.anyOf)
      return [...new Set(schema.anyOf.map((variant) => this.#render(variant, field, side)))].join(" | ");
    switch (schema.type) {
      case "string":
      case "boolean":
      case "number":
        return schema.type;
      case "integer":
        return "number";
      case "array":
        return this.#list(schema.items ?? {}, field, side);
      case "object":
        return this.#declareNamed(
          field,
          side,
          (name) => `export interface ${name} {\n${indent(this.#properties(schema, field, side))}\n}`,
        );
    }
    throw new Error(
      `The property ${field} of ${this.prefix} has no TypeScript type: ${JSON.stringify(schema)}`,
    );
  }

  #list(items: JsonSchema, field: string, side: Side): string {
    const item = this.#render(items, field.replace(/s$/, ""), side);
    if (side === "input") return `pulumi.Input<${item}>[]`;
    return /[ |]/.test(item) ? `(${item})[]` : `${item}[]`;
  }

  #inline(schema: JsonSchema, field: string, side: Side): string {
    return `{\n${indent(indent(this.#properties(schema, field, side)).split("\n"))}\n    }`;
  }

  #properties(schema: JsonSchema, field: string, side: Side): string[] {
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const isRequired = schema.required?.includes(name) ?? false;
      const type = this.#render(property, field + capitalise(name), side);
      const doc = jsDoc([property.description, ...defaultText(property)].filter(Boolean).join(" "));
      if (side === "input")
        return [
          ...doc,
          isRequired ? `${name}: pulumi.Input<${type}>;` : `${name}?: pulumi.Input<${type} | undefined>;`,
        ];
      const isThere = isRequired || property.default !== undefined;
      return [...doc, isThere ? `${name}: ${type};` : `${name}?: ${type} | undefined;`];
    });
  }

  #union(literals: readonly string[], field: string): string {
    if (literals.length <= longestUnnamed) return literals.join(" | ");
    return this.#declare(this.#nameOf(field), (name) =>
      [
        ...jsDoc(`The values of \`${field}\`.`),
        `export type ${name} =`,
        ...literals.map((value) => `  | ${value}`),
      ]
        .join("\n")
        .concat(";"),
    );
  }

  #declareNamed(field: string, side: Side, declare: (name: string) => string): string {
    const name = this.#nameOf(field) + (side === "input" ? "Args" : "");
    const doc = jsDoc(side === "input" ? `The argument \`${field}\`.` : `The value of \`${field}\`.`);
    return this.#declare(name, () => [...doc, declare(name)].join("\n"));
  }

  #nameOf(field: string): string {
    return this.prefix + capitalise(field);
  }

  #declare(name: string, text: (name: string) => string): string {
    if (!this.#declarations.has(name)) this.#declarations.set(name, text(name));
    return name;
  }
}

function defaultText({ default: held }: JsonSchema): string[] {
  return held === undefined ? [] : [`Default: \`${JSON.stringify(held)}\`.`];
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
