/** The listener: takes events, keeps them, and looks at what they are about, until it is stopped. */
import { mkdirSync } from "node:fs";
import { loadStack, withoutRepositoryFiles } from "../desired";
import type { Clock } from "../drift/watch";
import { ListenCounts } from "./counts";
import { lockFolder } from "./lock";
import type { LogEntry } from "./log";
import { lookAtSubject, type SubjectLookOptions } from "./look";
import { LookScheduler, type SubjectLook } from "./scheduler";
import { findScope } from "./scope";
import { startServer } from "./server";
import { EventStore } from "./store";

interface ListenOptions
  extends Pick<SubjectLookOptions, "place" | "load" | "connect" | "settings" | "config"> {
  /** For the queue and the journal. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Undefined: signatures are not checked. */
  readonly secret: string | undefined;
  /** Milliseconds without an event before a look. */
  readonly settle: number;
  /** The largest number of events that wait. */
  readonly capacity: number;
  readonly publish: (result: SubjectLook) => Promise<void>;
  readonly log: (entry: LogEntry) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws {UserError} if it cannot start. */
export async function listen(options: ListenOptions): Promise<void> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(options.folder);
  try {
    await run(options);
  } finally {
    unlock();
  }
}

async function run(options: ListenOptions): Promise<void> {
  const { folder, clock, log, connect, signal } = options;
  const now = () => clock.now();
  const timestamp = () => new Date(now()).toISOString();
  const warn = (message: string) => log({ what: "warning", at: timestamp(), message });
  const store = new EventStore(folder, { capacity: options.capacity, now });
  const desired = await loadStack(options.place.path, { repositoryFiles: withoutRepositoryFiles });
  const scope = await connect({ write: false }, (connection) => findScope(desired, folder, connection, warn));
  const counts = new ListenCounts();
  const wasApplied = (event: Parameters<EventStore["hadOutcome"]>[0]) => store.hadOutcome(event, "applied");
  const scheduler = new LookScheduler({
    store,
    look: (subject, events) => lookAtSubject(subject, events, { ...options, warn, wasApplied }),
    publish: options.publish,
    settle: options.settle,
    clock,
    counts,
    log,
  });
  const server = await startServer({
    ...options,
    scope,
    accept: async (event) => {
      const admission = await store.accept(event);
      if (admission === "accepted") scheduler.notice();
      return admission;
    },
    pending: () => store.pending.length,
    counts,
    now,
  });
  log({
    what: "started",
    at: timestamp(),
    stack: options.place.stack,
    url: server.url,
    pending: store.pending.length,
    signed: options.secret !== undefined,
  });
  const stopped = whenAborted(signal).then(() => server.close());
  try {
    await scheduler.run(signal);
    await stopped;
  } catch (error) {
    await server.close();
    throw error;
  }
  log({ what: "stopped", at: timestamp(), pending: store.pending.length });
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    signal.addEventListener("abort", () => done(), { once: true });
    if (signal.aborted) done();
  });
}
