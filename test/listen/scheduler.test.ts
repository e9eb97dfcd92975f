/** When a repository is looked at: once for a burst, and again after a failure. */
import { UserError } from "../../src/errors";
import { ListenCounts } from "../../src/listen/counts";
import { type LogEntry, logSchema } from "../../src/listen/log";
import { LookScheduler, maxAttempts, type SubjectLook } from "../../src/listen/scheduler";
import { EventStore } from "../../src/listen/store";
import { eventOf, ManualClock, newFolder, removeFolders, settle, uuids } from "./support";

const result: SubjectLook = { outcome: "in sync", name: "api", requests: 3 };
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  removeFolders();
});

function start(look: (uuid: string, events: number) => Promise<SubjectLook>) {
  const clock = new ManualClock();
  const store = new EventStore(newFolder(), { capacity: 1000, now: clock.now });
  const entries: LogEntry[] = [];
  const stop = new AbortController();
  const scheduler = new LookScheduler({
    store,
    look: (subject, events) => look(subject.uuid, events.length),
    publish: async () => {},
    settle: 2000,
    clock,
    counts: new ListenCounts(),
    log: (entry) => entries.push(logSchema.parse(entry)),
  });
  const running = scheduler.run(stop.signal);
  stops.push(async () => {
    stop.abort();
    await running;
  });
  return {
    clock,
    store,
    entries,
    async send(uuid: string): Promise<void> {
      expect(await store.accept(eventOf(uuid))).toBe("accepted");
      scheduler.notice();
      await settle();
    },
    /** Moves on until the look that is due is done. */
    async handle(milliseconds: number): Promise<void> {
      const before = entries.length;
      await clock.move(milliseconds);
      await settle(() => entries.length > before);
    },
  };
}

test("fifty pushes in a burst are one look, after the last; another repository has its own", async () => {
  const looks: string[] = [];
  const { clock, store, entries, send, handle } = start(async (uuid, events) => {
    looks.push(`${uuid === uuids.api ? "api" : "web"} ${events}`);
    return result;
  });
  for (let index = 0; index < 50; index += 1) {
    await send(uuids.api);
    await clock.move(100);
  }
  await send(uuids.web);
  await clock.move(1800);
  expect(looks).toEqual([]);
  await handle(100);
  expect(looks).toEqual(["api 50"]);
  await handle(100);
  await settle(() => store.pending.length === 0);
  expect(looks).toEqual(["api 50", "web 1"]);
  expect(entries.map((entry) => (entry.what === "looked" ? entry.events.length : entry.what))).toEqual([
    50, 1,
  ]);
});

test("a burst without an end is looked at every thirty seconds", async () => {
  const looks: number[] = [];
  const { clock, store, send } = start(async (_uuid, events) => {
    looks.push(events);
    return result;
  });
  for (let second = 1; second <= 65; second += 1) {
    await send(uuids.api);
    await clock.move(1000);
    if (second % 30 === 0) await settle(() => store.pending.length === 0);
  }
  expect(looks).toEqual([30, 30]);
});

test("an event that arrives during a look is looked at again", async () => {
  const looks: number[] = [];
  let during: (() => Promise<void>) | undefined;
  const { store, send, handle } = start(async (_uuid, events) => {
    looks.push(events);
    await during?.();
    during = undefined;
    return result;
  });
  during = () => send(uuids.api);
  await send(uuids.api);
  await handle(2000);
  await settle(() => store.pending.length === 1);
  await handle(2000);
  await settle(() => store.pending.length === 0);
  expect(looks).toEqual([1, 1]);
});

test("a look that fails is repeated, later each time, and its events are given up at last: nothing is lost in silence", async () => {
  let looks = 0;
  const { clock, store, entries, send, handle } = start(async () => {
    looks += 1;
    throw new UserError("Bitbucket cannot be reached.");
  });
  await send(uuids.api);
  await handle(2000);
  expect(entries).toMatchObject([{ what: "postponed", message: "Bitbucket cannot be reached." }]);
  await clock.move(4999);
  expect(looks).toBe(1);
  await handle(1);
  await clock.move(9999);
  expect(looks).toBe(2);
  await handle(1);
  while (looks < maxAttempts) await handle(900_000);
  await settle(() => store.pending.length === 0);
  expect(entries.at(-1)).toMatchObject({ what: "looked", outcome: "failed" });
  expect(entries).toHaveLength(maxAttempts);
});

test("a report that cannot be published is a failure, and the events wait", async () => {
  let isBroken = true;
  const { store, entries, send, handle } = start(async () => {
    if (isBroken) throw new UserError("no space");
    return result;
  });
  await send(uuids.api);
  await handle(2000);
  expect(store.pending).toHaveLength(1);
  isBroken = false;
  await handle(5000);
  await settle(() => store.pending.length === 0);
  expect(entries.map(({ what }) => what)).toEqual(["postponed", "looked"]);
});
