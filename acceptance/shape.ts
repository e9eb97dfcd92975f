/** The shape of responses: names and types, statuses and names of headers. It contains no values. */
import { z } from "zod";
import type { Exchange } from "./observe";
import { isHeaderName, isName } from "./outcome";

/** The content of one place in a response's body. */
export interface Shape {
  /** `string`, `number`, `boolean`, `null`, `object`, `array`. Sorted. */
  readonly types: readonly string[];
  readonly fields?: Readonly<Record<string, Shape>> | undefined;
  /** Fields that some of the responses lack. */
  readonly optional?: readonly string[] | undefined;
  readonly items?: Shape | undefined;
}

export const shapeSchema: z.ZodType<Shape> = z.lazy(() =>
  z.strictObject({
    types: z.array(z.enum(["array", "boolean", "null", "number", "object", "string"])),
    fields: z.record(z.string(), shapeSchema).optional(),
    optional: z.array(z.string()).optional(),
    items: shapeSchema.optional(),
  }),
);

/** The shape of an operation's responses with one status. */
export interface AnswerShape {
  /** Names of the headers that all of the responses have. */
  readonly headers: readonly string[];
  /** Those that some of them have. */
  readonly headersAtTimes?: readonly string[] | undefined;
  /** Undefined if the responses have no body. */
  readonly body?: Shape | undefined;
}

export const answerShapeSchema = z.strictObject({
  headers: z.array(z.string()),
  headersAtTimes: z.array(z.string()).optional(),
  body: shapeSchema.optional(),
});

/** By method, path template and status: `POST /repositories/{}/{} 201`. */
export type Shapes = Readonly<Record<string, AnswerShape>>;

/** Collects the shapes of all observed responses. */
export class ShapeCollector {
  readonly #shapes = new Map<string, AnswerShape>();

  take({ method, template, status, headers, body }: Exchange): void {
    const key = `${method} ${template} ${status}`;
    const shape: AnswerShape = {
      headers: Object.keys(headers).filter(isHeaderName).sort(),
      ...(body === undefined ? {} : { body: shapeOf(body) }),
    };
    const known = this.#shapes.get(key);
    this.#shapes.set(key, known ? mergeAnswers(known, shape) : shape);
  }

  get shapes(): Shapes {
    return Object.fromEntries([...this.#shapes].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export function shapeOf(value: unknown): Shape {
  if (value === null) return { types: ["null"] };
  if (Array.isArray(value)) {
    const items = value.map(shapeOf);
    const [first, ...rest] = items;
    return { types: ["array"], ...(first ? { items: rest.reduce(mergeShapes, first) } : {}) };
  }
  if (typeof value !== "object") return { types: [typeof value] };
  const fields: Record<string, Shape> = {};
  for (const [name, inner] of Object.entries(value)) {
    // A name that could be a user's value is replaced by one placeholder.
    const shown = isName(name) ? name : "{}";
    const known = Object.hasOwn(fields, shown) ? fields[shown] : undefined;
    fields[shown] = known ? mergeShapes(known, shapeOf(inner)) : shapeOf(inner);
  }
  return { types: ["object"], fields: sortFields(fields) };
}

export function mergeAnswers(a: AnswerShape, b: AnswerShape): AnswerShape {
  const body = a.body && b.body ? mergeShapes(a.body, b.body) : (a.body ?? b.body);
  const headers = a.headers.filter((name) => b.headers.includes(name));
  const atTimes = [...new Set([...headersOf(a), ...headersOf(b)])].filter((name) => !headers.includes(name));
  return {
    headers,
    ...(atTimes.length > 0 ? { headersAtTimes: atTimes.sort() } : {}),
    ...(body ? { body } : {}),
  };
}

/** All headers that any of the responses has. */
export function headersOf({ headers, headersAtTimes = [] }: AnswerShape): readonly string[] {
  return [...headers, ...headersAtTimes];
}

export function mergeShapes(a: Shape, b: Shape): Shape {
  const types = [...new Set([...a.types, ...b.types])].sort();
  const items = a.items && b.items ? mergeShapes(a.items, b.items) : (a.items ?? b.items);
  const optional = new Set([...(a.optional ?? []), ...(b.optional ?? [])]);
  let fields = a.fields ?? b.fields;
  if (a.fields && b.fields) {
    const both: Record<string, Shape> = {};
    for (const name of new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])) {
      const [left, right] = [a.fields[name], b.fields[name]];
      const shape = left && right ? mergeShapes(left, right) : (left ?? right);
      if (shape) both[name] = shape;
      if (!left || !right) optional.add(name);
    }
    fields = sortFields(both);
  }
  return {
    types,
    ...(fields ? { fields } : {}),
    ...(optional.size > 0 ? { optional: [...optional].sort() } : {}),
    ...(items ? { items } : {}),
  };
}

function sortFields(fields: Readonly<Record<string, Shape>>): Record<string, Shape> {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
