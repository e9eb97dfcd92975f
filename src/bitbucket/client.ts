/** The REST client: credentials, concurrency, retries, pagination. It knows no kind of resource. */
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Agent, type Dispatcher, FormData, request as send } from "undici";
import { z } from "zod";
import { checkedBaseUrl, checkedUrl, defaultBaseUrl } from "./baseUrl";
import { Budget, limitOf } from "./budget";
import { Pass } from "./completeness";
import type { Credentials } from "./credentials";
import { type Opened, openFollowing, textOfStream } from "./download";
import {
  BitbucketError,
  ConnectionError,
  errorFor,
  IncompleteError,
  type Outcome,
  RateLimitError,
  ReadOnlyError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
} from "./errors";
import { Gate } from "./gate";
import type { Ledger } from "./ledger";
import { type HttpProxy, type Proxies, proxiedAgent, proxiesOf, proxyFor } from "./proxy";
import { retryAfterSeconds, retryDelay } from "./retry";
import { TokenSource, tokenUrl } from "./token";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

export interface Upload {
  readonly field: string;
  readonly name: string;
  /** What is in it; or, where that is read only when it is sent, how to read it. */
  readonly content: string | (() => Promise<Uint8Array<ArrayBuffer>>);
}

export interface ApiRequest {
  readonly method: HttpMethod;
  /** Relative to the base URL, percent-encoded: see `apiPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as multipart/form-data. */
  readonly form?: Readonly<Record<string, string>>;
  /** The contents of files in that form, by the names of their fields. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files in that form that share a field, or whose names are not those of their fields. */
  readonly uploads?: readonly Upload[];
  /** A POST that may be sent again where it is not known whether it took effect. */
  readonly repeatable?: boolean;
  /** Sent as it is, in place of `body` and `form`. */
  readonly raw?: { readonly content: Uint8Array | FormData; readonly type?: string };
  /** Sent beside the client's own, which they do not replace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the answer is taken for. Default: JSON. */
  readonly accept?: "json" | "text";
  /** Gives an answer that leads elsewhere, with its `location`, instead of refusing it. It is not followed. */
  readonly redirects?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or text; undefined where there is none. */
  readonly body: unknown;
}

export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: "json" | "text";
}

export interface ListOptions {
  /** What tells an item from the others, where it has neither a UUID nor an id. */
  readonly uniqueBy?: "name";
  readonly query?: Readonly<Record<string, string>>;
  /** The fields of each item to ask for, separated by commas. What pagination needs is asked for as well. */
  readonly fields?: string;
}

/** Reading only. */
export interface ReadClient {
  /** The parsed body. */
  get(path: string, options?: GetOptions): Promise<unknown>;
  /** The whole answer to a GET. */
  fetch(path: string, options?: GetOptions): Promise<ApiResponse>;
  /** All items of a paginated collection, page by page. Throws an `IncompleteError` at the end if they are not all. */
  pages(path: string, options?: ListOptions): AsyncIterable<readonly unknown[]>;
  /** All items of a paginated collection. Throws an `IncompleteError` if the service does not give them all. */
  list(path: string, options?: ListOptions): Promise<readonly unknown[]>;
  /**
   * A GET whose answer is read as it comes, of any size. Redirects are followed, to another host without the credential.
   */
  open(path: string, options?: OpenOptions): Promise<Opened>;
  readonly budget: Budget;
}

export interface Client extends ReadClient {
  /** Sends one request. Throws a `BitbucketError` for every answer that is not a success. */
  send(request: ApiRequest): Promise<ApiResponse>;
  close(): Promise<void>;
  /** How many requests are under way. */
  readonly running: number;
  readonly baseUrl: string;
  /** The proxy that the API is asked through, if there is one. */
  readonly proxy: Pick<HttpProxy, "shown" | "from"> | undefined;
  readonly credentials: Credentials;
}

export interface ClientOptions {
  readonly credentials: Credentials;
  readonly baseUrl?: string;
  /** Where an OAuth consumer gets its access token. */
  readonly oauthUrl?: string;
  /** Refuses everything but GET. */
  readonly readOnly?: boolean;
  /** Requests at once, at most. Default: 16. It starts with half of them. */
  readonly concurrency?: number;
  /** Requests an hour that the credential may make, where that is known. The answers' headers outdo it. */
  readonly requestsPerHour?: number;
  /** Where requests are noted for other processes with the same credential. */
  readonly ledger?: Ledger;
  /** Certificates that are trusted beside the usual ones, as PEM. */
  readonly certificates?: string;
  /** Default: those that the environment names. */
  readonly proxies?: Proxies;
  /** Hears of a wait for the hour's limit, in milliseconds. */
  readonly onWait?: (milliseconds: number) => void;
  /** Milliseconds until an answer has to begin, and between two parts of it. Default: 30,000. */
  readonly timeout?: number;
  /** Milliseconds that one request may wait for its retries in all. Default: 120,000. */
  readonly longestWait?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Sees every attempt: no body, no secret. */
  readonly onRequest?: (event: RequestEvent) => void;
}

export interface RequestEvent {
  readonly method: string;
  readonly path: string;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

const usualConcurrency = 16;

const unzipped = promisify(gunzip);

/** Bytes of an answer, at most. */
const mostBytes = 64 * 1024 * 1024;

/** Pages of one collection, at most: a server that never ends must not keep us for ever. */
const mostPages = 10_000;

/** Times that a collection is read whose pages contradict each other, at most. */
const mostPasses = 3;

/** Attempts at one request, at most. */
const mostAttempts = 8;

/** The same where there is no connection at all: a wrong address does not get right by waiting. */
const mostConnects = 3;

export function createClient(options: ClientOptions): Client {
  return new HttpClient(options);
}

export interface OpenOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

class HttpClient implements Client {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly budget: Budget;
  readonly #agents: Agent.Options;
  readonly #agent: Dispatcher;
  /** For answers of any size. Made when it is needed. */
  #streams: Dispatcher | undefined;
  readonly #proxies: Proxies;
  readonly #gate: Gate;
  /** Troubles for whose end somebody has waited in vain: until one goes well, the next one does not wait again. */
  readonly #lasting = new Set<string>();
  readonly #token: TokenSource;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #pause: (milliseconds: number) => Promise<unknown>;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = checkedBaseUrl(options.baseUrl ?? defaultBaseUrl);
    this.credentials = options.credentials;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#pause = options.pause ?? sleep;
    const concurrency = options.concurrency ?? usualConcurrency;
    this.budget = new Budget({ now: this.#now, ledger: options.ledger, limit: options.requestsPerHour });
    this.#gate = new Gate(concurrency, this.#now, this.#pause);
    const timeout = options.timeout ?? 30_000;
    this.#agents = {
      connections: concurrency,
      connect: { timeout, ...(options.certificates === undefined ? {} : { ca: options.certificates }) },
      allowH2: true,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      keepAliveTimeout: 30_000,
    };
    this.#proxies = options.proxies ?? proxiesOf();
    this.#agent = proxiedAgent({ ...this.#agents, maxResponseSize: mostBytes }, this.#proxies);
    const oauthUrl = options.oauthUrl ?? tokenUrl(this.baseUrl);
    this.#token = new TokenSource(options.credentials, checkedUrl(oauthUrl), this.#agent, this.#now);
  }

  get running(): number {
    return this.#gate.running;
  }

  get proxy(): Pick<HttpProxy, "shown" | "from"> | undefined {
    return proxyFor(this.baseUrl, this.#proxies);
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    return (await this.fetch(path, options)).body;
  }

  fetch(path: string, { query, accept }: GetOptions = {}): Promise<ApiResponse> {
    return this.send({
      method: "GET",
      path,
      ...(query === undefined ? {} : { query }),
      ...(accept === undefined ? {} : { accept }),
    });
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for await (const page of this.pages(path, options)) items.push(...page);
    return items;
  }

  /**
   * Where the pages contradict each other, or the size that they name, the whole collection is read again: somebody may
   * have changed it meanwhile. What was yielded already is not yielded again.
   */
  async *pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    const yielded = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const pass = new Pass(options.uniqueBy);
      for await (const { values, size } of this.#pass(path, options)) {
        const fresh = pass.add(values, size).filter(({ identity }) => !yielded.has(identity));
        for (const { identity } of fresh) yielded.add(identity);
        yield fresh.map(({ item }) => item);
      }
      const { contradiction } = pass;
      if (contradiction === undefined) return;
      if (attempt >= mostPasses) throw new IncompleteError(contradiction, attempt, { method: "GET", path });
      await this.#pause(retryDelay(attempt, undefined, this.#random()));
    }
  }

  /** The pages of a collection, from the first to the last. */
  async *#pass(path: string, { query = {}, fields }: ListOptions): AsyncIterable<Page> {
    const wanted = fields === undefined ? {} : { fields: pageFields(fields) };
    let pagelen: string | undefined = "100";
    const first = () =>
      this.#url(path, { ...query, ...wanted, ...(pagelen === undefined ? {} : { pagelen }) });
    const visited = new Set<string>();
    let read = 0;
    for (let url: URL | undefined = first(); url; ) {
      if (visited.has(url.href) || visited.size >= mostPages) {
        throw new UnexpectedResponseError(
          "pagination",
          "The pages of this collection never end: the same one came again",
          { method: "GET", path },
        );
      }
      visited.add(url.href);
      let body: unknown;
      try {
        body = (await this.#attempts({ method: "GET", path }, url)).body;
      } catch (error) {
        // Some collections take fewer items a page.
        if (read > 0 || pagelen === undefined || !isPagelenError(error)) throw error;
        pagelen = pagelen === "100" ? "50" : undefined;
        url = first();
        continue;
      }
      const page = parsePage(body, path);
      read += page.values.length;
      yield page;
      url = this.#next(page, url, path, read);
    }
  }

  send(request: ApiRequest): Promise<ApiResponse> {
    return this.#attempts(request, this.#url(request.path, request.query ?? {}));
  }

  async open(path: string, { query = {}, headers = {} }: OpenOptions = {}): Promise<Opened> {
    const request = { method: "GET" as const, path };
    this.#streams ??= proxiedAgent(this.#agents, this.#proxies);
    const dispatcher = this.#streams;
    const once = async (): Promise<Opened> => {
      const authorization = await this.#token.authorization();
      await this.#withinBudget(path);
      this.budget.sent("GET", path);
      const url = this.#url(path, query);
      const opened = await this.#gate
        .run(() => openFollowing(url, { headers, authorization, dispatcher }))
        .catch((cause: unknown) => {
          throw cause instanceof BitbucketError ? cause : this.#noAnswer(request, cause, url);
        });
      this.budget.seen(opened.headers);
      if (opened.status < 400 || opened.status === 416) return opened;
      const { status, headers: answered } = opened;
      const answer = { status, headers: answered, text: await textOfStream(opened.body) };
      if (status === 401 && this.#token.renew()) return once();
      this.#checked(request, answer);
      return opened;
    };
    return this.#tried(request, once);
  }

  async close(): Promise<void> {
    this.options.ledger?.flush();
    await Promise.all([this.#agent.close(), this.#streams?.destroy()]);
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(this.baseUrl + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** `next` is followed as it is, but to no other host. Where a service leaves it out, its page number counts. */
  #next(page: Page, url: URL, path: string, read: number): URL | undefined {
    if (page.next !== undefined && page.next !== null) {
      const next = URL.canParse(page.next) ? new URL(page.next) : undefined;
      if (!next || next.origin !== new URL(this.baseUrl).origin) {
        throw new UnexpectedResponseError(
          "pagination",
          `The next page is said to be on another host, ${next?.host ?? page.next}, to which the credential must not go`,
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

  /** Tries until there is an answer that counts. Only what may safely be repeated is. */
  #attempts(request: ApiRequest, url: URL): Promise<ApiResponse> {
    return this.#tried(request, () => this.#once(request, url), {
      status: 204,
      headers: {},
      body: undefined,
    });
  }

  /** @param gone What comes of a deletion that an earlier attempt had carried out. */
  async #tried<Result>(request: ApiRequest, once: () => Promise<Result>, gone?: Result): Promise<Result> {
    const { method, path } = request;
    if (this.options.readOnly && method !== "GET") {
      throw new ReadOnlyError("read-only", "Only reading is allowed here, and this would write", {
        method,
        path,
      });
    }
    let waited = 0;
    let uncertain = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await once();
        for (const limited of [true, false]) this.#lasting.delete(troubleOf(request, limited));
        return result;
      } catch (error) {
        // The first attempt may have deleted it.
        if (method === "DELETE" && uncertain && gone !== undefined && isStatus(error, 404)) return gone;
        const retry = retryOf(error, method !== "POST" || request.repeatable === true);
        uncertain ||= retry?.outcome === "unknown";
        const wait = retry ? retryDelay(attempt, retry.retryAfter, this.#random()) : 0;
        const most = this.options.longestWait ?? 120_000;
        const attempts =
          error instanceof ConnectionError && error.outcome === "not-applied" ? mostConnects : mostAttempts;
        const limited = isStatus(error, 429);
        const trouble = troubleOf(request, limited);
        if (!retry) throw error;
        if (attempt >= attempts || waited + wait > most || this.#lasting.has(trouble)) {
          this.#lasting.add(trouble);
          throw error;
        }
        waited += wait;
        if (limited) this.#gate.close(wait);
        await this.#pause(wait);
      }
    }
  }

  async #once(request: ApiRequest, url: URL): Promise<ApiResponse> {
    const response = await this.#gate.run(() => this.#exchange(request, url));
    if (response.status === 401 && this.#token.renew())
      return this.#checked(request, await this.#gate.run(() => this.#exchange(request, url)));
    return this.#checked(request, response);
  }

  #checked(request: ApiRequest, answer: Answer): ApiResponse {
    const { method, path } = request;
    const { status, headers, text } = answer;
    if (status >= 400)
      throw withRetryAfter(
        errorFor({ method, path }, answer, this.credentials),
        retryAfterSeconds(headers["retry-after"], this.#now()),
      );
    if (status >= 300 && request.redirects) return { status, headers, body: undefined };
    if (status >= 300) {
      const where = URL.canParse(headers.location ?? "", this.baseUrl)
        ? new URL(headers.location ?? "", this.baseUrl).host
        : "nowhere";
      throw new UnexpectedResponseError(
        "redirect",
        `Bitbucket redirects to ${where}, to which the credential does not go`,
        { method, path, status },
      );
    }
    this.#gate.ease();
    if (request.accept === "text") return { status, headers, body: text };
    if (text.trim() === "") return { status, headers, body: undefined };
    try {
      return { status, headers, body: JSON.parse(text) };
    } catch {
      const what = /^\s*</.test(text)
        ? "The answer is an HTML page where JSON is due"
        : "The answer is JSON that is cut short or broken";
      throw new UnexpectedResponseError("malformed", what, {
        method,
        path,
        status,
        outcome: "unknown",
        hint: "Something between here and Bitbucket may have answered. Run it again.",
      });
    }
  }

  /** Waits until the hour's limit leaves room for a request. */
  async #withinBudget(path: string): Promise<void> {
    for (let wait = this.budget.wait(path); wait > 0; wait = this.budget.wait(path)) {
      this.options.onWait?.(wait);
      await this.#pause(wait);
    }
  }

  async #exchange(request: ApiRequest, url: URL): Promise<Answer> {
    const { method, path } = request;
    const form =
      request.form === undefined ? undefined : await formData(request.form, request.files, request.uploads);
    const authorization = await this.#token.authorization();
    await this.#withinBudget(path);
    const began = this.#now();
    const tell = (status: number | undefined) =>
      this.options.onRequest?.({ method, path, status, milliseconds: this.#now() - began });
    this.budget.sent(method, path);
    try {
      const response = await send(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          ...request.headers,
          authorization,
          accept: request.accept === "text" ? "*/*" : "application/json",
          "accept-encoding": "gzip",
          "user-agent": "bitbucket-as-code",
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...(request.raw?.type === undefined ? {} : { "content-type": request.raw.type }),
        },
        body:
          request.raw?.content ?? form ?? (request.body === undefined ? null : JSON.stringify(request.body)),
      });
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
      );
      this.budget.seen(headers);
      this.#gate.spread(this.budget.gap);
      const text = await textOf(response.body, headers["content-encoding"]);
      tell(response.statusCode);
      this.#gate.took(this.#now() - began);
      return { status: response.statusCode, headers, text };
    } catch (cause) {
      tell(undefined);
      throw this.#noAnswer({ method, path }, cause, url);
    }
  }

  #noAnswer(request: { method: string; path: string }, cause: unknown, url: URL): Error {
    if (cause instanceof BitbucketError) return cause;
    return noAnswer(request, cause, url.host, proxyFor(url, this.#proxies)?.shown);
  }
}

/** The text of an answer that may be compressed. Throws when it is cut short, or larger than any honest one. */
async function textOf(body: Dispatcher.ResponseData["body"], encoding: string | undefined): Promise<string> {
  if (encoding?.toLowerCase() !== "gzip") return body.text();
  const bytes = new Uint8Array(await body.arrayBuffer());
  return bytes.length === 0 ? "" : (await unzipped(bytes, { maxOutputLength: mostBytes })).toString("utf8");
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
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
  throw new UnexpectedResponseError("pagination", "The answer is not a page of a collection", {
    method: "GET",
    path,
  });
}

/** `next` has to be asked for, or paging would stop without a word. */
function pageFields(fields: string): string {
  const items = fields.split(",").map((field) => `values.${field.trim()}`);
  return [...items, "next", "size", "page", "pagelen"].join(",");
}

async function formData(
  fields: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  uploads: readonly Upload[] = [],
): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, content] of Object.entries(files)) form.append(name, new Blob([content]), name);
  for (const { field, name, content } of uploads) {
    const bytes = typeof content === "string" ? content : await content();
    form.append(field, new Blob([bytes]), name);
  }
  return form;
}

/** What a failure tells of other requests: of those that count towards the same limit, or that read or write as well. */
function troubleOf({ method, path }: ApiRequest, limited: boolean): string {
  return limited ? `limit of ${limitOf(path)}` : method === "GET" ? "reading" : "writing";
}

const retryAfters = new WeakMap<Error, number>();

function withRetryAfter<Failure extends Error>(error: Failure, seconds: number | undefined): Failure {
  if (seconds !== undefined) retryAfters.set(error, seconds);
  return error;
}

/** Whether an error may be tried again, and how long the server asked to wait. */
function retryOf(
  error: unknown,
  repeatable: boolean,
): { retryAfter: number | undefined; outcome: Outcome } | undefined {
  // A 429 was not carried out, whatever the method.
  if (error instanceof RateLimitError) return { retryAfter: retryAfters.get(error), outcome: "not-applied" };
  const passing =
    error instanceof ConnectionError ||
    error instanceof TimeoutError ||
    (error instanceof ServerError && error.status !== 501) ||
    (error instanceof UnexpectedResponseError && error.code === "malformed");
  if (!passing) return undefined;
  // A POST that may have been carried out is looked up by whoever sent it.
  if (!repeatable && error.outcome === "unknown") return undefined;
  return { retryAfter: retryAfters.get(error), outcome: error.outcome };
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}

function isPagelenError(error: unknown): boolean {
  return isStatus(error, 400) && error instanceof Error && /pagelen/i.test(error.message);
}

/** Errors before anything was sent. */
const unsent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** @param proxy The one that was asked, without a login. */
function noAnswer(
  request: { method: string; path: string },
  cause: unknown,
  target: string,
  proxy?: string,
): Error {
  const code = codeOf(cause);
  const host = proxy === undefined ? target : `${target}, asked through the proxy ${proxy}`;
  // A proxy's refusal of the tunnel has no code of its own in undici.
  const refused = proxy && messageOf(cause).match(/^Proxy response \((\d+)\)/)?.[1];
  if (refused)
    return new ConnectionError(
      "proxy",
      `The proxy ${proxy} does not let requests through to ${target}: it answers ${refused}`,
      {
        ...request,
        outcome: "not-applied",
        hint:
          refused === "407"
            ? "It wants a login: write HTTPS_PROXY as http://user:password@host:port."
            : `Ask whoever runs it to let ${target} through, or, if there is a way without it, write that host into NO_PROXY.`,
      },
    );
  const outcome: Outcome = unsent.has(code) ? "not-applied" : "unknown";
  const details = { ...request, outcome };
  if (
    code === "UND_ERR_HEADERS_TIMEOUT" ||
    code === "UND_ERR_BODY_TIMEOUT" ||
    code === "UND_ERR_CONNECT_TIMEOUT"
  ) {
    return new TimeoutError("timeout", `${host} did not answer in time`, details);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || code === "ERR_BUFFER_TOO_LARGE")
    return new UnexpectedResponseError("too-large", "The answer is too large", details);
  if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_|ERR_TLS)/.test(code)) {
    return new ConnectionError("connection", `The certificate of ${host} is not trusted: ${code}`, {
      ...request,
      outcome: "not-applied",
      hint: "Behind a proxy that opens connections, name the file of its certificate in NODE_EXTRA_CA_CERTS.",
    });
  }
  if (!/^(E[A-Z]|UND_ERR|HPE_|Z_)/.test(code))
    return cause instanceof Error ? cause : new Error(String(cause));
  return new ConnectionError("connection", `There was no answer from ${host}: ${code}`, {
    ...details,
    hint:
      outcome === "not-applied"
        ? proxy === undefined
          ? "Check the network, a firewall, HTTPS_PROXY if there has to be a proxy, and BITBUCKET_API_URL if it is set."
          : "Check that proxy, which HTTPS_PROXY or HTTP_PROXY names. Hosts in NO_PROXY are asked without it."
        : "The connection broke while the request was under way. Run it again: what was done is recognised.",
  });
}

function codeOf(cause: unknown): string {
  for (let error = cause; isObject(error); error = error.cause) {
    const errors = Array.isArray(error.errors) ? error.errors : [];
    const found = [error, ...errors].find((one) => isObject(one) && typeof one.code === "string");
    if (found) return String(found.code);
  }
  return isObject(cause) && /terminated|other side closed/.test(String(cause.message))
    ? "ECONNRESET"
    : "unknown";
}

/** The messages of an error and of what caused it. */
function messageOf(cause: unknown): string {
  if (!isObject(cause)) return "";
  return typeof cause.message === "string" && /^Proxy response/.test(cause.message)
    ? cause.message
    : messageOf(cause.cause);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
