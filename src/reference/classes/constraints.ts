/**
 * Describes the constraints of a value from the checks of its zod schema, in the words of the error messages.
 */
import type { z } from "zod";
import { formatCount } from "../../errors/count";
import { capitalise } from "../../errors/words";

interface SchemaCheck {
  readonly check: string;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly error?: (issue: unknown) => unknown;
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly checks?: readonly { readonly _zod: { readonly def: SchemaCheck } }[];
}

/** Sentences such as "Must have at most 255 characters." */
export function constraintsOf(schema: z.ZodType): readonly string[] {
  return [...new Set(checksOf(schema).map((text) => `${capitalise(text)}.`))];
}

function checksOf(schema: z.ZodType): readonly string[] {
  const definition = schema.def as unknown as Definition;
  const own = (definition.checks ?? []).flatMap(({ _zod: { def } }) => textOf(def, definition.type) ?? []);
  const inner = [definition.innerType, definition.in].flatMap((part) => (part ? checksOf(part) : []));
  const items = definition.element ? checksOf(definition.element).map((text) => `each item ${text}`) : [];
  return [...inner, ...own, ...items];
}

function textOf(check: SchemaCheck, type: string): string | undefined {
  const custom = customText(check);
  if (custom !== undefined) return custom;
  const many = (count = 0) => formatCount(count, type === "array" ? "item" : "character");
  switch (check.check) {
    case "max_length":
      return `must have at most ${many(check.maximum)}`;
    case "min_length":
      return `must have at least ${many(check.minimum)}`;
    case "greater_than":
      return `must be ${check.inclusive ? "at least" : "more than"} ${check.value}`;
    case "less_than":
      return `must be ${check.inclusive ? "at most" : "less than"} ${check.value}`;
    default:
      return undefined;
  }
}

/** A schema's own message. */
function customText({ error }: SchemaCheck): string | undefined {
  const message = error?.({});
  return typeof message === "string" ? message : undefined;
}
