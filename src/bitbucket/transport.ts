/**
 * One exchange over HTTP: the connection, the credential, concurrency, and the rate limit. Returns responses
 * unchanged, and repeats a request only if an expired access token was refused.
 */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Agent, type Dispatcher, FormData, request as send } from "undici";
import { checkUrl } from "./baseUrl";
import { Budget, type LimitShare } from "./budget";
import { ConcurrencyLimiter } from "./concurrencyLimiter";
import { toConnectionError } from "./connectionError";
import type { Credentials } from "./credentials";
import { type DownloadStream, openWithRedirects, readTextStream } from "./download";
import type { Ledger } from "./ledger";
import { createProxyAgent, type HttpProxy, type Proxies, proxiesOf, proxyFor } from "./proxy";
import type { Answer, ApiRequest, Upload } from "./request";
import { TokenSource, tokenUrl } from "./token";

interface TransportOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** The token endpoint for OAuth consumers. */
  readonly oauthUrl?: string | undefined;
  /** Concurrent requests, at most. */
  readonly concurrency: number;
  /** Requests per hour that the credential may make, if known. */
  readonly requestsPerHour?: number | undefined;
  readonly share?: LimitShare | undefined;
  readonly ledger?: Ledger | undefined;
  /** Certificates to trust besides the default ones, as PEM. */
  readonly certificates?: string | undefined;
  /** Default: the environment's. */
  readonly proxies?: Proxies | undefined;
  /** Finds another credential for the same server, for one that is not accepted. Called once. */
  readonly replaceCredentials?: (() => Promise<Credentials | undefined>) | undefined;
  /** Called before a wait for the rate limit, in milliseconds. */
  readonly onWait?: ((milliseconds: number) => void) | undefined;
  /** Milliseconds until a response must begin, and between two parts of it. */
  readonly timeout: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

export interface RequestEvent {
  readonly method: string;
  readonly path: string;
  /** Undefined without a response. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

const unzip = promisify(gunzip);

/** Bytes of a response, at most. */
const maxResponseBytes = 64 * 1024 * 1024;

export class Transport {
  readonly budget: Budget;
  readonly #agents: Agent.Options;
  readonly #agent: Dispatcher;
  /** For responses of any size. Created on demand. */
  #streams: Dispatcher | undefined;
  readonly #proxies: Proxies;
  readonly #limiter: ConcurrencyLimiter;
  readonly #token: TokenSource;

  constructor(private readonly options: TransportOptions) {
    const { baseUrl, credentials, concurrency, timeout, certificates, now, sleep } = options;
    this.budget = new Budget({
      now,
      ledger: options.ledger,
      limit: options.requestsPerHour,
      share: options.share,
    });
    this.#limiter = new ConcurrencyLimiter(concurrency, now, sleep);
    this.#agents = {
      connections: concurrency,
      connect: { timeout, ...(certificates === undefined ? {} : { ca: certificates }) },
      allowH2: true,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      keepAliveTimeout: 30_000,
    };
    this.#proxies = options.proxies ?? proxiesOf();
    this.#agent = createProxyAgent({ ...this.#agents, maxResponseSize: maxResponseBytes }, this.#proxies);
    this.#token = new TokenSource(
      credentials,
      checkUrl(options.oauthUrl ?? tokenUrl(baseUrl)),
      this.#agent,
      now,
      options.replaceCredentials,
    );
  }

  /** The number of requests in progress. */
  get running(): number {
    return this.#limiter.running;
  }

  /** The proxy of a URL, if there is one. */
  proxyFor(url: string | URL): HttpProxy | undefined {
    return proxyFor(url, this.#proxies);
  }

  /** Starts nothing for this many milliseconds, and fewer requests after it. */
  holdBack(milliseconds: number): void {
    this.#limiter.pauseFor(milliseconds);
  }

  /** Sends a request when there is room, and reads the whole response, whatever its status. */
  async exchange(request: ApiRequest, url: URL): Promise<Answer> {
    const { generation } = this.#token;
    let answer = await this.#limiter.run(() => this.#exchange(request, url), request.goesAhead);
    if (answer.status === 401 && (await this.#token.renew(generation)))
      answer = await this.#limiter.run(() => this.#exchange(request, url), request.goesAhead);
    if (answer.status < 300) this.#limiter.onSuccess();
    return answer;
  }

  /**
   * Streams the response to a GET, whatever its status and size. Redirects are followed, to another host
   * without the credential.
   */
  async open(path: string, url: URL, headers: Readonly<Record<string, string>>): Promise<DownloadStream> {
    this.#streams ??= createProxyAgent(this.#agents, this.#proxies);
    const dispatcher = this.#streams;
    const { generation } = this.#token;
    const authorization = await this.#token.authorization();
    await this.#withinBudget(path);
    this.budget.recordRequest("GET", path);
    const opened = await this.#limiter
      .run(() => openWithRedirects(url, { headers, authorization, dispatcher }))
      .catch((cause: unknown) => {
        throw this.#toConnectionError({ method: "GET", path }, cause, url);
      });
    this.budget.recordHeaders(opened.headers);
    if (opened.status !== 401 || !(await this.#token.renew(generation))) return opened;
    await readTextStream(opened.body);
    return this.open(path, url, headers);
  }

  async close(): Promise<void> {
    this.options.ledger?.flush();
    await Promise.all([this.#agent.close(), this.#streams?.destroy()]);
  }

  /** Waits until the rate limit allows a request. */
  async #withinBudget(path: string): Promise<void> {
    for (let wait = this.budget.waitTime(path); wait > 0; wait = this.budget.waitTime(path)) {
      this.options.onWait?.(wait);
      await this.options.sleep(wait);
    }
  }

  async #exchange(request: ApiRequest, url: URL): Promise<Answer> {
    const { method, path } = request;
    const { now } = this.options;
    const form =
      request.form === undefined ? undefined : await formData(request.form, request.files, request.uploads);
    const authorization = await this.#token.authorization();
    await this.#withinBudget(path);
    const began = now();
    const tell = (status: number | undefined) =>
      this.options.onRequest?.({ method, path, status, milliseconds: now() - began });
    this.budget.recordRequest(method, path);
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
      this.budget.recordHeaders(headers);
      this.#limiter.setMinInterval(this.budget.minInterval);
      const text = await textOf(response.body, headers["content-encoding"]);
      tell(response.statusCode);
      this.#limiter.recordLatency(now() - began);
      return { status: response.statusCode, headers, text };
    } catch (cause) {
      tell(undefined);
      throw this.#toConnectionError({ method, path }, cause, url);
    }
  }

  #toConnectionError(request: { method: string; path: string }, cause: unknown, url: URL): Error {
    return toConnectionError(request, cause, url.host, this.proxyFor(url)?.shown);
  }
}

/** The text of a response that may be compressed. Throws if it is truncated or too large. */
async function textOf(body: Dispatcher.ResponseData["body"], encoding: string | undefined): Promise<string> {
  if (encoding?.toLowerCase() !== "gzip") return body.text();
  const bytes = new Uint8Array(await body.arrayBuffer());
  return bytes.length === 0
    ? ""
    : (await unzip(bytes, { maxOutputLength: maxResponseBytes })).toString("utf8");
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
