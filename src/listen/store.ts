/**
 * The events that were accepted and not handled, and the journal of those that were. An event is on disk before it
 * is acknowledged: a file for each, which is written, synced and renamed. A batch is handled once its lines are in
 * the journal; what a killed process has left in the queue beside that is removed at the next start.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import { partialSuffix, replaceFile, replaceFileMeanwhile } from "../process/replaceFile";
import { eventKeys, type ListenEvent, type ListenSubject, nameOfSubject } from "./event";

/** Milliseconds for which handled events are remembered, and their number. */
const memory = { age: 30 * 24 * 3_600_000, count: 50_000 };

/** Milliseconds in which the same body under another id is a replay, if nothing else came of its subject since. */
const replayTime = 600_000;

export const outcomes = [
  "in sync",
  "findings",
  "incomplete",
  "unmanaged",
  "applied",
  "gone",
  "failed",
] as const;
export type LookOutcome = (typeof outcomes)[number];

const eventFields = {
  id: z.string(),
  key: z.enum(eventKeys),
  attempt: z.number(),
  subject: z.object({ kind: z.enum(["repository", "project"]), uuid: z.string() }),
  digest: z.string(),
  /** Milliseconds since 1970. */
  acceptedAt: z.number(),
};
const queuedSchema = z.object({ ...eventFields, sequence: z.number() });
const handledSchema = z.object({
  ...eventFields,
  handledAt: z.number(),
  outcome: z.enum(outcomes),
});

/** An accepted event. */
export type QueuedEvent = z.output<typeof queuedSchema>;
/** A line of the journal. */
export type HandledEvent = z.output<typeof handledSchema>;

/**
 * `pending`, `handled`: it was accepted before. `replayed`: the same body under another id. `full`: Bitbucket is to
 * send it again.
 */
export type Admission = "accepted" | "pending" | "handled" | "replayed" | "full";

interface StoreOptions {
  /** The largest number of events that wait. */
  readonly capacity: number;
  readonly now?: (() => number) | undefined;
}

const queueName = "queue";
const journalName = "journal.jsonl";

export class EventStore {
  readonly #pending = new Map<string, QueuedEvent>();
  readonly #handled = new Map<string, HandledEvent>();
  /** Events that are being written. */
  readonly #arriving = new Map<string, Promise<void>>();
  /** The last accepted event of each subject. */
  readonly #last = new Map<string, Pick<QueuedEvent, "id" | "digest" | "acceptedAt">>();
  readonly #now: () => number;
  #sequence = 0;

  /** @param folder Created if it is missing, for this user alone. */
  constructor(
    private readonly folder: string,
    private readonly options: StoreOptions,
  ) {
    this.#now = options.now ?? Date.now;
    mkdirSync(join(folder, queueName), { recursive: true, mode: 0o700 });
    this.#readJournal();
    this.#readQueue();
  }

  /** In the order of their arrival. */
  get pending(): readonly QueuedEvent[] {
    return [...this.#pending.values()];
  }

  /** Whether an event of the subject had this outcome. */
  hadOutcome(subject: ListenSubject, outcome: LookOutcome): boolean {
    for (const one of this.#handled.values())
      if (one.outcome === outcome && nameOfSubject(one.subject) === nameOfSubject(subject)) return true;
    return false;
  }

  /** Resolves with `accepted` once the event is on disk. */
  async accept(event: ListenEvent): Promise<Admission> {
    const { id } = event;
    const arriving = this.#arriving.get(id);
    if (arriving) {
      await arriving;
      return "pending";
    }
    if (this.#pending.has(id)) return "pending";
    if (this.#handled.has(id)) return "handled";
    const acceptedAt = this.#now();
    const subject = nameOfSubject(event.subject);
    const last = this.#last.get(subject);
    if (last && last.digest === event.digest && acceptedAt - last.acceptedAt < replayTime) return "replayed";
    if (this.#pending.size + this.#arriving.size >= this.options.capacity) return "full";
    this.#sequence += 1;
    const queued: QueuedEvent = { ...event, acceptedAt, sequence: this.#sequence };
    this.#last.set(subject, queued);
    const written = replaceFileMeanwhile(this.#fileOf(queued), JSON.stringify(queued));
    this.#arriving.set(id, written);
    try {
      await written;
    } catch (error) {
      if (this.#last.get(subject) === queued)
        if (last) this.#last.set(subject, last);
        else this.#last.delete(subject);
      throw error;
    } finally {
      this.#arriving.delete(id);
    }
    this.#pending.set(id, queued);
    return "accepted";
  }

  /** Writes events into the journal, and then takes them from the queue. */
  async finish(events: readonly QueuedEvent[], outcome: LookOutcome): Promise<void> {
    const handledAt = this.#now();
    const lines = events.map(({ sequence: _, ...event }): HandledEvent => ({ ...event, handledAt, outcome }));
    const file = await open(join(this.folder, journalName), "a", 0o600);
    try {
      await file.appendFile(lines.map(toLine).join(""));
      await file.sync();
    } finally {
      await file.close();
    }
    for (const line of lines) {
      this.#handled.set(line.id, line);
      this.#pending.delete(line.id);
    }
    await Promise.all(events.map((event) => rm(this.#fileOf(event), { force: true })));
    if (this.#handled.size > 2 * memory.count) this.#compact();
  }

  #fileOf({ sequence, id }: QueuedEvent): string {
    return join(this.folder, queueName, `${String(sequence).padStart(12, "0")}-${id}.json`);
  }

  #readQueue(): void {
    const folder = join(this.folder, queueName);
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      // Never acknowledged.
      if (name.endsWith(partialSuffix)) rmSync(path);
      if (!name.endsWith(".json")) continue;
      const event = parseAt(queuedSchema, path, readFileSync(path, "utf8"));
      this.#sequence = Math.max(this.#sequence, event.sequence);
      if (this.#handled.has(event.id)) rmSync(path);
      else {
        this.#pending.set(event.id, event);
        this.#last.set(nameOfSubject(event.subject), event);
      }
    }
  }

  #readJournal(): void {
    const path = join(this.folder, journalName);
    const text = readText(path);
    // A line without an end was being written: its events are still in the queue.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const lines = whole.split("\n").filter((line) => line !== "");
    for (const line of lines) {
      const event = parseAt(handledSchema, path, line);
      this.#handled.set(event.id, event);
      this.#last.set(nameOfSubject(event.subject), event);
    }
    const oldest = this.#now() - memory.age;
    const isOld = [...this.#handled.values()].some(({ handledAt }) => handledAt < oldest);
    if (whole.length < text.length || isOld || this.#handled.size > memory.count) this.#compact();
  }

  /** Writes the journal again, without what no longer matters. */
  #compact(): void {
    const oldest = this.#now() - memory.age;
    const kept = [...this.#handled.values()]
      .filter(({ handledAt }) => handledAt >= oldest)
      .slice(-memory.count);
    replaceFile(join(this.folder, journalName), kept.map(toLine).join(""), { isDurable: true });
    this.#handled.clear();
    for (const event of kept) this.#handled.set(event.id, event);
  }
}

function toLine(event: HandledEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** @throws {UserError} if the text is not what this program writes: it could be forgotten, or handled again. */
function parseAt<Value>(schema: z.ZodType<Value>, path: string, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      `${path} is damaged: it holds a line that the listener did not write. Move the file away to start without it.`,
    );
  }
}
