/**
 * A hostile proxy between the tool and an emulator: it falsifies the responses to reads. A test selects
 * tricks; `mischief` draws tricks from a seed, the same ones each time.
 */
import { createHash } from "node:crypto";
import { Agent, createServer, type IncomingHttpHeaders, request as send } from "node:http";
import type { AddressInfo } from "node:net";

/** A response to a GET with JSON in it. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface HostileRequest {
  /** Below /2.0, without the query, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Counts the reads of this path, from 1. */
  readonly time: number;
}

/** Returns the falsified response. Undefined: it stays unchanged. */
export type Trick = (asked: HostileRequest, answer: Answer) => Answer | undefined;

interface Page {
  readonly values: readonly Record<string, unknown>[];
  readonly size?: number;
  readonly next?: string;
}

export class HostileProxy {
  trick: Trick | undefined;
  /** Milliseconds by which each response to a read is delayed. */
  delay: ((asked: HostileRequest) => number) | undefined;
  readonly #times = new Map<string, number>();

  private constructor(
    readonly origin: string,
    readonly close: () => Promise<void>,
  ) {}

  /** The API's base URL. */
  get url(): string {
    return `${this.origin}/2.0`;
  }

  /** @param target The origin of the emulator. */
  static async start(target: string): Promise<HostileProxy> {
    const { hostname, port } = new URL(target);
    const agent = new Agent({ keepAlive: true });
    const server = createServer((request, response) => {
      const { "accept-encoding": _, ...headers } = request.headers;
      // With the proxy's own Host: links in responses lead through it as well.
      const onward = send({
        hostname,
        port,
        agent,
        method: request.method,
        path: request.url,
        headers,
      });
      request.pipe(onward);
      onward.on("error", () => request.socket.destroy());
      onward.on("response", async (answer) => {
        const pieces: Buffer[] = [];
        for await (const piece of answer) pieces.push(piece as Buffer);
        const given = { status: answer.statusCode ?? 500, text: Buffer.concat(pieces) };
        const { status, text, late } = proxy.#spoilt(request.method ?? "", request.url ?? "", given);
        setTimeout(() => {
          response.writeHead(status, { ...passedOn(answer.headers), "content-length": text.length });
          response.end(text);
        }, late);
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const proxy = new HostileProxy(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      () =>
        new Promise<void>((done) => {
          agent.destroy();
          server.close(() => done());
          server.closeAllConnections();
        }),
    );
    return proxy;
  }

  /** Leaves everything unchanged. */
  behave(): void {
    this.trick = undefined;
    this.delay = undefined;
    this.#times.clear();
  }

  #spoilt(
    method: string,
    address: string,
    { status, text }: { status: number; text: Buffer },
  ): { status: number; text: Buffer; late: number } {
    const url = new URL(address, this.origin);
    if (method !== "GET" || !url.pathname.startsWith("/2.0/")) return { status, text, late: 0 };
    const path = decodeURIComponent(url.pathname.slice("/2.0".length));
    const time = (this.#times.get(path) ?? 0) + 1;
    this.#times.set(path, time);
    const asked = { path, query: url.searchParams, time };
    const late = this.delay?.(asked) ?? 0;
    const body = json(text);
    const spoilt = body === undefined ? undefined : this.trick?.(asked, { status, body });
    if (!spoilt) return { status, text, late };
    return { status: spoilt.status, text: Buffer.from(JSON.stringify(spoilt.body)), late };
  }
}

function passedOn({
  "transfer-encoding": _,
  "content-length": __,
  ...rest
}: IncomingHttpHeaders): IncomingHttpHeaders {
  return rest;
}

function json(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

function pageOf({ status, body }: Answer): Page | undefined {
  const isPage = status === 200 && typeof body === "object" && body !== null && "values" in body;
  return isPage ? (body as Page) : undefined;
}

function onPages(path: RegExp, change: (page: Page, asked: HostileRequest) => object): Trick {
  return (asked, answer) => {
    const page = path.test(asked.path) ? pageOf(answer) : undefined;
    return page && { status: 200, body: change(page, asked) };
  };
}

/** A list lacks some of its items, and claims to be complete. */
export function lacking(
  path: RegExp,
  lacks: (item: Record<string, unknown>, asked: HostileRequest) => boolean,
): Trick {
  return onPages(path, (page, asked) => {
    const values = page.values.filter((item) => !lacks(item, asked));
    const size = page.size === undefined ? {} : { size: page.size - (page.values.length - values.length) };
    return { ...page, values, ...size };
  });
}

/** A list lacks some of its items, and states how many it should have. */
export function short(
  path: RegExp,
  lacks: (item: Record<string, unknown>, asked: HostileRequest) => boolean,
): Trick {
  return onPages(path, (page, asked) => ({
    ...page,
    values: page.values.filter((item) => !lacks(item, asked)),
  }));
}

/** A list repeats some of its items in place of others. */
export function repeating(path: RegExp): Trick {
  return onPages(path, (page) => {
    const half = page.values.slice(0, Math.ceil(page.values.length / 2));
    return { ...page, values: [...half, ...half].slice(0, page.values.length) };
  });
}

/** A list claims to have more, or fewer, items than it has. */
export function missized(path: RegExp, by: number): Trick {
  return onPages(path, (page) => ({ ...page, size: Math.max(0, (page.size ?? page.values.length) + by) }));
}

/** Items of a list, or all of it, are a 404. */
export function notFound(path: RegExp): Trick {
  return ({ path: asked }) =>
    path.test(asked) ? { status: 404, body: { type: "error", error: { message: "Not found" } } } : undefined;
}

/** UUIDs are in upper case. */
export function shouting(path: RegExp): Trick {
  return (asked, { status, body }) => (path.test(asked.path) ? { status, body: loud(body) } : undefined);
}

function loud(value: unknown): unknown {
  if (typeof value === "string") return /^\{[0-9a-f-]{36}\}$/.test(value) ? value.toUpperCase() : value;
  if (Array.isArray(value)) return value.map(loud);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, loud(held)]));
}

/** Applies one trick after the other. */
export function all(...tricks: readonly Trick[]): Trick {
  return (asked, answer) => {
    let current: Answer | undefined;
    for (const trick of tricks) current = trick(asked, current ?? answer) ?? current;
    return current;
  };
}

/** From 0 to 1, the same for the same parts. */
export function drawn(...parts: readonly (string | number)[]): number {
  return createHash("sha256").update(parts.join("\u0000")).digest().readUInt32BE(0) / 2 ** 32;
}

export interface Mischief {
  readonly seed: number;
  /** The share of falsified collections, from 0 to 1. */
  readonly share: number;
  /** Whether the same list is falsified in the same way each time. */
  readonly steady: boolean;
}

const sorts = [
  "lacking",
  "short",
  "empty",
  "emptied",
  "repeating",
  "reordered",
  "more",
  "fewer",
  "404",
  "shouting",
] as const;

/**
 * Falsifies lists, each in a way drawn from the seed. Objects at their own paths stay unchanged: if both lie
 * alike, nobody can tell.
 *
 * @param alone The paths of collections whose items have no path of their own: they never lack anything
 * silently.
 */
export function mischief({ seed, share, steady }: Mischief, alone: RegExp): Trick {
  return (asked, answer) => {
    const page = pageOf(answer);
    if (!page) return undefined;
    const { path, time } = asked;
    const turn = steady ? 0 : time;
    if (drawn(seed, "whether", path, turn) >= share) return undefined;
    const sort = sorts[Math.floor(drawn(seed, "sort", path, turn) * sorts.length)];
    const honest = alone.test(path);
    const lacks = (item: Record<string, unknown>) =>
      drawn(seed, "item", JSON.stringify(item.uuid ?? item.id ?? item), turn) < 0.5;
    const every = /(?:)/;
    switch (sort) {
      case "lacking":
        return (honest ? short : lacking)(every, lacks)(asked, answer);
      case "short":
        return short(every, lacks)(asked, answer);
      case "empty":
        return honest ? undefined : { status: 200, body: { ...page, values: [], size: 0, next: undefined } };
      case "emptied":
        return { status: 200, body: { ...page, values: [], next: undefined } };
      case "repeating":
        return repeating(every)(asked, answer);
      case "reordered":
        return { status: 200, body: { ...page, values: [...page.values].reverse() } };
      case "more":
        return missized(every, 3)(asked, answer);
      case "fewer":
        return missized(every, -1)(asked, answer);
      case "404":
        return { status: 404, body: { type: "error", error: { message: "Not found" } } };
      default:
        return shouting(every)(asked, answer);
    }
  };
}
