/** Pages of a collection: `{values, pagelen, next, …}`. */
import { parseQuery, valueAt } from "./bbql";
import { badRequest } from "./errors";

export interface PageOptions {
  /** Items a page, at most. */
  readonly most?: number;
  /** The pipelines service counts its pages; other services hand out opaque links. */
  readonly counted?: boolean;
  /** What `q` and `sort` look at. False: the collection takes neither. */
  readonly query?: boolean;
}

/** The page that a URL asks for. */
export function pageOf(
  items: readonly unknown[],
  url: URL,
  { most = 100, counted = false, query = true }: PageOptions = {},
): unknown {
  const pagelen = Number(url.searchParams.get("pagelen") ?? 10);
  if (!Number.isInteger(pagelen) || pagelen < 1 || pagelen > most) throw badRequest("Invalid pagelen");
  const chosen = query
    ? sorted(filtered(items, url.searchParams.get("q")), url.searchParams.get("sort"))
    : items;
  const start = counted ? (pageNumber(url) - 1) * pagelen : startOf(url);
  const values = chosen.slice(start, start + pagelen);
  const more = start + pagelen < chosen.length;
  return {
    values,
    pagelen,
    ...(counted ? { size: chosen.length, page: start / pagelen + 1 } : { size: chosen.length }),
    ...(more ? { next: nextLink(url, start + pagelen, pagelen, counted) } : {}),
  };
}

function pageNumber(url: URL): number {
  const page = Number(url.searchParams.get("page") ?? 1);
  if (!Number.isInteger(page) || page < 1) throw badRequest("Invalid page");
  return page;
}

/** The place is hidden in a token: nobody should count pages. */
function startOf(url: URL): number {
  const context = url.searchParams.get("ctx");
  if (context === null) {
    return (pageNumber(url) - 1) * Number(url.searchParams.get("pagelen") ?? 10);
  }
  const start = Number(
    Buffer.from(context, "base64url")
      .toString()
      .replace(/^after:/, ""),
  );
  if (!Number.isInteger(start)) throw badRequest("Invalid page");
  return start;
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

function filtered(items: readonly unknown[], query: string | null): readonly unknown[] {
  return query ? items.filter(parseQuery(query)) : items;
}

function sorted(items: readonly unknown[], sort: string | null): readonly unknown[] {
  if (!sort) return items;
  const field = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  return [...items].sort(
    (a, b) => sign * String(valueAt(a, field) ?? "").localeCompare(String(valueAt(b, field) ?? "")),
  );
}
