/** A client that records what it reads, and can give it again. */

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
import type { RecordedRead } from "./earlierReads";
import { nameOfFetch, nameOfGet, nameOfList, recordedAbsence } from "./readNames";

export interface EarlierReads extends ReadClient {
  /** Forgets what was read before: something has changed since. */
  forget(): void;
}

const response = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

export abstract class RecordedReads implements EarlierReads {
  constructor(protected readonly client: ReadClient) {}

  abstract forget(): void;

  /** The answer to a read, if it is known. */
  protected abstract take(name: string): RecordedRead | undefined;

  protected abstract record(read: RecordedRead): void;

  get budget(): ReadClient["budget"] {
    return this.client.budget;
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    const name = nameOfGet(path, options);
    const known = this.take(name);
    if (known?.isMissing) throw recordedAbsence(path);
    if (known) return known.body;
    try {
      const body = await this.client.get(path, options);
      this.record({ name, body });
      return body;
    } catch (error) {
      if (error instanceof NotFoundError) this.record({ name, body: null, isMissing: true });
      throw error;
    }
  }

  async fetch(path: string, options: GetOptions = {}): Promise<ApiResponse> {
    const name = nameOfFetch(path, options);
    const known = this.take(name);
    if (known) return response.parse(known.body);
    const answer = await this.client.fetch(path, options);
    this.record({ name, body: answer });
    return answer;
  }

  async *pages(path: string, options: ListOptions = {}): AsyncIterable<readonly unknown[]> {
    const name = nameOfList(path, options);
    const known = this.take(name);
    if (known && Array.isArray(known.body)) {
      yield known.body;
      // Whoever reads past what is known reads the collection as a whole: pages may have shifted meanwhile.
      if (!known.isPartial) return;
    }
    const items: unknown[] = [];
    for await (const page of this.client.pages(path, options)) {
      items.push(...page);
      this.record({ name, body: [...items], isPartial: true });
      yield page;
    }
    this.record({ name, body: items });
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const name = nameOfList(path, options);
    const known = this.take(name);
    if (known && !known.isPartial && Array.isArray(known.body)) return known.body;
    const body = await this.client.list(path, options);
    this.record({ name, body });
    return body;
  }

  open(path: string, options?: OpenOptions): Promise<DownloadStream> {
    return this.client.open(path, options);
  }
}
