/** Reads paginated collections, page after page, until they are complete. */
import { z } from "zod";
import { ListingPass } from "./completeness";
import { IncompleteError, isStatus, UnexpectedResponseError } from "./errors";
import { retryDelay } from "./retry";

export interface ListOptions {
  /** Identifies items that have neither a UUID nor an id. */
  readonly uniqueBy?: "name";
  readonly query?: Readonly<Record<string, string>>;
  /** The fields of each item to request, separated by commas. Pagination's own fields are added. */
  readonly fields?: string;
}

/** Pages of one collection, at most: protects from a server that never ends. */
const maxPages = 10_000;

/** How often a collection is read whose pages contradict each other, at most. */
const maxPasses = 3;

/** The part of a client that reads pages. */
interface PageSource {
  readonly baseUrl: string;
  /** Returns the parsed body of a GET, with retries. With priority, it is sent before requests that wait. */
  get(path: string, url: URL, goesAhead: boolean): Promise<unknown>;
  url(path: string, query: Readonly<Record<string, string>>): URL;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

/**
 * Yields all items of a collection, page by page. If the pages contradict each other, or the stated size, the
 * whole collection is read again: somebody may have changed it meanwhile. Items that were already yielded are
 * not repeated.
 *
 * @throws {IncompleteError} if they still do after the last pass.
 */
export async function* readPages(
  source: PageSource,
  path: string,
  options: ListOptions = {},
): AsyncIterable<readonly unknown[]> {
  const yielded = new Set<string>();
  for (let attempt = 1; ; attempt += 1) {
    const pass = new ListingPass(options.uniqueBy);
    for await (const { values, size } of readPass(source, path, options)) {
      const fresh = pass.add(values, size).filter(({ identity }) => !yielded.has(identity));
      for (const { identity } of fresh) yielded.add(identity);
      yield fresh.map(({ item }) => item);
    }
    const { contradiction } = pass;
    if (contradiction === undefined) return;
    if (attempt >= maxPasses) throw new IncompleteError(contradiction, attempt, { method: "GET", path });
    await source.sleep(retryDelay(attempt, undefined, source.random()));
  }
}

/** The pages of a collection, from the first to the last. */
async function* readPass(
  source: PageSource,
  path: string,
  { query = {}, fields }: ListOptions,
): AsyncIterable<Page> {
  const wanted = fields === undefined ? {} : { fields: pageFields(fields) };
  let pagelen: string | undefined = "100";
  const first = () =>
    source.url(path, { ...query, ...wanted, ...(pagelen === undefined ? {} : { pagelen }) });
  const visited = new Set<string>();
  let read = 0;
  for (let url: URL | undefined = first(); url; ) {
    if (visited.has(url.href) || visited.size >= maxPages) {
      throw new UnexpectedResponseError(
        "pagination",
        "The pages of this collection repeat: the same page was returned again",
        { method: "GET", path },
      );
    }
    visited.add(url.href);
    let body: unknown;
    try {
      // A further page is sent first: behind hundreds of others, each page of a list would wait as long as all of them.
      body = await source.get(path, url, read > 0);
    } catch (error) {
      // Some collections accept fewer items per page.
      if (read > 0 || pagelen === undefined || !isPagelenError(error)) throw error;
      pagelen = pagelen === "100" ? "50" : undefined;
      url = first();
      continue;
    }
    const page = parsePage(body, path);
    read += page.values.length;
    yield page;
    url = nextPage(page, url, { baseUrl: source.baseUrl, path, read });
  }
}

/** `next` is followed unchanged, but to no other host. If a service leaves it out, its page number counts. */
function nextPage(
  page: Page,
  url: URL,
  { baseUrl, path, read }: { readonly baseUrl: string; readonly path: string; readonly read: number },
): URL | undefined {
  if (page.next !== undefined && page.next !== null) {
    const next = URL.canParse(page.next) ? new URL(page.next) : undefined;
    if (!next || next.origin !== new URL(baseUrl).origin) {
      throw new UnexpectedResponseError(
        "pagination",
        `The next page is on another host, ${next?.host ?? page.next}, and the credential is not sent there`,
        {
          method: "GET",
          path,
        },
      );
    }
    return next;
  }
  if (page.size === undefined || page.page === undefined || page.values.length === 0 || read >= page.size)
    return undefined;
  const next = new URL(url);
  next.searchParams.set("page", String(page.page + 1));
  return next;
}

const page = z.object({
  values: z.array(z.unknown()),
  next: z.string().nullish(),
  size: z.number().optional(),
  page: z.number().optional(),
});
type Page = z.output<typeof page>;

function parsePage(body: unknown, path: string): Page {
  const parsed = page.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UnexpectedResponseError("pagination", "The response is not a page of a collection", {
    method: "GET",
    path,
  });
}

/** `next` must be requested, or paging would silently stop. */
function pageFields(fields: string): string {
  const items = fields.split(",").map((field) => `values.${field.trim()}`);
  return [...items, "next", "size", "page", "pagelen"].join(",");
}

function isPagelenError(error: unknown): boolean {
  return isStatus(error, 400) && error instanceof Error && /pagelen/i.test(error.message);
}
