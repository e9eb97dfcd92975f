/** A real engine's requests pass the guard too. */
import { startGateway } from "../../acceptance/gateway";
import { Guard } from "../../acceptance/guard";
import { Names } from "../../acceptance/names";
import { type Client, createClient } from "../../src/bitbucket";
import { MarkedWorld } from "./world";

const names = new Names("{11111111-2222-4333-8444-555555555555}");

let world: MarkedWorld;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let client: Client;
beforeEach(async () => {
  world = await MarkedWorld.start();
  gateway = await startGateway(world.client.baseUrl, new Guard("acme", names, undefined));
  client = createClient({ credentials: world.client.credentials, baseUrl: gateway.url });
});
afterEach(async () => {
  await client.close();
  await gateway.close();
  await world.close();
});

const projects = "/workspaces/acme/projects";

test("a write outside of what a run made gets no further, and is named", async () => {
  const before = world.emulator.requests.length;
  await expect(client.send({ method: "DELETE", path: `${projects}/BAC_ACCEPTANCE` })).rejects.toThrow(
    /no acceptance run made that live object/,
  );
  expect(world.emulator.requests.length).toBe(before);
  expect(gateway.refused).toEqual([`DELETE ${projects}/BAC_ACCEPTANCE`]);
  expect(gateway.count).toBe(0);
});

test("what a run makes is passed on, and may then be written to by the UUID that its answer has", async () => {
  const key = names.key("A");
  const name = names.text("a");
  await client.send({ method: "POST", path: projects, body: { key, name } });
  const made = await client.send({
    method: "POST",
    path: `/repositories/acme/${name}`,
    body: { name, is_private: true, project: { key } },
  });
  const path = `/repositories/acme/${encodeURIComponent((made.body as { uuid: string }).uuid)}`;
  await client.send({ method: "PUT", path, body: { description: "changed" } });
  await client.send({ method: "DELETE", path });
  expect(gateway.refused).toEqual([]);
  expect(gateway.count).toBe(4);
});

test("the pages of a list lead through it as well", async () => {
  for (let count = 0; count < 3; count += 1)
    await client.send({
      method: "POST",
      path: projects,
      body: { key: names.key(`P${count}`), name: "Sample" },
    });
  const { body } = await client.fetch(projects, { query: { pagelen: "2" } });
  expect((body as { next: string }).next.startsWith(gateway.url)).toBe(true);
});
