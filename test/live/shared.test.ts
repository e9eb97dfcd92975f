/** One read for all processes of a run. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../src/kinds";
import { LiveReader, SharedReads } from "../../src/live";
import { ownOwner } from "../../src/process/owner";
import { World } from "../kinds/support";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-shared-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lists = () =>
  world.emulator.requests.filter(({ path }) => /^\/repositories\/acme(\?|$)/.test(path)).length;
const reader = () => new LiveReader(world.client, { shared: new SharedReads(folder) });

test("readers of one run read the list of repositories once, though they start together", async () => {
  const at = { workspace: "acme" };
  const uuids: string[] = [];
  for (let index = 0; index < 3; index += 1)
    uuids.push(String((await world.parent("repository")).repository));
  const before = lists();
  const found = await Promise.all(uuids.map((uuid) => reader().read(repository, at, uuid)));
  expect(found.map((one) => one?.id)).toEqual(uuids);
  expect(lists() - before).toBe(1);
});

test("one that has written reads for itself", async () => {
  const at = { workspace: "acme" };
  const mine = reader();
  await mine.list(repository, at);
  const made = String((await world.parent("repository")).repository);
  mine.recordWrite(repository, at, {});
  expect((await mine.list(repository, at)).map(({ id }) => id)).toContain(made);
});

test("a decision about a write is never made from a shared read", async () => {
  const at = { workspace: "acme" };
  const mine = reader();
  const before = (await mine.list(repository, at)).length;
  const parent = await world.parent("repository");
  const slug = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])].at(-1)?.slug;
  const found = await mine.findFresh(repository, at, { name: slug });
  expect(found?.id).toBe(parent.repository);
  expect(before).toBeGreaterThan(0);
});

test("where the first fails the next reads, and a lock of a process that died is taken away", async () => {
  const shared = new SharedReads(folder, async () => {});
  await expect(shared.list("x", () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
  expect(await shared.list("x", async () => [1])).toEqual([1]);
  expect(await shared.list("x", () => Promise.reject(new Error("asked again")))).toEqual([1]);

  const other = new SharedReads(folder, async () => {
    // No process has this id: it is above the kernel's maximum.
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".lock")))
      writeFileSync(join(folder, file), JSON.stringify({ ...ownOwner(), pid: 2 ** 22 + 1 }));
  });
  let release = (): void => {};
  const slow = other.list(
    "y",
    () =>
      new Promise((resolve) => {
        release = () => resolve(["slow"]);
      }),
  );
  expect(await other.list("y", async () => ["quick"])).toEqual(["quick"]);
  release();
  await slow;
});

test("where nothing can be kept, each reads for itself", async () => {
  const shared = new SharedReads(join(folder, "removed"));
  expect(await shared.list("x", async () => [1])).toEqual([1]);
  expect(await shared.list("x", async () => [2])).toEqual([2]);
});
