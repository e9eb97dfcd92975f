/**
 * Reads that may have begun before they are asked for: what one process of a run has read, others use once, in place of
 * the same request. Decisions about writes never rest on them.
 */

import { z } from "zod";
import type { ReadClient } from "../bitbucket";
import { RecordedReads } from "./recordedReads";

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
export class ReadRecorder extends RecordedReads {
  readonly #reads = new Map<string, RecordedRead>();

  get reads(): readonly RecordedRead[] {
    return [...this.#reads.values()];
  }

  forget(): void {
    this.#reads.clear();
  }

  protected take(): undefined {
    return undefined;
  }

  protected record(read: RecordedRead): void {
    this.#reads.set(read.name, read);
  }
}

/** Answers each request once from what was recorded, and asks otherwise. */
export class ReadReplay extends RecordedReads {
  readonly #reads: Map<string, RecordedRead>;

  constructor(client: ReadClient, reads: readonly RecordedRead[]) {
    super(client);
    this.#reads = new Map(reads.map((read) => [read.name, read]));
  }

  forget(): void {
    this.#reads.clear();
  }

  protected take(name: string): RecordedRead | undefined {
    const known = this.#reads.get(name);
    this.#reads.delete(name);
    return known;
  }

  protected record(): void {
    // Whoever asks again reads again.
  }
}
