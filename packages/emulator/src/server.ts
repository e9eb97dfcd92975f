/** The HTTP layer: credentials, limits, faults and partial responses around the routes of the families. */
import { gzipSync } from "node:zlib";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { authenticate, checkScopes, grantedScopes, type Principal } from "./access";
import { addBodyParsers, bodyOf } from "./bodies";
import type { EmittedEvent } from "./deliveries";
import { notFound, Refusal } from "./errors";
import { damageAnswer, sendFault } from "./faultAnswers";
import type { Fault, Faults } from "./faults";
import { asksFor, selectFields } from "./fields";
import type { StoredContent } from "./gitObjects";
import type { GitStore } from "./gitStore";
import type { Habits } from "./habits";
import { HiddenObjects } from "./hiddenObjects";
import { selectIgnoringFaults } from "./notApplied";
import { operationScopes } from "./operationScopes";
import { originOf } from "./origin";
import { type PageOptions, pageOf } from "./page";
import type { RateLimit } from "./rateLimit";
import { RouteTable } from "./routeTable";
import type { State } from "./state";

/** The input of a handler. */
export interface Call {
  readonly state: State;
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  /** The header, for the token endpoint. */
  readonly authorization: string;
  /** Any other header, by its lower-case name. */
  readonly asked: (name: string) => string | undefined;
  /** The JSON body, or an empty object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The parts of a multipart or form body. */
  readonly form: readonly (readonly [name: string, value: StoredContent])[];
  /** The files among them. */
  readonly files: readonly FormFile[];
  /** A page of a collection. */
  page<Item>(items: readonly Item[], options?: PageOptions<Item>): unknown;
  /** Whether a field that is hidden by default is requested. */
  asksFor(field: string): boolean;
  status(code: number): void;
  header(name: string, value: string): void;
  /** The git content of the repositories. */
  readonly git: GitStore;
  readonly habits: Habits;
  /** Tells webhooks of an event. */
  readonly emit: (event: EmittedEvent) => void;
  /** The current time in the service's format. */
  now(): string;
  /** Marks an object as new: a fault may hide it from the next reads. */
  made<Made extends object>(object: Made): Made;
  /** Without objects that are still hidden. */
  visible<Seen extends object>(objects: Iterable<Seen>): Seen[];
}

export interface FormFile {
  /** The name of the form's field. */
  readonly field: string;
  readonly name: string;
  readonly content: Buffer;
}

export type Handler = (call: Call) => unknown;

/**
 * Adds a route by the path of the OpenAPI document. `as`: the operation whose scopes it requires, if another.
 */
export type Route = (method: string, path: string, handler: Handler, as?: string) => void;

export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  /** The name of the credential, never the credential. */
  readonly credential: string;
  /** The time of arrival, in ISO 8601. */
  readonly at: string;
}

export interface ServerParts {
  state(): State;
  readonly git: GitStore;
  readonly faults: Faults;
  readonly limit: RateLimit;
  readonly latency: number;
  readonly habits: Habits;
  readonly requests: RecordedRequest[];
  readonly emit: (event: EmittedEvent) => void;
  readonly now: () => number;
  /** Called before the response. */
  readonly changed: (path: string) => void;
  readonly log: (line: string) => void;
}

interface RequestContext {
  began: number;
  principal?: Principal;
  faults: readonly Fault[];
}

const contexts = new WeakMap<FastifyRequest, RequestContext>();

export function createServer(
  parts: ServerParts,
  families: readonly ((route: Route) => void)[],
): FastifyInstance {
  const server = fastify({
    bodyLimit: 32 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2000 },
  });
  addBodyParsers(server);
  server.addHook("onRequest", (request, reply) => admit(parts, request, reply));
  addErrorAnswers(server, parts.log);
  server.addHook("onSend", async (request, reply, payload) => finishResponse(parts, request, reply, payload));
  const hidden = new HiddenObjects(parts.now);
  const table = new RouteTable();
  // All else outside of the API is git's.
  const sites = new Set<string>();
  for (const family of families)
    family((method, path, handler, as) => {
      const pattern = path.startsWith("/site/") ? path : `/2.0${path}`;
      if (pattern === path) sites.add(path.replace(/\{(\w+)\}/g, ":$1"));
      table.add(method, pattern, { handler, operation: as ?? `${method} ${path}` });
    });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    // Its answer to HEAD is that to GET, without the body.
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = table.find(method, request.url);
    if (!found) {
      reply.callNotFound();
      return reply;
    }
    const { handler, operation } = found.route;
    const { principal, faults = [] } = contexts.get(request) ?? {};
    if (principal) {
      if (operationScopes[operation]) reply.header("x-accepted-oauth-scopes", operationScopes[operation][1]);
      checkScopes(principal, operation);
    }
    if (selectIgnoringFaults(faults).length > 0) reply.header("x-emulator-fault", "not-applied");
    const call = callOf(parts, hidden, found.params, request, reply);
    return sendAnswer(reply, await handler(call), fieldsOf(call.url));
  };
  const method = ["GET", "POST", "PUT", "DELETE"];
  for (const url of ["/2.0/*", ...sites]) server.route({ method, url, handler: answer });
  return server;
}

/** What happens before the handler: latency and faults, and the check of the credential and its limit. */
async function admit(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const path = pathOf(request);
  if (path === undefined) return undefined;
  const context: RequestContext = { began: parts.now(), faults: parts.faults.hit(request.method, path) };
  contexts.set(request, context);
  const slow = context.faults.filter(({ kind }) => kind === "latency");
  const latency = slow.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, parts.latency);
  if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
  if (context.faults.some((fault) => fault.kind === "drop-before")) {
    reply.hijack();
    request.raw.socket.destroy();
    record(parts, request, 0);
    return undefined;
  }
  const status = context.faults.find((fault) => fault.kind === "status");
  if (status) return sendFault(reply.header("x-emulator-fault", "status"), status);
  if (!path.startsWith("/site/")) {
    context.principal = authenticate(parts.state(), request.headers.authorization, parts.now());
    if (!parts.limit.take(context.principal.token.name, path)) {
      return reply.code(429).type("text/plain").send("Rate limit for this resource has been exceeded");
    }
  }
  return undefined;
}

function addErrorAnswers(server: FastifyInstance, log: ServerParts["log"]): void {
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send(error.body());
    const status = (error as { statusCode?: number }).statusCode;
    if (status && status < 500)
      return reply.code(status).send(new Refusal(status, String((error as Error).message)).body());
    log(`the emulator failed: ${(error as Error).stack}`);
    return reply.code(500).send({ type: "error", error: { message: "Something went wrong" } });
  });

  const unknown = new Set<string>();
  server.setNotFoundHandler((request, reply) => {
    const name = `${request.method} ${request.url.split("?")[0]}`;
    if (!unknown.has(name)) log(`not emulated: ${name}`);
    unknown.add(name);
    return reply.code(404).send(notFound().body());
  });
}

/** What happens to each response: headers, the journal, and damage by faults. */
function finishResponse(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  const context = contexts.get(request);
  if (!context) return payload;
  if (context.principal) {
    const { token } = context.principal;
    reply.header("x-credential-type", token.kind);
    reply.header("x-oauth-scopes", grantedScopes(token).join(", "));
    // Those of users and of OAuth consumers are limited, but get no headers.
    if (token.kind.endsWith("_access_token"))
      for (const [name, value] of Object.entries(parts.limit.headers(token.name, request.url)))
        reply.header(name, value);
  }
  record(parts, request, reply.statusCode);
  if (request.method !== "GET") parts.changed(request.url);
  // A response that no longer conforms to the API is marked.
  const spoilt = context.faults.filter(({ kind }) => kind === "truncate" || kind === "malformed");
  if (spoilt.length > 0) reply.header("x-emulator-fault", spoilt.map(({ kind }) => kind).join(", "));
  return compressAnswer(damageAnswer(payload, context.faults, request, reply), request, reply);
}

function record(parts: ServerParts, request: FastifyRequest, status: number): void {
  const context = contexts.get(request);
  parts.requests.push({
    method: request.method,
    path: pathOf(request) ?? request.url,
    status,
    credential: context?.principal?.token.name ?? "none",
    at: new Date(context?.began ?? parts.now()).toISOString(),
  });
}

function callOf(
  parts: ServerParts,
  hidden: HiddenObjects,
  params: Call["params"],
  request: FastifyRequest,
  reply: FastifyReply,
): Call {
  const { principal, faults = [] } = contexts.get(request) ?? {};
  const url = new URL(request.url, originOf(request));
  const fields = fieldsOf(url);
  const hiding = faults.find((fault) => fault.kind === "hide-new");
  return {
    state: parts.state(),
    principal: principal as Principal,
    params,
    url,
    authorization: request.headers.authorization ?? "",
    asked: (name) => [request.headers[name]].flat()[0],
    ...bodyOf(request, faults),
    page: (items, options) => pageOf(items, url, options),
    asksFor: (field) => asksFor(fields, field) || asksFor(fields, `values.${field}`),
    status: (code) => void reply.code(code),
    header: (name, value) => void reply.header(name, value),
    git: parts.git,
    habits: parts.habits,
    emit: parts.emit,
    now: () => new Date(parts.now()).toISOString().replace("Z", "000+00:00"),
    made: (object) => hidden.hide(object, hiding),
    visible: (objects) => [...objects].filter((object) => hidden.isVisible(object)),
  };
}

function fieldsOf(url: URL): string | undefined {
  return url.searchParams.get("fields") ?? undefined;
}

function sendAnswer(reply: FastifyReply, result: unknown, fields: string | undefined): FastifyReply {
  if (result === undefined) {
    if (reply.statusCode === 200) reply.code(204);
    // An empty body still has a type, which clients check. Fastify would omit it.
    reply.raw.setHeader("content-type", "text/html; charset=utf-8");
    return reply.send();
  }
  if (Buffer.isBuffer(result))
    return (reply.hasHeader("content-type") ? reply : reply.type("application/octet-stream")).send(result);
  if (typeof result === "string") return reply.type("text/plain").send(result);
  return reply.send(selectFields(result, fields));
}

/** The path below /2.0, with the query; undefined outside the API. */
function pathOf(request: FastifyRequest): string | undefined {
  if (request.url.startsWith("/2.0")) return request.url.slice(4);
  return request.url.startsWith("/site/") ? request.url : undefined;
}

/** Compresses long responses for clients that accept it. */
function compressAnswer(payload: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  reply.header("vary", "Accept-Encoding");
  if (typeof payload !== "string" || payload.length < 1000) return payload;
  if (!/\bgzip\b/.test(String(request.headers["accept-encoding"]))) return payload;
  reply.removeHeader("content-length");
  reply.header("content-encoding", "gzip");
  return gzipSync(payload, { level: 1 });
}
