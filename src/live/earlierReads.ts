/**
 * Reads that may have begun before they are asked for: what one process of a run has read, others use once, in place of
 * the same request. Decisions about writes never rest on them.
 */

import { z } from "zod";
import {
  type ApiResponse,
  type DownloadStream,
  type GetOptions,
  type ListOptions,
  NotFoundError,
  type OpenOptions,
  type ReadClient,
} from "../bitbucket";
import { nameOfFetch, nameOfGet, nameOfList, recordedAbsence } from "./readNames";

export interface EarlierReads extends ReadClient {
  /** Forgets what was read before: something has changed since. */
  forget(): void;
}

export const recordedRead = z.object({
  /** The request. */
  name: z.string(),
  body: z.unknown(),
  /** The API answered that there is nothing. */
  isMissing: z.boolean().optional(),
  /** Nobody asked for more pages than these. */
  isPartial: z.boolean().optional(),
});
export type RecordedRead = Readonly<z.output<typeof recordedRead>>;

/** Asks, and records what it gets. */
export class ReadRecorder implements EarlierReads {
  readonly #reads = new Map<string, RecordedRead>();

  constructor(private readonly client: ReadClient) {}

  get reads(): readonly RecordedRead[] {
    return [...this.#reads.values()];
  }

  get budget(): ReadClient["budget"] {
    return this.client.budget;
  }

  forget(): void {
    this.#reads.clear();
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    const name = nameOfGet(path, options);
    try {
      const body = await this.client.get(path, options);
      this.#reads.set(name, { name, body });
      return body;
    } catch (error) {
      if (error instanceof NotFoundError) this.#reads.set(name, { name, body: null, isMissing: true });
      throw error;
    }
  }

  async fetch(path: string, options: GetOptions = {}): Promise<ApiResponse> {
    const name = nameOfFetch(path, options);
    const response = await this.client.fetch(path, options);
    this.#reads.set(name, { name, body: response });
    return response;
  }

  async *pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    const name = nameOfList(path, options);
    const items: unknown[] = [];
    for await (const page of this.client.pages(path, options)) {
      items.push(...page);
      this.#reads.set(name, { name, body: items, isPartial: true });
      yield page;
    }
    this.#reads.set(name, { name, body: items });
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const name = nameOfList(path, options);
    const body = await this.client.list(path, options);
    this.#reads.set(name, { name, body });
    return body;
  }

  open(path: string, options?: OpenOptions): Promise<DownloadStream> {
    return this.client.open(path, options);
  }
}

const response = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

/** Answers each request once from what was recorded, and asks otherwise. */
export class ReadReplay implements EarlierReads {
  readonly #reads: Map<string, RecordedRead>;

  constructor(
    private readonly client: ReadClient,
    reads: readonly RecordedRead[],
  ) {
    this.#reads = new Map(reads.map((read) => [read.name, read]));
  }

  get budget(): ReadClient["budget"] {
    return this.client.budget;
  }

  forget(): void {
    this.#reads.clear();
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    const known = this.#take(nameOfGet(path, options));
    if (known?.isMissing) throw recordedAbsence(path);
    return known ? known.body : this.client.get(path, options);
  }

  async fetch(path: string, options: GetOptions = {}): Promise<ApiResponse> {
    const known = this.#take(nameOfFetch(path, options));
    return known ? response.parse(known.body) : this.client.fetch(path, options);
  }

  async *pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    const known = this.#take(nameOfList(path, options));
    const isKnown = known !== undefined && Array.isArray(known.body);
    if (isKnown) yield known.body as unknown[];
    // Whoever goes on past what is known reads the collection as a whole: pages may have shifted meanwhile.
    if (!isKnown || known.isPartial) yield* this.client.pages(path, options);
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const known = this.#take(nameOfList(path, options));
    return known && !known.isPartial && Array.isArray(known.body)
      ? known.body
      : this.client.list(path, options);
  }

  open(path: string, options?: OpenOptions): Promise<DownloadStream> {
    return this.client.open(path, options);
  }

  #take(name: string): RecordedRead | undefined {
    const known = this.#reads.get(name);
    this.#reads.delete(name);
    return known;
  }
}
