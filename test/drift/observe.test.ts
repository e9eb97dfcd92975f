/** Reads with a credential that may not read everything. */
import { createClient, Secret } from "../../src/bitbucket";
import { type Observation, Observer } from "../../src/drift/observe";
import { webhook } from "../../src/kinds";
import { LiveReader } from "../../src/live";
import type { StateEntry } from "../../src/plan";
import { World } from "../kinds/support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

const hook = { url: "https://ci.example.com/", events: ["repo:push"] };

async function held(count: number): Promise<StateEntry[]> {
  const found: StateEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const place = await world.parent("repository");
    const { id, outputs } = await world.run().lifecycle.create(webhook, { ...place, ...hook });
    found.push({ kind: webhook, name: `hook-${index}`, urn: `urn:${index}`, id, outputs });
  }
  world.emulator.requests.length = 0;
  return found;
}

async function observed(state: readonly StateEntry[], scopes: readonly string[]): Promise<Observation[]> {
  const alice = [...world.emulator.state.users.values()].find(({ nickname }) => nickname === "alice");
  const token = world.emulator.createToken({
    name: "reader",
    kind: "api_token",
    user: alice?.uuid ?? "",
    scopes: [...scopes],
  });
  const client = createClient({
    credentials: { type: "api-token", email: "alice@acme.example", token: new Secret(token.secret) },
    baseUrl: world.emulator.url,
    readOnly: true,
    random: () => 0,
  });
  try {
    const observer = new Observer(client, new LiveReader(client));
    return await Promise.all(state.map((one) => observer.observe(one)));
  } finally {
    await client.close();
  }
}

const hooksRead = () =>
  world.emulator.requests.filter(({ path }) => path.split("?")[0]?.endsWith("/hooks")).length;

test("what a scope is missing for is asked once, and not for each repository", async () => {
  const state = await held(12);
  const seen = await observed(state, ["read:repository:bitbucket"]);
  expect(hooksRead()).toBe(1);
  for (const one of seen) expect(one).toMatchObject({ failed: false, scopes: ["read:webhook:bitbucket"] });
});

test("with the scope, each collection is read once", async () => {
  const state = await held(5);
  const seen = await observed([...state, ...state], ["read:webhook:bitbucket", "read:repository:bitbucket"]);
  expect(hooksRead()).toBe(5);
  expect(seen.every((one) => "current" in one)).toBe(true);
});
