/** The REST client: requests, collections and downloads of one server, for one credential. It knows no kind of resource. */
import { setTimeout as sleep } from "node:timers/promises";
import { checkBaseUrl, defaultBaseUrl } from "./baseUrl";
import type { Budget } from "./budget";
import type { Credentials } from "./credentials";
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
  open(path: string, options?: OpenOptions): Promise<DownloadStream>;
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
  readonly maxWait?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** Sees every attempt: no body, no secret. */
  readonly onRequest?: (event: RequestEvent) => void;
}

export interface OpenOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests at once, at most, unless told otherwise. */
const defaultConcurrency = 16;

export function createClient(options: ClientOptions): Client {
  return new HttpClient(options);
}

class HttpClient implements Client {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly #transport: Transport;
  readonly #retries: Retries;
  readonly #random: () => number;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;

  constructor(private readonly options: ClientOptions) {
    this.baseUrl = checkBaseUrl(options.baseUrl ?? defaultBaseUrl);
    this.credentials = options.credentials;
    const { now = Date.now, random = Math.random, sleep: pause = sleep } = options;
    this.#random = random;
    this.#sleep = pause;
    this.#transport = new Transport({
      ...options,
      baseUrl: this.baseUrl,
      concurrency: options.concurrency ?? defaultConcurrency,
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
      get: async (path: string, url: URL) => (await this.#sendWithRetries({ method: "GET", path }, url)).body,
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
      // A range that the file does not have is an answer.
      if (opened.status < 400 || opened.status === 416) return opened;
      const { status, headers: answered } = opened;
      parseAnswer(request, { status, headers: answered, text: await readTextStream(opened.body) }, this);
      return opened;
    });
  }

  close(): Promise<void> {
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
      throw new ReadOnlyError("read-only", "Only reading is allowed here, and this would write", {
        method,
        path,
      });
    }
    const once = async () => parseAnswer(request, await this.#transport.exchange(request, url), this);
    return this.#retries.run(request, once, { status: 204, headers: {}, body: undefined });
  }
}
