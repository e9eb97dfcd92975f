/**
 * A server on this machine through which other programs reach the API: requests that a run's guard refuses do
 * not get through. It holds no credential: each request brings its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, request as send } from "undici";
import type { ApiRequest } from "../src/bitbucket";
import type { Guard } from "./guard";

export interface Gateway {
  /** The base URL to use instead of the API's. */
  readonly url: string;
  /** The number of forwarded requests. */
  readonly count: number;
  /** The requests that the guard refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Hop-by-hop headers. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "host",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "accept-encoding",
  "expect",
]);

export async function startGateway(baseUrl: string, guard: Guard): Promise<Gateway> {
  const agent = new Agent();
  const refused: string[] = [];
  const state = { count: 0, url: "" };
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray());
    const path = (request.url ?? "").replace(/^\/2\.0/, "");
    const asked = asRequest(request, path, body);
    try {
      guard.check(asked);
    } catch (error) {
      refused.push(`${asked.method} ${asked.path}`);
      response.writeHead(403, { "content-type": "application/json" });
      response.end(JSON.stringify({ type: "error", error: { message: String(error) } }));
      return;
    }
    state.count += 1;
    const answer = await send(`${baseUrl}${path}`, {
      method: asked.method,
      dispatcher: agent,
      headers: { ...withoutConnection(request.headers), "accept-encoding": "identity" },
      body: body.length > 0 ? body : null,
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) learn(guard, asked, text);
    response.writeHead(answer.statusCode, withoutConnection(answer.headers));
    // Links in responses lead through here as well: the client follows none to another host.
    response.end(text.replaceAll(baseUrl, state.url));
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2.0`;
  return {
    url: state.url,
    get count() {
      return state.count;
    },
    refused,
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await agent.close();
    },
  };
}

function asRequest(request: IncomingMessage, path: string, body: Buffer): ApiRequest {
  const method = request.method ?? "";
  if (method !== "GET" && method !== "POST" && method !== "PUT" && method !== "DELETE")
    return { method: "DELETE", path: "/" };
  // A query does not identify the target of a write.
  return { method, path: path.split("?")[0] ?? "", body: parseJson(body.toString("utf8")) };
}

function learn(guard: Guard, asked: ApiRequest, text: string): void {
  const answer = parseJson(text);
  if (typeof answer !== "object" || answer === null) return;
  const sent = typeof asked.body === "object" && asked.method !== "GET" ? asked.body : {};
  guard.learn(asked.path, { ...sent, ...answer });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutConnection(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) ? [] : [[name, value] as const],
    ),
  );
}
