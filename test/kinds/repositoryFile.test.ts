/** Files on branches with a slash in their name: Bitbucket does not find them by the branch. */
import { repositoryFile } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { estimateRequests } from "../../src/plan";
import { World } from "./support";

let world: World;
let place: Properties;
beforeEach(async () => {
  world = await World.start();
  place = await world.parent("repository");
  const path = `/repositories/acme/${encodeURIComponent(String(place.repository))}/refs/branches`;
  const body = { name: "release/1.0", target: { hash: world.commit(place) } };
  await world.client.send({ method: "POST", path, body });
});
afterEach(() => world.close());

const inputs = (content: string, path = "docs/a b.md") =>
  check(repositoryFile, {}, { ...place, branch: "release/1.0", path, content }).inputs;
const requests = (method: string, text: string) =>
  world.emulator.requests.filter(
    (one) => one.method === method && decodeURIComponent(one.path).includes(text),
  );

test("a file on it is committed once, read by the branch's commit, changed and deleted", async () => {
  const made = await world.run().lifecycle.create(repositoryFile, inputs("One"));
  const current = await world.run().lifecycle.read(repositoryFile, made.id, made.outputs);
  expect(current?.outputs.content).toBe("One");
  // As the next run does after one that died.
  await world.run().lifecycle.create(repositoryFile, inputs("One"));
  expect(requests("POST", "/src")).toHaveLength(2);

  const { lifecycle } = world.run();
  expect((await lifecycle.read(repositoryFile, made.id, made.outputs))?.outputs.content).toBe("One");
  const updated = await lifecycle.update(repositoryFile, made.id, made.outputs, inputs("Two"));
  expect((await lifecycle.read(repositoryFile, made.id, updated.outputs))?.outputs.content).toBe("Two");
  await lifecycle.delete(repositoryFile, made.id, updated.outputs);
  expect(await lifecycle.read(repositoryFile, made.id, updated.outputs)).toBeUndefined();
  expect(requests("GET", "/src/release/")).toEqual([]);
});

test("the branch is resolved once for all files on it, and the estimate knows that", async () => {
  const held = [];
  for (const path of ["a.md", "b.md", "c.md"]) {
    const { id, outputs } = await world.run().lifecycle.create(repositoryFile, inputs("x", path));
    held.push({ id, outputs, kind: repositoryFile, name: path });
  }
  const before = world.emulator.requests.length;
  const { lifecycle } = world.run();
  for (const { id, outputs } of held) await lifecycle.read(repositoryFile, id, outputs);
  // The workspace, the branch, three files.
  expect(world.emulator.requests.length - before).toBe(5);
  expect(estimateRequests(held, []).api).toBe(5);
});

test("a commit is not made again where a read after it would fail", async () => {
  world.emulator.addFault({
    kind: "status",
    method: "GET",
    path: "/(src|branches)/",
    status: 404,
    skip: 1,
    times: 20,
  });
  const made = await world.run().lifecycle.create(repositoryFile, inputs("One"));
  expect(made.outputs.content).toBe("One");
  expect(requests("POST", "/src")).toHaveLength(2);
});

test("a branch that is not there holds no file", async () => {
  const gone = { ...inputs("x"), branch: "release/2.0" };
  expect(await world.run().lifecycle.read(repositoryFile, "release/2.0:docs/a b.md", gone)).toBeUndefined();
});
