/** Two resources of one program for one object: the provider refuses the second. */
import { defaultReviewer, repositoryUserPermission, webhook } from "../../src/kinds";
import { LiveReader } from "../../src/live";
import { toLocation } from "../../src/model/location";
import { Claims } from "../../src/provider/claims";
import { Lifecycle } from "../../src/provider/lifecycle";
import { World } from "../kinds/support";

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

function driver(claims: Claims): Lifecycle {
  const { client } = world;
  return new Lifecycle(client, new LiveReader(client), undefined, async () => {}, false, claims);
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
