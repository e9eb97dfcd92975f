/** The notation of operations. */
import { countedPage, type Fields, integer, page, type Schema, text } from "./schema";

/** A response without a body. */
export const nothing = null;

/** A body other than JSON, by media type. */
export interface Content {
  readonly content: Readonly<Record<string, Schema>>;
}

export type Method = "get" | "post" | "put" | "delete";

export interface Operation {
  /** Parameters of the query. `fields` is always allowed. */
  readonly query?: Fields;
  /** A JSON body. */
  readonly body?: Schema;
  /** A body of multipart/form-data or application/x-www-form-urlencoded. */
  readonly form?: Schema;
  /** No Authorization is required. */
  readonly open?: true;
  /** Errors besides 400, 401, 403, 404 and 429. */
  readonly errors?: readonly number[];
  readonly 200?: Schema | Content | null;
  readonly 201?: Schema | Content | null;
  readonly 202?: Schema | Content | null;
  readonly 204?: null;
  /** A requested range: `Range`. */
  readonly 206?: Content;
  /** A Location on another host. */
  readonly 302?: null;
  /** Responses in a different format than the API's error. */
  readonly 400?: Schema;
  readonly 401?: Schema;
}

export type Paths = Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;

export interface Family {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly paths: Paths;
}

/** `ctx` is the emulator's own: its links to the next page are opaque, like the service's. */
export const paging = { pagelen: integer, page: integer, ctx: text } as const;

export const querying = { ...paging, q: text, sort: text } as const;

/** A collection. */
export function collection<const Item extends Schema, const Query extends Fields = typeof querying>(
  item: Item,
  query?: Query,
) {
  return { query: { ...querying, ...query }, 200: page(item) } as const;
}

/** A collection of the pipelines service. */
export function countedCollection<const Item extends Schema>(item: Item) {
  return { query: querying, 200: countedPage(item) } as const;
}

// Reasons for differences from the published types.
export const newer = "in the API's document since the package was made";
export const gap = "known from the service's answers; the document's schema leaves it out";
