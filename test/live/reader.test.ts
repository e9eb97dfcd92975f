/** One read for all callers, and never a stale one for a decision. */
import { pipelineVariable, repository, webhook } from "../../src/kinds";
import { onRequest } from "../faults/catalogue";
import { World } from "../kinds/support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const seen = () => world.emulator.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);

async function repositories(count: number): Promise<string[]> {
  const uuids: string[] = [];
  for (let index = 0; index < count; index += 1)
    uuids.push(String((await world.parent("repository")).repository));
  world.emulator.requests.length = 0;
  return uuids;
}

test("all reads that fall into a collection are one request, though they come at the same time", async () => {
  const uuids = await repositories(5);
  const { live } = world.run();
  const found = await Promise.all(uuids.map((uuid) => live.read(repository, { workspace: "acme" }, uuid)));
  expect(found.map((one) => one?.id)).toEqual(uuids);
  const missing = [1, 2, 3].map((digit) => `{${digit}0000000-0000-0000-0000-000000000000}`);
  await Promise.all(missing.map((id) => live.read(webhook, { workspace: "acme", repository: uuids[0] }, id)));
  expect(seen().filter((request) => request === "GET /repositories/acme")).toHaveLength(1);
  // They do not exist, and each is read individually before it counts as deleted.
  expect(seen().filter((request) => request.endsWith("/hooks"))).toHaveLength(1);
  expect(seen().filter((request) => request.includes("/hooks/"))).toHaveLength(3);
});

test("what a list skipped because it changed while it was read is not taken for deleted", async () => {
  const [repository] = await repositories(1);
  const at = { workspace: "acme", repository };
  const path = `/repositories/acme/${encodeURIComponent(String(repository))}/pipelines_config/variables`;
  const made: string[] = [];
  for (let index = 0; index < 105; index += 1) {
    const body = { key: `KEY_${String(index).padStart(3, "0")}`, value: "x" };
    made.push(((await world.client.send({ method: "POST", path, body })).body as { uuid: string }).uuid);
  }
  const held = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])].find(
    ({ uuid }) => uuid === repository,
  )?.variables;
  const stop = onRequest(world.emulator, () => {
    // Somebody deletes one of the first page: the first item of the second page moves to the first.
    held?.delete(made[0] ?? "");
    stop();
  });
  const { live } = world.run();
  // From the end, since the first few that are not on the first page are read individually.
  const asked = [...made].reverse();
  const found = await Promise.all(asked.map((uuid) => live.read(pipelineVariable, at, uuid)));
  expect(asked.filter((_, index) => !found[index])).toEqual([]);
});

test("two of many are read by themselves, and more of them with the whole list", async () => {
  const uuids = await repositories(130);
  const last = uuids.slice(-20);
  const few = world.run().live;
  for (const uuid of last.slice(0, 2)) await few.read(repository, { workspace: "acme" }, uuid);
  expect(seen()).toHaveLength(3);
  world.emulator.requests.length = 0;
  const many = world.run().live;
  for (const uuid of last) expect((await many.read(repository, { workspace: "acme" }, uuid))?.id).toBe(uuid);
  expect(seen().length).toBeLessThanOrEqual(5);
});

test("a look before a write begins after it was asked for, and those who wait share it", async () => {
  const [uuid] = await repositories(1);
  const at = { workspace: "acme", repository: uuid };
  const { live } = world.run();
  const key = { key: "LATE", value: "1" };
  const first = live.findFresh(pipelineVariable, at, key);
  const path = `/repositories/acme/${encodeURIComponent(String(uuid))}/pipelines_config/variables`;
  await first;
  await world.client.send({ method: "POST", path, body: { ...key, secured: false } });
  const later = await Promise.all([1, 2, 3].map(() => live.findFresh(pipelineVariable, at, key)));
  expect(later.every((found) => found !== undefined)).toBe(true);
  expect(
    seen().filter((request) => request.startsWith("GET") && request.endsWith("/variables")).length,
  ).toBeLessThanOrEqual(3);
});

test("what was written is not read from memory", async () => {
  const [uuid] = await repositories(1);
  const at = { workspace: "acme", repository: uuid };
  const { live } = world.run();
  expect(await live.list(pipelineVariable, at)).toEqual([]);
  const path = `/repositories/acme/${encodeURIComponent(String(uuid))}/pipelines_config/variables`;
  await world.client.send({ method: "POST", path, body: { key: "A", value: "1" } });
  live.recordWrite(pipelineVariable, at, {});
  expect(await live.list(pipelineVariable, at)).toHaveLength(1);
});

test("a failure is not remembered", async () => {
  const [uuid] = await repositories(1);
  const at = { workspace: "acme", repository: uuid };
  world.emulator.addFault({ kind: "status", status: 400, path: "/hooks" });
  const { live } = world.run();
  await expect(live.list(webhook, at)).rejects.toThrow();
  expect(await live.list(webhook, at)).toEqual([]);
});

test("a project is found by its UUID after its key was changed", async () => {
  await world.parent("project");
  const [held] = [...(world.emulator.state.workspaces.get("acme")?.projects.values() ?? [])].slice(-1);
  const { live } = world.run();
  expect(await live.projectKey("acme", held?.uuid ?? "")).toBe(held?.key);
  await world.client.send({
    method: "PUT",
    path: `/workspaces/acme/projects/${held?.key}`,
    body: { key: "NEWKEY", name: "x" },
  });
  expect(await world.run().live.projectKey("acme", held?.uuid ?? "")).toBe("NEWKEY");
  await expect(live.projectKey("acme", "{00000000-0000-0000-0000-000000000000}")).rejects.toThrow(
    /There is no project/,
  );
});

test("a user is found by account id, nickname, name and e-mail address", async () => {
  const bob = [...world.emulator.state.users.values()].find((user) => user.nickname === "bob");
  const { live } = world.run();
  for (const name of [bob?.account_id, "bob", "Bob Builder", "bob@acme.example", bob?.uuid]) {
    expect(await live.people.uuidOf("acme", String(name))).toBe(bob?.uuid);
  }
});
