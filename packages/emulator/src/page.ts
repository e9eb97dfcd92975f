/** Pages of a collection: `{values, pagelen, next, …}`. */
import { parseQuery, valueAt } from "./bbql";
import { badRequest } from "./errors";

export interface PageOptions<Item> {
  /** Items per page by default. */
  readonly usual?: number;
  /** Items per page, at most. */
  readonly most?: number;
  /** Whether pages are numbered, as by the pipelines service; other services return opaque links. */
  readonly counted?: boolean;
  /** Whether the collection supports `q` and `sort`. */
  readonly query?: boolean;
  /** Whether `size` is included: the document guarantees only `values` and `next`. */
  readonly sized?: boolean;
  /** Renders an item. Only the items of the page are rendered, unless `q` or `sort` need all. */
  readonly render?: (item: Item) => unknown;
}

/** Returns the page that a URL requests. */
export function pageOf<Item>(
  items: readonly Item[],
  url: URL,
  { usual = 10, most = 100, counted = false, query = true, sized = true, render }: PageOptions<Item> = {},
): unknown {
  const pagelen = Number(url.searchParams.get("pagelen") ?? usual);
  if (!Number.isInteger(pagelen) || pagelen < 1 || pagelen > most) throw badRequest("Invalid pagelen");
  const shown = (some: readonly Item[]): readonly unknown[] =>
    render ? some.map((item) => render(item)) : some;
  const q = query ? url.searchParams.get("q") : null;
  const sort = query ? url.searchParams.get("sort") : null;
  const start = counted ? (pageNumber(url) - 1) * pagelen : startOf(url, pagelen);
  const chosen = q || sort ? sortItems(filterItems(shown(items), q), sort) : undefined;
  const size = (chosen ?? items).length;
  return {
    values: chosen ? chosen.slice(start, start + pagelen) : shown(items.slice(start, start + pagelen)),
    pagelen,
    ...(sized || counted ? { size } : {}),
    ...(counted ? { page: start / pagelen + 1 } : {}),
    ...(start + pagelen < size ? { next: nextLink(url, start + pagelen, pagelen, counted) } : {}),
  };
}

function pageNumber(url: URL): number {
  const page = Number(url.searchParams.get("page") ?? 1);
  if (!Number.isInteger(page) || page < 1) throw badRequest("Invalid page");
  return page;
}

/** The position is hidden in a token: clients should not count pages. */
function startOf(url: URL, pagelen: number): number {
  const context = url.searchParams.get("ctx");
  if (context === null) return (pageNumber(url) - 1) * pagelen;
  const start = /^after:(\d+)$/.exec(Buffer.from(context, "base64url").toString())?.[1];
  if (start === undefined) throw badRequest("Invalid page");
  return Number(start);
}

function nextLink(url: URL, start: number, pagelen: number, counted: boolean): string {
  const next = new URL(url);
  if (counted) next.searchParams.set("page", String(start / pagelen + 1));
  else {
    next.searchParams.delete("page");
    next.searchParams.set("ctx", Buffer.from(`after:${start}`).toString("base64url"));
  }
  return next.href;
}

function filterItems(items: readonly unknown[], query: string | null): readonly unknown[] {
  return query ? items.filter(parseQuery(query)) : items;
}

function sortItems(items: readonly unknown[], sort: string | null): readonly unknown[] {
  if (!sort) return items;
  const field = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  return [...items].sort((a, b) => sign * order(valueAt(a, field), valueAt(b, field)));
}

function order(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left ?? "").localeCompare(String(right ?? ""));
}
