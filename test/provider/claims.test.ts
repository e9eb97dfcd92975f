/** Two resources of one program for one object: the provider refuses the second. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultReviewer, repositoryUserPermission, webhook } from "../../src/kinds";
import { LiveReader } from "../../src/live";
import { toLocation } from "../../src/model/location";
import { Claims } from "../../src/provider/claims";
import { Lifecycle } from "../../src/provider/lifecycle";
import { RunFacts } from "../../src/provider/runFacts";
import { SharedRun } from "../../src/provider/sharedRun";
import { World } from "../kinds/support";

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

function driver(claims: Claims): Lifecycle {
  const { client } = world;
  return new Lifecycle(client, new LiveReader(client), { delay: async () => {}, claims });
}

async function run() {
  const at = await world.parent("repository");
  const claims = new Claims();
  const lifecycle = driver(claims);
  const bob = [...world.emulator.state.users.values()].find(({ nickname }) => nickname === "bob")?.uuid ?? "";
  world.emulator.requests.length = 0;
  return { at, claims, lifecycle, bob };
}

const writes = () => world.emulator.requests.filter(({ method }) => method !== "GET").length;
const double = /another resource of this program has the same/;

test("a second resource under another spelling is refused before it is sent", async () => {
  const { at, lifecycle, bob } = await run();
  await lifecycle.create(defaultReviewer, { ...at, user: "bob" });
  for (const user of [bob, bob.toUpperCase(), "bob@acme.example", "bob"])
    await expect(lifecycle.create(defaultReviewer, { ...at, user })).rejects.toThrow(double);
  expect(writes()).toBe(1);
  await lifecycle.create(defaultReviewer, { ...at, user: "alice" });
  await lifecycle.create(repositoryUserPermission, { ...at, user: "bob", permission: "write" });
});

test("a resource that is there already keeps its object", async () => {
  const { at, claims, lifecycle, bob } = await run();
  const wanted = { ...at, user: "bob", permission: "write" };
  const { id, outputs } = await world.run().lifecycle.create(repositoryUserPermission, wanted);
  claims.recordManaged(repositoryUserPermission, toLocation(repositoryUserPermission, outputs), id, outputs);
  const before = writes();
  await expect(lifecycle.create(repositoryUserPermission, { ...wanted, user: bob })).rejects.toThrow(double);
  expect(writes()).toBe(before);
  // The resource that it replaces was deleted before.
  await lifecycle.delete(repositoryUserPermission, id, outputs);
  await expect(lifecycle.create(repositoryUserPermission, { ...wanted, user: bob })).resolves.toBeDefined();
});

test("an object that was created in this run is no other resource's, whichever comes first", async () => {
  const { at, claims, lifecycle, bob } = await run();
  const { id } = await lifecycle.create(defaultReviewer, { ...at, user: bob });
  const state = { ...at, user: "bob" };
  expect(() => claims.recordManaged(defaultReviewer, toLocation(defaultReviewer, state), id, state)).toThrow(
    double,
  );
});

test("two webhooks swap their URLs, and a third does not take one of them", async () => {
  const { at, lifecycle } = await run();
  const hook = (name: string) => ({
    ...at,
    url: `https://${name}.example.com`,
    events: ["repo:push"],
    active: true,
  });
  const [one, two] = [
    await lifecycle.create(webhook, hook("one")),
    await lifecycle.create(webhook, hook("two")),
  ];
  const later = driver(new Claims());
  await later.update(webhook, one.id, one.outputs, hook("two"));
  await later.update(webhook, two.id, two.outputs, hook("one"));
  await expect(later.create(webhook, hook("one"))).rejects.toThrow(double);
});

test("what could not be created may be tried again", async () => {
  const { at, lifecycle } = await run();
  world.emulator.addFault({ kind: "status", status: 400, method: "PUT", path: "default-reviewers" });
  await expect(lifecycle.create(defaultReviewer, { ...at, user: "bob" })).rejects.toThrow();
  await expect(lifecycle.create(defaultReviewer, { ...at, user: "bob" })).resolves.toBeDefined();
});

describe("two provider processes of one run", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-shared-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function start() {
    const shared = new SharedRun(join(folder, "run"));
    const claims = new Claims(new RunFacts(() => shared));
    return { claims, lifecycle: driver(claims), shared };
  }

  const hook = (name: string) => ({
    url: `https://${name}.example.com`,
    events: ["repo:push"],
    active: true,
  });

  test("of two creates at the same time, one is sent", async () => {
    const at = await world.parent("repository");
    const before = writes();
    const created = await Promise.allSettled(
      Array.from({ length: 6 }, () => start().lifecycle.create(webhook, { ...at, ...hook("ci") })),
    );
    expect(created.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of created)
      if (one.status === "rejected") expect(String(one.reason.message)).toMatch(double);
    expect(writes()).toBe(before + 1);
  });

  test("an object under another spelling of its place is created, managed and deleted by one of them", async () => {
    const at = await world.parent("repository");
    const repositories = [...(world.emulator.state.workspaces.get("acme")?.repositories.entries() ?? [])];
    const [name] = repositories.find(([, { uuid }]) => uuid === at.repository) ?? [];
    if (name === undefined) throw new Error("the repository is not there");
    const slug = { ...at, repository: name };
    const [one, two] = [start(), start()];
    const made = await one.lifecycle.create(webhook, { ...at, ...hook("ci") });
    await expect(two.lifecycle.create(webhook, { ...slug, ...hook("ci") })).rejects.toThrow(double);
    const where = toLocation(webhook, made.outputs);
    expect(() => two.claims.recordManaged(webhook, where, made.id, made.outputs)).toThrow(double);
    // As after a move to another provider: Pulumi deletes the old resource once it has created the new one.
    await two.lifecycle.delete(webhook, made.id, made.outputs);
    expect(await one.lifecycle.read(webhook, made.id, made.outputs)).toBeDefined();
    await one.lifecycle.delete(webhook, made.id, made.outputs);
  });

  test("what one manages is not adopted by the other, and what it gave up is", async () => {
    const at = await world.parent("repository");
    const { id, outputs } = await world.run().lifecycle.create(webhook, { ...at, ...hook("ci") });
    const [one, two] = [start(), start()];
    one.claims.recordManaged(webhook, toLocation(webhook, outputs), id, outputs);
    await expect(two.lifecycle.create(webhook, { ...at, ...hook("ci") })).rejects.toThrow(double);
    await one.lifecycle.delete(webhook, id, outputs);
    await expect(two.lifecycle.create(webhook, { ...at, ...hook("ci") })).resolves.toBeDefined();
  });

  test("a process that leaves takes its facts along, and the last one the folder", () => {
    const [one, two] = [start(), start()];
    for (const { claims } of [one, two]) claims.recordManaged(webhook, { workspace: "acme" }, "{1}", {});
    one.shared.leave();
    expect(readdirSync(join(folder, "run"))).toHaveLength(2);
    two.shared.leave();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that other users can write is refused", () => {
    mkdirSync(join(folder, "run"));
    chmodSync(join(folder, "run"), 0o777);
    const { claims } = start();
    expect(() => claims.recordManaged(webhook, { workspace: "acme" }, "{1}", {})).toThrow(
      /can be written by other users/,
    );
  });
});
