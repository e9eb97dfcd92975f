/** The HTTP layer: credentials, limits, faults and partial responses around the routes of the families. */
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { authenticate, checkScopes, grantedScopes, type Principal } from "./access";
import type { EmittedEvent } from "./deliveries";
import { notFound, Refusal } from "./errors";
import type { Fault, Faults } from "./faults";
import { asksFor, selectFields } from "./fields";
import { contentOf, type StoredContent } from "./gitObjects";
import type { GitStore } from "./gitStore";
import { applyFormFaults, applyIgnoringFaults, selectIgnoringFaults } from "./notApplied";
import { operationScopes } from "./operationScopes";
import { type PageOptions, pageOf } from "./page";
import type { RateLimit } from "./rateLimit";
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

interface FormFile {
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

/** Behaviour that the service leaves open, or shows only at times. */
export interface Habits {
  /** A new repository comes with the environments Test, Staging and Production. */
  readonly defaultEnvironments?: boolean;
  /** A deleted deploy key cannot be added again, as for up to 30 days on the service. */
  readonly reserveDeletedKeys?: boolean;
  /** An update of a repository ignores `fork_policy`, and uses only `no_forks` and `no_public_forks`. */
  readonly dropForkPolicy?: boolean;
  /**
   * How many times a project's deletion is refused after one of its repositories was deleted, because it
   * still counts.
   */
  readonly lateRepositoryDeletion?: number;
  /** Webhooks may point to this machine and to internal names, which the service refuses. */
  readonly internalWebhooks?: boolean;
  /** Milliseconds before a webhook's delivery is attempted again. Default: 1000. */
  readonly webhookRetryDelay?: number;
  /** A webhook's URL without a path is returned unchanged, without a trailing slash. */
  readonly keepWebhookUrls?: boolean;
}

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
  const hidden = new WeakMap<object, { reads: number; until: number }>();
  const unknown = new Set<string>();

  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, String(text).trim() === "" ? {} : JSON.parse(String(text)));
    } catch {
      done(new Refusal(400, "Bad request: the body is not JSON"));
    }
  });
  for (const type of ["multipart/form-data", "application/x-www-form-urlencoded"]) {
    server.addContentTypeParser(type, { parseAs: "buffer" }, (request, body, done) => {
      new Response(new Uint8Array(body as Buffer), {
        headers: { "content-type": request.headers["content-type"] ?? "" },
      })
        .formData()
        .then(async (form) => {
          const entries = [...form.entries()].map(async ([name, value]) => [
            name,
            typeof value === "string" ? value : contentOf(Buffer.from(await value.arrayBuffer())),
          ]);
          const files = [...form.entries()].flatMap(([field, value]) =>
            typeof value === "string" ? [] : [{ field, name: value.name, blob: value }],
          );
          done(null, {
            form: await Promise.all(entries),
            files: await Promise.all(
              files.map(async ({ blob, ...file }) => ({
                ...file,
                content: Buffer.from(await blob.arrayBuffer()),
              })),
            ),
          });
        })
        .catch(() => done(new Refusal(400, "Bad request: the form cannot be read")));
    });
  }

  server.addHook("onRequest", async (request, reply) => {
    const path = pathOf(request);
    if (path === undefined) return;
    const context: RequestContext = { began: parts.now(), faults: parts.faults.hit(request.method, path) };
    contexts.set(request, context);
    const latency =
      parts.latency +
      context.faults.reduce(
        (sum, fault) => sum + (fault.kind === "latency" ? (fault.milliseconds ?? 0) : 0),
        0,
      );
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    if (context.faults.some((fault) => fault.kind === "drop-before")) {
      reply.hijack();
      request.raw.socket.destroy();
      record(request, 0);
      return;
    }
    const status = context.faults.find((fault) => fault.kind === "status");
    if (status) return sendFault(reply.header("x-emulator-fault", "status"), status);
    if (!path.startsWith("/site/")) {
      context.principal = authenticate(parts.state(), request.headers.authorization, parts.now());
      if (!parts.limit.take(context.principal.token.name, path)) {
        return reply.code(429).type("text/plain").send("Rate limit for this resource has been exceeded");
      }
    }
  });

  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send(error.body());
    const status = (error as { statusCode?: number }).statusCode;
    if (status && status < 500)
      return reply.code(status).send(new Refusal(status, String((error as Error).message)).body());
    parts.log(`the emulator failed: ${(error as Error).stack}`);
    return reply.code(500).send({ type: "error", error: { message: "Something went wrong" } });
  });

  server.setNotFoundHandler((request, reply) => {
    const name = `${request.method} ${request.url.split("?")[0]}`;
    if (!unknown.has(name)) parts.log(`not emulated: ${name}`);
    unknown.add(name);
    return reply.code(404).send(notFound().body());
  });

  server.addHook("onSend", async (request, reply, payload) => {
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
    record(request, reply.statusCode);
    if (request.method !== "GET") parts.changed(request.url);
    // A response that no longer conforms to the API is marked.
    const spoilt = context.faults.filter(({ kind }) => kind === "truncate" || kind === "malformed");
    if (spoilt.length > 0) reply.header("x-emulator-fault", spoilt.map(({ kind }) => kind).join(", "));
    return compressAnswer(damageAnswer(payload, context.faults, request, reply), request, reply);
  });

  function record(request: FastifyRequest, status: number): void {
    const context = contexts.get(request);
    parts.requests.push({
      method: request.method,
      path: pathOf(request) ?? request.url,
      status,
      credential: context?.principal?.token.name ?? "none",
      at: new Date(context?.began ?? parts.now()).toISOString(),
    });
  }

  const route: Route = (method, path, handler, as) => {
    const pattern = path.startsWith("/site/") ? path : `/2.0${path}`;
    const operation = as ?? `${method} ${path}`;
    server.route({
      method: method as "GET",
      url: pattern.replace(slashed, "*").replace(/\{(\w+)\}/g, ":$1"),
      handler: async (request, reply) => {
        const context = contexts.get(request);
        const principal = context?.principal;
        if (principal) {
          if (operationScopes[operation])
            reply.header("x-accepted-oauth-scopes", operationScopes[operation][1]);
          checkScopes(principal, operation);
        }
        const url = new URL(request.url, originOf(request));
        const faults = context?.faults ?? [];
        const isForm = /form/.test(request.headers["content-type"] ?? "");
        const body = (
          isForm ? (request.body ?? {}) : applyIgnoringFaults(request.body ?? {}, faults)
        ) as Record<string, unknown>;
        if (selectIgnoringFaults(faults).length > 0) reply.header("x-emulator-fault", "not-applied");
        const sentForm =
          Array.isArray(body.form) && /form/.test(request.headers["content-type"] ?? "")
            ? (body.form as [string, StoredContent][])
            : [];
        const sentFiles =
          Array.isArray(body.files) && /form-data/.test(request.headers["content-type"] ?? "")
            ? (body.files as FormFile[])
            : [];
        const { form, files } = applyFormFaults({ form: sentForm, files: sentFiles }, faults);
        const fields = url.searchParams.get("fields") ?? undefined;
        const hiding = context?.faults.find((fault) => fault.kind === "hide-new");
        const result = await handler({
          state: parts.state(),
          principal: principal as Principal,
          params: paramsOf(pattern, request.params as Record<string, string>),
          url,
          authorization: request.headers.authorization ?? "",
          asked: (name) => [request.headers[name]].flat()[0],
          body,
          form,
          files,
          page: (items, options) => pageOf(items, url, options),
          asksFor: (field) => asksFor(fields, field) || asksFor(fields, `values.${field}`),
          status: (code) => void reply.code(code),
          header: (name, value) => void reply.header(name, value),
          git: parts.git,
          habits: parts.habits,
          emit: parts.emit,
          now: () => new Date(parts.now()).toISOString().replace("Z", "000+00:00"),
          made: (object) => {
            if (hiding) {
              const { milliseconds, reads = milliseconds === undefined ? 1 : 0 } = hiding;
              hidden.set(object, { reads, until: parts.now() + (milliseconds ?? 0) });
            }
            return object;
          },
          visible: (objects) =>
            [...objects].filter((object) => {
              const state = hidden.get(object);
              if (!state) return true;
              state.reads -= 1;
              return state.reads < 0 && parts.now() >= state.until;
            }),
        });
        if (result === undefined) {
          if (reply.statusCode === 200) reply.code(204);
          // An empty body still has a type, which clients check. Fastify would omit it.
          reply.raw.setHeader("content-type", "text/html; charset=utf-8");
          return reply.send();
        }
        if (Buffer.isBuffer(result))
          return (reply.hasHeader("content-type") ? reply : reply.type("application/octet-stream")).send(
            result,
          );
        if (typeof result === "string") return reply.type("text/plain").send(result);
        return reply.send(selectFields(result, fields));
      },
    });
  };
  for (const family of families) family(route);
  return server;
}

/**
 * The scheme and the host that the client used, for links. Forwarded headers are only trusted from
 * scripts/as-bitbucket-org.mjs on this machine, which sets them and lets no client set them.
 */
function originOf({ headers, protocol, host, ip }: FastifyRequest): string {
  const local = ip === "127.0.0.1" || ip === "::1" || ip === "::ffff:127.0.0.1";
  const forwarded = headers["x-forwarded-host"];
  if (local && headers["x-emulator-proxy"] === "as-bitbucket-org" && typeof forwarded === "string")
    return `${headers["x-forwarded-proto"] === "https" ? "https" : "http"}://${forwarded}`;
  return `${protocol}://${host}`;
}

/**
 * The parameters that may contain slashes, even unescaped: a file's path, and the name of a branch or a tag.
 */
const slashed = /\{(path)\}$|(?<=\/refs\/\w+\/)\{(name)\}$/;

function paramsOf(pattern: string, params: Readonly<Record<string, string>>): Record<string, string> {
  const [, path, name] = slashed.exec(pattern) ?? [];
  const { "*": rest, ...others } = params;
  return rest === undefined ? others : { ...others, [path ?? name ?? ""]: rest };
}

/** The path below /2.0, with the query; undefined outside the API. */
function pathOf(request: FastifyRequest): string | undefined {
  if (request.url.startsWith("/2.0")) return request.url.slice(4);
  return request.url.startsWith("/site/") ? request.url : undefined;
}

function sendFault(reply: FastifyReply, fault: Fault): FastifyReply {
  const status = fault.status ?? 500;
  if (fault.retryAfter !== undefined) reply.header("retry-after", String(fault.retryAfter));
  if (fault.body !== undefined) return reply.code(status).send(fault.body);
  if (status === 429)
    return reply.code(429).type("text/plain").send("Rate limit for this resource has been exceeded");
  if (status === 502 || status === 503 || status === 504) {
    const title = { 502: "502 Bad Gateway", 503: "503 Service Unavailable", 504: "504 Gateway Time-out" }[
      status
    ];
    return reply
      .code(status)
      .type("text/html")
      .send(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
  }
  return reply
    .code(status)
    .send({ type: "error", error: { message: "Something went wrong", id: "0123456789abcdef" } });
}

/** The response as damaged by a fault. */
function damageAnswer(
  payload: unknown,
  faults: readonly Fault[],
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  let text = typeof payload === "string" ? payload : undefined;
  for (const fault of faults) {
    if (fault.kind === "drop-after") {
      request.raw.socket.destroy();
      return payload;
    }
    if (text === undefined) continue;
    if (fault.kind === "truncate") text = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
    if (fault.kind === "drip") {
      reply.removeHeader("content-length");
      return Readable.from(splitSlowly(text, fault.milliseconds ?? 10));
    }
    if (fault.kind === "malformed") text = `${text.slice(0, 5)}}{`;
    if (fault.kind === "next-loops") text = withNext(text, () => `${originOf(request)}${request.url}`);
    if (fault.kind === "next-elsewhere") text = withNext(text, () => "http://elsewhere.example.com/2.0/next");
    if (fault.kind === "next-repeats")
      text = withNext(text, () => repeatPage(`${originOf(request)}${request.url}`));
    if (fault.kind === "no-next") text = withNext(text, () => undefined);
  }
  if (text === undefined) return payload;
  reply.removeHeader("content-length");
  return text;
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

async function* splitSlowly(text: string, milliseconds: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const length = Math.max(1, Math.ceil(bytes.length / 10));
  for (let start = 0; start < bytes.length; start += length) {
    // The first piece is sent immediately: the body is what is slow.
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    yield bytes.subarray(start, start + length);
  }
}

/** The same page under another URL; undefined for a URL that was created here. */
function repeatPage(address: string): string | undefined {
  const url = new URL(address);
  if (url.searchParams.has("page")) return undefined;
  url.searchParams.set("page", "1");
  return url.href;
}

function withNext(text: string, next: () => string | undefined): string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // A file's content is not a page.
    return text;
  }
  if (typeof answer !== "object" || answer === null || !("values" in answer)) return text;
  const { next: _, ...page } = answer as Record<string, unknown>;
  const link = next();
  return JSON.stringify(link === undefined ? page : { ...page, next: link });
}
