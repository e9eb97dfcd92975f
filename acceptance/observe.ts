/**
 * Observes every exchange with the API on the wire, whoever sent it: undici publishes each request and each
 * part of its response. https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { gunzipSync } from "node:zlib";
import { templateOf } from "./template";

/** A request and its response. It holds values: they stay in memory. */
export interface Exchange {
  readonly method: string;
  /** The path with `{}` for its variable parts. */
  readonly template: string;
  readonly status: number;
  /** Headers of the response, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or text; undefined if there is none. */
  readonly body: unknown;
}

interface Pending {
  status: number;
  headers: Record<string, string>;
  readonly pieces: Buffer[];
}

interface Message {
  readonly request: { readonly origin: string | URL; readonly path: string; readonly method: string };
  readonly response?: { readonly statusCode: number; readonly headers: readonly (Buffer | string)[] };
  readonly chunk?: Buffer;
}

/**
 * Observes exchanges with one API until it is stopped.
 *
 * @param baseUrl The API's. Exchanges with others are ignored.
 */
export function observe(baseUrl: string, hear: (exchange: Exchange) => void): { stop(): void } {
  const { origin, pathname } = new URL(baseUrl);
  const pending = new WeakMap<object, Pending>();
  const listeners = {
    "undici:request:create": ({ request }: Message) => {
      if (String(request.origin) !== origin || !request.path.startsWith(pathname)) return;
      pending.set(request, { status: 0, headers: {}, pieces: [] });
    },
    "undici:request:headers": ({ request, response }: Message) => {
      const found = pending.get(request);
      if (!found || !response) return;
      found.status = response.statusCode;
      found.headers = headersOf(response.headers);
    },
    "undici:request:bodyChunkReceived": ({ request, chunk }: Message) => {
      if (chunk) pending.get(request)?.pieces.push(Buffer.from(chunk));
    },
    "undici:request:trailers": ({ request }: Message) => {
      const found = pending.get(request);
      if (!found || found.status === 0) return;
      pending.delete(request);
      hear({
        method: request.method,
        template: templateOf(request.path.slice(pathname.length)),
        status: found.status,
        headers: found.headers,
        body: bodyOf(found),
      });
    },
  };
  const entries = Object.entries(listeners).map(
    ([name, listen]) => [name, (message: unknown) => listen(message as Message)] as const,
  );
  for (const [name, listen] of entries) subscribe(name, listen);
  return {
    stop() {
      for (const [name, listen] of entries) unsubscribe(name, listen);
    },
  };
}

function headersOf(raw: readonly (Buffer | string)[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers[String(raw[index]).toLowerCase()] = String(raw[index + 1]);
  return headers;
}

function bodyOf({ headers, pieces }: Pending): unknown {
  const bytes = Buffer.concat(pieces);
  if (bytes.length === 0) return undefined;
  try {
    const text = (headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
    return /json/.test(headers["content-type"] ?? "") ? JSON.parse(text) : text;
  } catch {
    return "unreadable";
  }
}
