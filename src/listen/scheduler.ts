/** Decides when to look: once for all events of a repository, after the last of a burst. */

import type { DesiredStack } from "../desired";
import type { Comparison, DriftReport } from "../drift";
import type { Clock } from "../drift/watch";
import { errorText } from "../errors";
import type { ListenCounts } from "./counts";
import { type ListenSubject, nameOfSubject } from "./event";
import type { AppliedChange, LogEntry } from "./log";
import type { EventStore, LookOutcome, QueuedEvent } from "./store";

/** Milliseconds after the first event of a burst that does not end. */
const maxSettle = 30_000;

/** Milliseconds before a failed look is repeated: doubled each time, up to the second. */
const backOff = [5_000, 900_000] as const;

/** Looks that fail one after another until their events are given up: some four hours. */
export const maxAttempts = 24;

/** What a look came to. */
export interface SubjectLook {
  readonly outcome: Exclude<LookOutcome, "failed">;
  /** Default: a repository. */
  readonly subject?: ListenSubject["kind"] | undefined;
  /** The slug, or the key in the YAML. */
  readonly name?: string | undefined;
  readonly requests: number;
  readonly message?: string | undefined;
  readonly applied?: readonly AppliedChange[] | undefined;
  readonly report?: DriftReport | undefined;
  /** With a report: what it is about. */
  readonly drift?: (Omit<Comparison, "report"> & { readonly whole: DesiredStack }) | undefined;
}

interface SchedulerOptions {
  readonly store: EventStore;
  /** Looks at one repository or project. */
  readonly look: (subject: ListenSubject, events: readonly QueuedEvent[]) => Promise<SubjectLook>;
  /** Publishes what was found, before the events count as handled. */
  readonly publish: (result: SubjectLook) => Promise<void>;
  /** Milliseconds without an event of a subject before the look at it. */
  readonly settle: number;
  readonly clock: Clock;
  readonly counts: ListenCounts;
  readonly log: (entry: LogEntry) => void;
}

interface Burst {
  readonly subject: ListenSubject;
  readonly events: readonly QueuedEvent[];
  /** When the look is due. */
  readonly due: number;
}

interface FailedLooks {
  readonly count: number;
  readonly next: number;
}

export class LookScheduler {
  readonly #failed = new Map<string, FailedLooks>();
  #wake = new AbortController();

  constructor(private readonly options: SchedulerOptions) {}

  /** Ends the wait: an event arrived, or there is no more to wait for. */
  notice(): void {
    this.#wake.abort();
  }

  /** Looks until the signal aborts, and ends the look under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    signal.addEventListener("abort", () => this.notice(), { once: true });
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const [next] = this.#bursts().sort((one, other) => one.due - other.due);
      if (next && next.due <= clock.now()) await this.#handle(next);
      else await clock.until(next?.due ?? Number.POSITIVE_INFINITY, this.#wake.signal);
    }
  }

  #bursts(): Burst[] {
    const bySubject = new Map<string, [QueuedEvent, ...QueuedEvent[]]>();
    for (const event of this.options.store.pending) {
      const name = nameOfSubject(event.subject);
      const events = bySubject.get(name);
      if (events) events.push(event);
      else bySubject.set(name, [event]);
    }
    return [...bySubject].map(([name, events]) => {
      const [first] = events;
      const last = events.at(-1) ?? first;
      const due = Math.min(last.acceptedAt + this.options.settle, first.acceptedAt + maxSettle);
      return { subject: first.subject, events, due: Math.max(due, this.#failed.get(name)?.next ?? 0) };
    });
  }

  async #handle({ subject, events }: Burst): Promise<void> {
    const { clock, look, publish, store, log, counts } = this.options;
    const began = clock.now();
    const name = nameOfSubject(subject);
    const ids = events.map(({ id }) => id);
    const entry = { subject: name, events: ids };
    counts.add("looks");
    let result: SubjectLook;
    try {
      result = await look(subject, events);
      await publish(result);
    } catch (error) {
      counts.add("failures");
      const count = (this.#failed.get(name)?.count ?? 0) + 1;
      const message = errorText(error);
      const now = clock.now();
      const at = new Date(now).toISOString();
      if (count < maxAttempts) {
        const next = now + Math.min(backOff[0] * 2 ** (count - 1), backOff[1]);
        this.#failed.set(name, { count, next });
        log({ what: "postponed", at, ...entry, message, next: new Date(next).toISOString() });
        return;
      }
      this.#failed.delete(name);
      log({ what: "looked", at, ...entry, outcome: "failed", requests: 0, seconds: 0, message });
      await store.finish(events, "failed");
      counts.add("handled", ids.length);
      return;
    }
    this.#failed.delete(name);
    const { name: shown, outcome, requests, message, applied, report } = result;
    const now = clock.now();
    log({
      what: "looked",
      at: new Date(now).toISOString(),
      ...entry,
      ...(shown === undefined ? {} : { name: shown }),
      outcome,
      requests,
      seconds: Math.round(now - began) / 1000,
      ...(message === undefined ? {} : { message }),
      ...(applied === undefined ? {} : { applied: [...applied] }),
      ...(report === undefined ? {} : { report }),
    });
    // A process that is killed here reports twice, which is better than never.
    await store.finish(events, result.outcome);
    counts.add("handled", ids.length);
    if (outcome === "findings") counts.add("findings");
    if (outcome === "applied") counts.add("applied");
  }
}
