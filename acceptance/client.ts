/** The single client of a run: every write passes the guard, and every request counts. */
import type { ApiRequest, ApiResponse, Client, GetOptions, ListOptions, OpenOptions } from "../src/bitbucket";
import { BitbucketError } from "../src/bitbucket";
import type { Guard } from "./guard";

/** The run was asked to stop: only the cleanup follows. */
export class StoppedError extends Error {
  constructor(readonly reason: "interrupted" | "budget") {
    super(
      reason === "interrupted" ? "stopped by a signal" : "the most requests that it may send are used up",
    );
    this.name = "StoppedError";
  }
}

/** Controls a run from outside. */
export class Control {
  #interrupted = false;
  #cleaning = false;

  /** @param maxRequests Requests before the cleanup, which may always continue. */
  constructor(readonly maxRequests = Number.POSITIVE_INFINITY) {}

  interrupt(): void {
    this.#interrupted = true;
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Runs work that must not be interrupted. */
  async clean<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#cleaning = true;
    try {
      return await work();
    } finally {
      this.#cleaning = false;
    }
  }

  check(sent: number): void {
    if (this.#cleaning) return;
    if (this.#interrupted) throw new StoppedError("interrupted");
    if (sent >= this.maxRequests) throw new StoppedError("budget");
  }
}

/** The number of requests that a client has sent, retries included. */
export function sentBy(client: Pick<Client, "budget">): number {
  return client.budget.requests;
}

export class GuardedClient implements Client {
  constructor(
    private readonly inner: Client,
    private readonly guard: Guard,
    private readonly control: Control,
  ) {}

  get budget() {
    return this.inner.budget;
  }

  get running(): number {
    return this.inner.running;
  }

  get concurrency(): number {
    return this.inner.concurrency;
  }

  get baseUrl(): string {
    return this.inner.baseUrl;
  }

  get credentials() {
    return this.inner.credentials;
  }

  get proxy() {
    return this.inner.proxy;
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    this.guard.check(request);
    this.#mayGoOn();
    const response = await this.inner.send(request);
    // Identifies the created object by the request: the response does not have to repeat all of it.
    const answer = typeof response.body === "object" ? { ...objectIn(request.body), ...response.body } : {};
    this.guard.learn(request.path, request.method === "GET" ? response.body : answer);
    return response;
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    return (await this.fetch(path, options)).body;
  }

  async fetch(path: string, options: GetOptions = {}): Promise<ApiResponse> {
    this.#mayGoOn();
    const response = await this.inner.fetch(path, options);
    this.guard.learn(path, response.body);
    return response;
  }

  async *pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    this.#mayGoOn();
    for await (const page of this.inner.pages(path, options)) {
      this.guard.learn(path, { values: page });
      yield page;
      this.#mayGoOn();
    }
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for await (const page of this.pages(path, options)) items.push(...page);
    return items;
  }

  open(path: string, options: OpenOptions = {}): ReturnType<Client["open"]> {
    this.#mayGoOn();
    return this.inner.open(path, options);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #mayGoOn(): void {
    this.control.check(sentBy(this.inner));
  }
}

/** Whether an error is a response of the API. */
export function isAnswer(error: unknown): error is BitbucketError {
  return error instanceof BitbucketError && error.status !== undefined;
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
