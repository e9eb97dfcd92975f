/**
 * The answers that an import has read so far, in a file outside the project: an import that was interrupted,
 * or that waits for the rate limit, resumes from it.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
import { messageOf } from "../errors";
import { nameOfGet, nameOfList, recordedAbsence } from "./readNames";

/** Milliseconds after which an answer expires. */
const maxLength = 24 * 3_600_000;

const line = z.object({
  name: z.string(),
  at: z.number(),
  body: z.unknown(),
  /** The API answered that there is no such object. */
  missing: z.boolean().optional(),
});

/** A client that requests nothing twice, not even in another process. Refused requests are repeated. */
export class ReadJournal implements ReadClient {
  readonly #known = new Map<string, z.output<typeof line>>();
  /** The number of answers from an earlier run. */
  readonly resumedAnswers: number;

  readonly #now: () => number;
  readonly #say: (line: string) => void;
  #isKept = true;

  /**
   * @param file The file of the answers. It can hold variables' values, and only its owner may read it. If it
   * cannot be read or written, nothing is kept and the import continues.
   */
  constructor(
    private readonly client: ReadClient,
    private readonly file: string,
    { now = Date.now, say = () => {} }: { now?: () => number; say?: (line: string) => void } = {},
  ) {
    this.#now = now;
    this.#say = say;
    const text = this.#attempt(() => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      if (!existsSync(file)) return "";
      // What could not be removed at the end of an import must not count in the next one.
      appendFileSync(file, "");
      return readFileSync(file, "utf8");
    }, "");
    const since = now() - maxLength;
    for (const one of text.split("\n")) {
      // The last line of a killed run may be incomplete.
      const parsed = line.safeParse(json(one));
      if (parsed.success && parsed.data.at > since) this.#known.set(parsed.data.name, parsed.data);
    }
    this.resumedAnswers = this.#known.size;
    // An incomplete line must not corrupt the next one.
    if (text !== "" && !text.endsWith("\n")) this.#attempt(() => appendFileSync(file, "\n"), undefined);
  }

  /** Whether a later run can reuse the answers. */
  get isKept(): boolean {
    return this.#isKept;
  }

  get budget(): ReadClient["budget"] {
    return this.client.budget;
  }

  async get(path: string, options: GetOptions = {}): Promise<unknown> {
    const name = nameOfGet(path, options);
    const known = this.#known.get(name);
    if (known?.missing) throw recordedAbsence(path);
    if (known) return known.body;
    try {
      const body = await this.client.get(path, options);
      this.#note({ name, at: this.#now(), body });
      return body;
    } catch (error) {
      if (error instanceof NotFoundError) this.#note({ name, at: this.#now(), body: null, missing: true });
      throw error;
    }
  }

  fetch(path: string, options?: GetOptions): Promise<ApiResponse> {
    return this.client.fetch(path, options);
  }

  open(path: string, options?: OpenOptions): Promise<DownloadStream> {
    return this.client.open(path, options);
  }

  async *pages(path: string, options?: ListOptions): AsyncIterable<readonly unknown[]> {
    yield await this.list(path, options);
  }

  async list(path: string, options: ListOptions = {}): Promise<readonly unknown[]> {
    const name = nameOfList(path, options);
    const known = this.#known.get(name);
    if (known && Array.isArray(known.body)) return known.body;
    const body = await this.client.list(path, options);
    this.#note({ name, at: this.#now(), body });
    return body;
  }

  /** Forgets all answers. */
  clear(): void {
    this.#known.clear();
    if (!this.#isKept) return;
    this.#attempt(() => {
      if (!existsSync(this.file)) return;
      // In a read-only folder, a file can still be emptied.
      writeFileSync(this.file, "");
      rmSync(this.file, { force: true });
    }, undefined);
  }

  /** The age of the oldest answer, in milliseconds. */
  get age(): number {
    return Math.max(0, ...[...this.#known.values()].map(({ at }) => this.#now() - at));
  }

  #note(answer: z.output<typeof line>): void {
    this.#known.set(answer.name, answer);
    if (this.#isKept)
      this.#attempt(
        () => appendFileSync(this.file, `${JSON.stringify(answer)}\n`, { mode: 0o600 }),
        undefined,
      );
  }

  /** Runs work on the file. After a failure, nothing is cached any more. */
  #attempt<Value>(work: () => Value, otherwise: Value): Value {
    try {
      return work();
    } catch (error) {
      const reason = messageOf(error);
      if (this.#isKept) this.#say(`Responses cannot be cached for an interrupted import: ${reason}`);
      this.#isKept = false;
      return otherwise;
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
