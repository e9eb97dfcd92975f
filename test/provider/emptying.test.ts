/**
 * A project that is deleted right after its repositories, which still count for a while after their deletion.
 */
import { project, repository } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { LiveReader } from "../../src/live";
import { RefusedError } from "../../src/provider/errors";
import { Lifecycle } from "../../src/provider/lifecycle";
import { World } from "../kinds/support";

let world: World;
let place: Properties;
const waited: number[] = [];
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  waited.length = 0;
  world.emulator.clearFaults();
  place = await world.parent("project");
});

function run(): Lifecycle {
  return new Lifecycle(world.client, new LiveReader(world.client), {
    delay: async (milliseconds) => waited.push(milliseconds),
  });
}

async function madeProject() {
  const key = String(place.project);
  const held = [...(world.emulator.state.workspaces.get("acme")?.projects.values() ?? [])].find(
    (one) => one.key === key,
  );
  if (!held) throw new Error("no project");
  return { held, values: { workspace: "acme", key, name: key, isPrivate: false, deletion: "allow" } };
}

async function madeRepository(name: string) {
  return run().create(repository, {
    workspace: "acme",
    name,
    project: place.project,
    description: "",
    isPrivate: true,
    deletion: "allow",
  });
}

const isThere = () => world.emulator.state.workspaces.get("acme")?.projects.has(String(place.project));

test("is tried again while a repository counts that this run deleted", async () => {
  const { held, values } = await madeProject();
  const made = await madeRepository("late");
  const lifecycle = run();
  await lifecycle.delete(repository, made.id, made.outputs);
  held.lateDeletions = 3;
  await lifecycle.delete(project, held.uuid, values);
  expect(isThere()).toBe(false);
  expect(waited).toHaveLength(3);
  expect(waited).toEqual([...waited].sort((a, b) => a - b));
});

test("is tried again where no repository is listed, whoever deleted it", async () => {
  const { held, values } = await madeProject();
  held.lateDeletions = 2;
  await run().delete(project, held.uuid, values);
  expect(isThere()).toBe(false);
  expect(waited).toHaveLength(2);
});

test("is given up after some 20 seconds", async () => {
  const { held, values } = await madeProject();
  held.lateDeletions = 100;
  await expect(run().delete(project, held.uuid, values)).rejects.toThrow(
    /project P\d+ in acme: Bitbucket refused its deletion \(DELETE .*\): .*still contains repositories\. It lists no repository there: .*Run this again in a few minutes\./,
  );
  expect(waited.reduce((sum, one) => sum + one, 0)).toBe(20_000);
  held.lateDeletions = 0;
});

test("is refused at once where a repository is in it, with its name", async () => {
  const { held, values } = await madeProject();
  await madeRepository("in-the-way");
  const deletion = run().delete(project, held.uuid, values);
  await expect(deletion).rejects.toThrow(RefusedError);
  await expect(deletion).rejects.toThrow(
    /It contains the repository in-the-way\. Delete or move it first, and run this again\.$/,
  );
  expect(waited).toEqual([]);
  expect(isThere()).toBe(true);
});

test("is refused at once where somebody's repository is in it, whatever this run deleted", async () => {
  const { held, values } = await madeProject();
  const made = await madeRepository("gone");
  await madeRepository("stays");
  const lifecycle = run();
  await lifecycle.delete(repository, made.id, made.outputs);
  await expect(lifecycle.delete(project, held.uuid, values)).rejects.toThrow(
    /It contains the repository stays\. Delete or move it first/,
  );
  expect(waited).toEqual([]);
});

test("is tried again while only a repository is listed that this run deleted", async () => {
  const { held, values } = await madeProject();
  const made = await madeRepository("listed");
  const lifecycle = run();
  await lifecycle.delete(repository, made.id, made.outputs);
  held.lateDeletions = 2;
  const { client } = world;
  const list = jest.spyOn(client, "list").mockResolvedValue([{ uuid: made.id, slug: "listed" }]);
  try {
    await lifecycle.delete(project, held.uuid, values);
  } finally {
    list.mockRestore();
  }
  expect(isThere()).toBe(false);
  expect(waited).toHaveLength(2);
});

test("is not tried again where the refusal is of another kind, or the list cannot be read", async () => {
  const { held, values } = await madeProject();
  world.emulator.addFault({ kind: "status", status: 403, method: "DELETE", path: "/projects/" });
  await expect(run().delete(project, held.uuid, values)).rejects.toThrow(/The credential lacks permission/);
  held.lateDeletions = 1;
  world.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/repositories/acme" });
  await expect(run().delete(project, held.uuid, values)).rejects.toThrow(/still contains repositories/);
  expect(waited).toEqual([]);
});
