/** The answers that an import keeps, and that it works without. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReadJournal } from "../../src/live";
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
