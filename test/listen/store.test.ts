/** Accepted events survive, and are handled once. */
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../../src/listen/lock";
import { EventStore, type HandledEvent } from "../../src/listen/store";
import { ownOwner } from "../../src/process/owner";
import { eventOf, newFolder, removeFolders, uuids } from "./support";

afterEach(removeFolders);

const capacity = 100;
const day = 86_400_000;

function journalOf(folder: string): HandledEvent[] {
  const text = readFileSync(join(folder, "journal.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const queueOf = (folder: string) => readdirSync(join(folder, "queue"));

test("an accepted event is there after a restart, in its place", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  const events = [eventOf(uuids.api), eventOf(uuids.web), eventOf(uuids.api)];
  for (const event of events) expect(await store.accept(event)).toBe("accepted");
  const again = new EventStore(folder, { capacity });
  expect(again.pending.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
});

test("another attempt of an event is no event of its own: while it is written, while it waits, and once it is handled", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  const event = eventOf(uuids.api);
  const both = await Promise.all([store.accept(event), store.accept({ ...event, attempt: 2 })]);
  expect(both).toEqual(["accepted", "pending"]);
  expect(await store.accept({ ...event, attempt: 3 })).toBe("pending");
  await store.finish(store.pending, "in sync");
  expect(await store.accept({ ...event, attempt: 3 })).toBe("handled");
  const again = new EventStore(folder, { capacity });
  expect(await again.accept({ ...event, attempt: 3 })).toBe("handled");
  expect(again.pending).toEqual([]);
  expect(journalOf(folder).map(({ id }) => id)).toEqual([event.id]);
});

test("the same body under another id is a replay, until something else comes of the repository, or for ten minutes", async () => {
  let time = 0;
  const folder = newFolder();
  const store = new EventStore(folder, { capacity, now: () => time });
  const on = eventOf(uuids.api);
  const copy = () => eventOf(uuids.api, { digest: on.digest });
  await store.accept(on);
  expect(await store.accept(copy())).toBe("replayed");
  // A description that goes back and forth.
  await store.accept(eventOf(uuids.api));
  expect(await store.accept(copy())).toBe("accepted");
  expect(await store.accept(copy())).toBe("replayed");
  await store.finish(store.pending, "in sync");
  expect(await new EventStore(folder, { capacity, now: () => time }).accept(copy())).toBe("replayed");
  time += 600_000;
  expect(await store.accept(copy())).toBe("accepted");
});

test("an event that cannot be stored leaves no trace: the one before it is still known, and it can come again", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  const first = eventOf(uuids.api);
  const second = eventOf(uuids.api);
  await store.accept(first);
  renameSync(join(folder, "queue"), join(folder, "away"));
  await expect(store.accept(second)).rejects.toThrow("ENOENT");
  renameSync(join(folder, "away"), join(folder, "queue"));
  expect(await store.accept(eventOf(uuids.api, { digest: first.digest }))).toBe("replayed");
  expect(await store.accept(second)).toBe("accepted");
});

test("an event whose file somebody has removed is handled like any other", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  await store.accept(eventOf(uuids.api));
  for (const name of queueOf(folder)) rmSync(join(folder, "queue", name));
  await store.finish(store.pending, "in sync");
  expect(store.pending).toEqual([]);
  expect(journalOf(folder)).toHaveLength(1);
});

test("a full queue takes nothing more, also of events that arrive at once", async () => {
  const store = new EventStore(newFolder(), { capacity: 2 });
  const events = [1, 2, 3].map(() => eventOf(uuids.api));
  const answers = await Promise.all(events.map((event) => store.accept(event)));
  expect(answers).toEqual(["accepted", "accepted", "full"]);
  await store.finish(store.pending, "in sync");
  const [, , last] = events;
  expect(last && (await store.accept(last))).toBe("accepted");
});

test("what a kill between the journal and the queue leaves is not handled again", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  await store.accept(eventOf(uuids.api));
  const [event] = store.pending;
  if (!event) throw new Error("it waits");
  const [name = ""] = queueOf(folder);
  const text = readFileSync(join(folder, "queue", name));
  await store.finish([event], "in sync");
  writeFileSync(join(folder, "queue", name), text);
  expect(new EventStore(folder, { capacity }).pending).toEqual([]);
  expect(queueOf(folder)).toEqual([]);
});

test("what a kill leaves half written is taken back: a file in the queue, a line in the journal", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  const [one, two] = [eventOf(uuids.api), eventOf(uuids.web)];
  await store.accept(one);
  await store.finish(store.pending, "in sync");
  await store.accept(two);
  writeFileSync(join(folder, "queue", "000000000009-x.json.partial"), '{"id":');
  appendFileSync(join(folder, "journal.jsonl"), `{"id":"${two.id}","key":"repo`);
  const again = new EventStore(folder, { capacity });
  expect(again.pending.map(({ id }) => id)).toEqual([two.id]);
  await again.finish(again.pending, "in sync");
  expect(journalOf(folder).map(({ id }) => id)).toEqual([one.id, two.id]);
  expect(queueOf(folder)).toEqual([]);
});

test("a damaged journal stops the start: its events could be handled again", async () => {
  const folder = newFolder();
  const store = new EventStore(folder, { capacity });
  await store.accept(eventOf(uuids.api));
  await store.finish(store.pending, "in sync");
  appendFileSync(join(folder, "journal.jsonl"), "nonsense\n");
  expect(() => new EventStore(folder, { capacity })).toThrow(/journal\.jsonl is damaged/);
});

test("handled events are forgotten after thirty days", async () => {
  let time = 0;
  const folder = newFolder();
  const store = new EventStore(folder, { capacity, now: () => time });
  await store.accept(eventOf(uuids.api));
  await store.finish(store.pending, "applied");
  time += 20 * day;
  const event = eventOf(uuids.web);
  await store.accept(event);
  await store.finish(store.pending, "in sync");
  expect(store.hadOutcome({ kind: "repository", uuid: uuids.api }, "applied")).toBe(true);
  expect(store.hadOutcome({ kind: "repository", uuid: uuids.web }, "applied")).toBe(false);
  time += 11 * day;
  expect(new EventStore(folder, { capacity, now: () => time }).pending).toEqual([]);
  expect(journalOf(folder).map(({ id }) => id)).toEqual([event.id]);
});

test("a folder has one listener; the lock of one that was killed, or of another machine, is left over", () => {
  const folder = newFolder();
  const own = ownOwner();
  const write = (owner: object) => writeFileSync(join(folder, "lock.json"), JSON.stringify(owner));
  write({ ...own, pid: process.ppid, started: undefined });
  expect(() => lockFolder(folder)).toThrow(/Another listener, process \d+, has the folder/);
  for (const owner of [
    { ...own, pid: process.ppid, started: "1" },
    { ...own, pid: process.ppid, machine: "another" },
    {},
  ]) {
    write(owner);
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  }
});
