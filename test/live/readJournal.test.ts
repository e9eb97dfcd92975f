/** The answers that a long reading keeps, and that it works without. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webhook } from "../../src/kinds";
import type { Location } from "../../src/kinds/kind";
import { LiveReader, ReadJournal, ReadRecorder } from "../../src/live";
import { toLocation } from "../../src/model/location";
import { World } from "../kinds/support";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await World.start();
  folder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

const reads = () => world.emulator.requests.length;

test("what an import that was interrupted has read is not asked for again, and is gone when one ended", async () => {
  const file = join(folder, "imports", "acme.jsonl");
  await new ReadJournal(world.client, file).get("/user");
  const before = reads();
  const next = new ReadJournal(world.client, file);
  expect(next.resumedAnswers).toBe(1);
  await next.get("/user");
  expect(reads()).toBe(before);
  next.clear();
  expect(existsSync(file)).toBe(false);
  expect(new ReadJournal(world.client, file).resumedAnswers).toBe(0);
});

test("an import goes on where nothing can be kept, and says so once", async () => {
  writeFileSync(join(folder, "in-the-way"), "");
  const said: string[] = [];
  const journal = new ReadJournal(world.client, join(folder, "in-the-way", "acme.jsonl"), {
    say: (line) => said.push(line),
  });
  const before = reads();
  await journal.get("/user");
  await journal.list("/workspaces/acme/projects");
  await journal.get("/user");
  expect(reads()).toBe(before + 2);
  expect(journal.isKept).toBe(false);
  journal.clear();
  expect(said).toEqual([
    expect.stringMatching(/^Responses cannot be cached for an interrupted .*: E(NOTDIR|EXIST)/),
  ]);
});

test("an import goes on where what it has begun to keep cannot be kept any more", async () => {
  const file = join(folder, "later", "acme.jsonl");
  const journal = new ReadJournal(world.client, file);
  rmSync(join(folder, "later"), { recursive: true });
  await journal.get("/user");
  expect(journal.isKept).toBe(false);
});

describe("a reading that was interrupted", () => {
  const hooks = async (count: number) => {
    const found: { at: Location; id: string }[] = [];
    for (let index = 0; index < count; index += 1) {
      const place = await world.parent("repository");
      const url = `https://ci.example.com/${index}`;
      const { id, outputs } = await world
        .run()
        .lifecycle.create(webhook, { ...place, url, events: ["repo:push"] });
      found.push({ at: toLocation(webhook, outputs), id });
    }
    return found;
  };
  const readAll = async (journal: ReadJournal, all: readonly { at: Location; id: string }[]) => {
    const reader = new LiveReader(world.client, { earlier: journal });
    const read = [];
    for (const { at, id } of all) read.push(await reader.read(webhook, at, id));
    return read.map((one) => one?.id);
  };
  const minutes = 60_000;

  test("goes on where it was, and says how old the rest is", async () => {
    const all = await hooks(5);
    const file = join(folder, "readings", "goes-on.jsonl");
    await readAll(new ReadJournal(world.client, file, { now: () => 0 }), all.slice(0, 3));
    const before = reads();
    const later = { now: () => 40 * minutes, maxAge: 60 * minutes };
    const journal = new ReadJournal(world.client, file, later);
    expect(journal.usedAge).toBe(0);
    expect(await readAll(journal, all)).toEqual(all.map(({ id }) => id));
    expect(reads()).toBe(before + 2);
    expect(journal.usedAge).toBe(40 * minutes);
    // Of its own answers, none is old.
    const again = new ReadJournal(world.client, file, { ...later, now: () => 45 * minutes });
    await readAll(again, all.slice(3));
    expect(again.usedAge).toBe(5 * minutes);
  });

  test("reads again what is too old", async () => {
    const all = await hooks(2);
    const file = join(folder, "readings", "too-old.jsonl");
    await readAll(new ReadJournal(world.client, file, { now: () => 0 }), all);
    const before = reads();
    const options = { now: () => 61 * minutes, maxAge: 60 * minutes };
    const journal = new ReadJournal(world.client, file, options);
    expect(journal.resumedAnswers).toBe(0);
    await readAll(journal, all);
    expect(reads()).toBe(before + 2);
    expect(journal.usedAge).toBe(0);
  });

  test("takes nothing for gone by an old answer", async () => {
    const [first] = await hooks(1);
    if (!first) throw new Error("there is one");
    const file = join(folder, "readings", "not-gone.jsonl");
    await readAll(new ReadJournal(world.client, file), [first]);
    const url = "https://ci.example.com/later";
    const { workspace, repository } = first.at;
    const { id } = await world
      .run()
      .lifecycle.create(webhook, { workspace, repository, url, events: ["repo:push"] });
    const journal = new ReadJournal(world.client, file);
    expect(await readAll(journal, [{ at: first.at, id }])).toEqual([id]);
  });

  test("hands on only what it reads itself", async () => {
    const all = await hooks(3);
    const file = join(folder, "readings", "hand-over.jsonl");
    await readAll(new ReadJournal(world.client, file), all.slice(0, 2));
    const recorder = new ReadRecorder(world.client);
    const reader = new LiveReader(world.client, {
      earlier: new ReadJournal(world.client, file).through(recorder),
    });
    for (const { at, id } of all) await reader.read(webhook, at, id);
    expect(recorder.reads).toHaveLength(1);
  });

  test("goes on past a part of a list with the whole of it", async () => {
    const [first] = await hooks(1);
    const file = join(folder, "readings", "part.jsonl");
    const path = `/repositories/acme/${encodeURIComponent(first?.at.repository ?? "")}/hooks`;
    for await (const page of new ReadJournal(world.client, file).pages(path)) if (page.length > 0) break;
    const before = reads();
    expect(await new ReadJournal(world.client, file).list(path)).toHaveLength(1);
    expect(reads()).toBe(before + 1);
    for await (const page of new ReadJournal(world.client, file).pages(path)) expect(page).toHaveLength(1);
    expect(reads()).toBe(before + 1);
  });
});
