/**
 * The answers that a long reading has got so far, in a file outside the project: one that was interrupted, or that waits
 * for the rate limit, resumes from it. Decisions about writes never rest on them: an apply has no journal.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { ReadClient } from "../bitbucket";
import { messageOf, tryRead } from "../errors";
import { type RecordedRead, recordedRead } from "./earlierReads";
import { type EarlierReads, RecordedReads } from "./recordedReads";

/** Milliseconds after which an answer expires, if nothing else is said. */
const day = 24 * 3_600_000;

/** Strict: a line of another version says something else. */
const line = recordedRead.extend({ at: z.number() }).strict();

/** An answer, with the time at which it came. */
type JournalAnswer = z.output<typeof line>;

interface JournalOptions {
  readonly now?: () => number;
  readonly say?: (line: string) => void;
  /** What resumes from it: "import". */
  readonly what?: string;
  /** Milliseconds after which an answer expires. Default: a day. */
  readonly maxAge?: number;
}

/** A client that requests nothing twice, not even in another process. Refused requests are repeated. */
export class ReadJournal extends RecordedReads {
  readonly #known = new Map<string, JournalAnswer>();
  /** The number of answers from an earlier run. */
  readonly resumedAnswers: number;

  readonly #now: () => number;
  readonly #say: (line: string) => void;
  readonly #what: string;
  readonly #began: number;
  #isKept = true;
  #oldest: number | undefined;

  /**
   * @param file The file of the answers. It can hold variables' values, and only its owner may read it. If it
   * cannot be read or written, nothing is kept and the reading continues.
   */
  constructor(
    client: ReadClient,
    private readonly file: string,
    { now = Date.now, say = () => {}, what = "import", maxAge = day }: JournalOptions = {},
  ) {
    super(client);
    this.#now = now;
    this.#say = say;
    this.#what = what;
    this.#began = now();
    const text = this.#attempt(() => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      if (!existsSync(file)) return "";
      // What could not be removed at the end of a reading must not count in the next one.
      appendFileSync(file, "");
      return readFileSync(file, "utf8");
    }, "");
    const since = now() - maxAge;
    for (const one of text.split("\n")) {
      // The last line of a killed run may be incomplete.
      const parsed = line.safeParse(tryRead<unknown>(() => JSON.parse(one)));
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

  /** Milliseconds since the oldest answer of an earlier run that was given again. 0: none was. */
  get usedAge(): number {
    return this.#oldest === undefined ? 0 : Math.max(0, this.#now() - this.#oldest);
  }

  /** Asks another client for what is not known. */
  through(client: ReadClient): EarlierReads {
    return new JournaledReads(client, this);
  }

  take(name: string): JournalAnswer | undefined {
    const known = this.#known.get(name);
    if (known && known.at < this.#began) this.#oldest = Math.min(known.at, this.#oldest ?? known.at);
    return known;
  }

  /** Forgets all answers in this process. */
  forget(): void {
    this.#known.clear();
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

  record(read: RecordedRead): void {
    const answer = { ...read, at: this.#now() };
    this.#known.set(read.name, answer);
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
      if (this.#isKept) this.#say(`Responses cannot be cached for an interrupted ${this.#what}: ${reason}`);
      this.#isKept = false;
      return otherwise;
    }
  }
}

/** The reads of another client, with the same journal. */
class JournaledReads extends RecordedReads {
  constructor(
    client: ReadClient,
    private readonly journal: ReadJournal,
  ) {
    super(client);
  }

  forget(): void {
    this.journal.forget();
  }

  protected take(name: string): RecordedRead | undefined {
    return this.journal.take(name);
  }

  protected record(read: RecordedRead): void {
    this.journal.record(read);
  }
}
