/**
 * The REST client: requests, collections and downloads of one server, with one credential. It does not know
 * any kind of resource.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { checkBaseUrl, defaultBaseUrl } from "./baseUrl";
import type { Budget, LimitShare } from "./budget";
import type { CredentialOrigin, Credentials } from "./credentials";
import { type DownloadStream, readTextStream } from "./download";
import { ReadOnlyError } from "./errors";
import type { Ledger } from "./ledger";
import { type ListOptions, readPages } from "./pages";
import type { HttpProxy, Proxies } from "./proxy";
import type { ApiRequest, ApiResponse } from "./request";
import { parseAnswer } from "./response";
import { Retries } from "./retry";
import { type RequestEvent, Transport } from "./transport";

export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: "json" | "text";
}

/** A client that only reads. */
export interface ReadClient {
  /** Returns the parsed body. */
  get(path: string, options?: GetOptions): Promise<unknown>;
  /** Returns the whole response to a GET. */
  fetch(path: string, options?: GetOptions): Promise<ApiResponse>;
  /**
   * Yields all items of a paginated collection, page by page. Throws an `IncompleteError` at the end if some
   * are missing.
   */
  pages(path: string, options?: ListOptions): AsyncIterable<readonly unknown[]>;
  /**
   * Returns all items of a paginated collection. Throws an `IncompleteError` if the service does not return
   * all of them.
   */
  list(path: string, options?: ListOptions): Promise<readonly unknown[]>;
  /**
   * Streams the response to a GET, of any size. Redirects are followed, to another host without the
   * credential.
   */
  open(path: string, options?: OpenOptions): Promise<DownloadStream>;
  readonly budget: Budget;
}

export interface Client extends ReadClient {
  /** Sends one request. Throws a `BitbucketError` for every answer that is not a success. */
  send(request: ApiRequest): Promise<ApiResponse>;
  close(): Promise<void>;
  /** The number of requests in progress. */
  readonly running: number;
  /** The number of requests in progress, at most. */
  readonly concurrency: number;
  readonly baseUrl: string;
  /** The proxy for requests to the API, if there is one. */
  readonly proxy: Pick<HttpProxy, "shown" | "from"> | undefined;
  readonly credentials: Credentials;
  /** Where the credential comes from, if that was said. */
  readonly origin?: CredentialOrigin | undefined;
}

export interface ClientOptions {
  readonly credentials: Credentials;
  /** Where the credential comes from, for errors. */
  readonly origin?: CredentialOrigin;
  readonly baseUrl?: string;
  /** The token endpoint for OAuth consumers. */
  readonly oauthUrl?: string;
  /** Refuses everything but GET. */
  readonly readOnly?: boolean;
  /** Concurrent requests, at most. Default: 16. It starts with half of them, and with all once those are answered. */
  readonly concurrency?: number;
  /** Requests per hour that the credential may make, if known. The responses' headers take precedence. */
  readonly requestsPerHour?: number;
  /** This client's share of them. Default: all. */
  readonly share?: LimitShare | undefined;
  /** Records requests for other processes with the same credential. */
  readonly ledger?: Ledger;
  /** Certificates to trust besides the default ones, as PEM. */
  readonly certificates?: string;
  /** Default: the environment's. */
  readonly proxies?: Proxies;
  /** Finds another credential for the same server, for one that is not accepted. Called once. */
  readonly replaceCredentials?: () => Promise<Credentials | undefined>;
  /** Called before a wait for the rate limit, in milliseconds. */
  readonly onWait?: (milliseconds: number) => void;
  /** Milliseconds until a response must begin, and between two parts of it. Default: 30,000. */
  readonly timeout?: number;
  /** Milliseconds that one request may wait for its retries in total. Default: 120,000. */
  readonly maxWait?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** Called before the first request that may change something. */
  readonly beforeWrites?: () => void;
  /** Called for every attempt: receives no body, no secret. */
  readonly onRequest?: (event: RequestEvent) => void;
}

export interface OpenOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Default of the concurrent requests. */
const defaultConcurrency = 16;

export function createClient(options: ClientOptions): Client {
  return new HttpClient(options);
}

class HttpClient implements Client {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly origin: CredentialOrigin | undefined;
  readonly concurrency: number;
  readonly #transport: Transport;
  readonly #retries: Retries;
  readonly #random: () => number;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;
  /** Ends the waits of requests that nobody waits for any more: they would keep the process. */
  readonly #closing = new AbortController();
  /** Whether it has begun to. */
  #writes = false;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = checkBaseUrl(options.baseUrl ?? defaultBaseUrl);
    this.credentials = options.credentials;
    this.origin = options.origin;
    this.concurrency = options.concurrency ?? defaultConcurrency;
    const { signal } = this.#closing;
    setMaxListeners(0, signal);
    const { now = Date.now, random = Math.random } = options;
    const pause = options.sleep ?? ((milliseconds) => sleep(milliseconds, undefined, { signal }));
    this.#random = random;
    this.#sleep = pause;
    this.#transport = new Transport({
      ...options,
      baseUrl: this.baseUrl,
      concurrency: this.concurrency,
      timeout: options.timeout ?? 30_000,
      now,
      sleep: pause,
    });
    this.#retries = new Retries({
      maxWait: options.maxWait ?? 120_000,
      now,
      random,
      sleep: pause,
      onLimited: (milliseconds) => this.#transport.holdBack(milliseconds),
    });
  }

  get budget(): Budget {
    return this.#transport.budget;
  }

  get running(): number {
    return this.#transport.running;
  }

  get proxy(): Pick<HttpProxy, "shown" | "from"> | undefined {
    return this.#transport.proxyFor(this.baseUrl);
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

  pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    const source = {
      baseUrl: this.baseUrl,
      get: async (path: string, url: URL, goesAhead: boolean) =>
        (await this.#sendWithRetries({ method: "GET", path, goesAhead }, url)).body,
      url: (path: string, query: Readonly<Record<string, string>>) => this.#url(path, query),
      sleep: this.#sleep,
      random: this.#random,
    };
    return readPages(source, path, options);
  }

  send(request: ApiRequest): Promise<ApiResponse> {
    return this.#sendWithRetries(request, this.#url(request.path, request.query ?? {}));
  }

  async open(path: string, { query = {}, headers = {} }: OpenOptions = {}): Promise<DownloadStream> {
    const request = { method: "GET" as const, path };
    return this.#retries.run(request, async () => {
      const opened = await this.#transport.open(path, this.#url(path, query), headers);
      // A range that the file does not have is a valid response.
      if (opened.status < 400 || opened.status === 416) return opened;
      const { status, headers: answered } = opened;
      parseAnswer(request, { status, headers: answered, text: await readTextStream(opened.body) }, this);
      return opened;
    });
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#transport.close();
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(this.baseUrl + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #sendWithRetries(request: ApiRequest, url: URL): Promise<ApiResponse> {
    const { method, path } = request;
    if (this.options.readOnly && method !== "GET") {
      throw new ReadOnlyError("read-only", "This client is read-only, and this request would write", {
        method,
        path,
      });
    }
    if (method !== "GET" && !this.#writes) {
      this.#writes = true;
      this.options.beforeWrites?.();
    }
    const once = async () => parseAnswer(request, await this.#transport.exchange(request, url), this);
    return this.#retries.run(request, once, { status: 204, headers: {}, body: undefined });
  }
}
