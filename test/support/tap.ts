/**
 * Shows each exchange of a server in this process to a callback, as it goes over the wire: without the second
 * connection of a proxy, which would be a third of the time of a test that makes many requests.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exchange } from "../openapi/exchange";
import { decoded } from "./decoded";

/** Of Node: https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html#http */
const started = "http.server.request.start";

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

type Headers = Record<string, string | readonly string[] | undefined>;

/**
 * @param seen Called before the last bytes of a response are sent.
 * @returns Ends it.
 */
export function tapServer(origin: string, seen: (exchange: Exchange) => void): () => void {
  const port = Number(new URL(origin).port);
  const onStart = (message: unknown) => {
    const { request, response, server } = message as Started;
    if ((server.address() as AddressInfo | null)?.port === port) tap(request, response, seen);
  };
  subscribe(started, onStart);
  return () => void unsubscribe(started, onStart);
}

function tap(request: IncomingMessage, response: ServerResponse, seen: (exchange: Exchange) => void): void {
  const [requestBody, responseBody]: [Buffer[], Buffer[]] = [[], []];
  // On arrival: a listener for `data` would start the stream before the server listens.
  const push = request.push;
  request.push = function (chunk, encoding) {
    if (chunk) requestBody.push(toBuffer(chunk, encoding));
    return push.call(this, chunk, encoding);
  };
  const headers: Headers = {};
  const writeHead = response.writeHead as (...given: unknown[]) => ServerResponse;
  response.writeHead = ((...given: unknown[]) => {
    Object.assign(headers, lowerCased(given.at(-1)));
    return writeHead.apply(response, given);
  }) as typeof response.writeHead;
  const write = response.write as (...given: unknown[]) => boolean;
  response.write = ((...given: unknown[]) => {
    responseBody.push(toBuffer(given[0], given[1]));
    return write.apply(response, given);
  }) as typeof response.write;
  const end = response.end as (...given: unknown[]) => ServerResponse;
  response.end = ((...given: unknown[]) => {
    if (isBody(given[0])) responseBody.push(toBuffer(given[0], given[1]));
    response.end = end as typeof response.end;
    // What the server has lost on purpose never arrives.
    if (!request.socket.destroyed) {
      const responseHeaders = { ...lowerCased(response.getHeaders()), ...headers };
      seen({
        method: request.method ?? "",
        url: request.url ?? "",
        requestHeaders: request.headers,
        requestBody: Buffer.concat(requestBody),
        status: response.statusCode,
        responseHeaders,
        responseBody: decoded(responseHeaders, Buffer.concat(responseBody)),
      });
    }
    response.write = write as typeof response.write;
    return end.apply(response, given);
  }) as typeof response.end;
}

function isBody(value: unknown): boolean {
  return typeof value === "string" || value instanceof Uint8Array;
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer {
  return typeof chunk === "string"
    ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
    : Buffer.from(chunk as Uint8Array);
}

/** Headers as an object; a list of names and values in turn is none that this project's servers give. */
function lowerCased(given: unknown): Headers {
  if (typeof given !== "object" || given === null) return {};
  if (Array.isArray(given)) throw new Error("headers as a list are not shown");
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.map(String) : value === undefined ? undefined : String(value),
    ]),
  );
}
