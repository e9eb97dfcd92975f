/** An unrelated edit removes nothing that is not managed. */
import { deploymentEnvironment, webhook } from "../../src/kinds";
import { check } from "../../src/model/check";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test("a webhook's secret that is not managed survives an update", async () => {
  const place = await world.parent("repository");
  const args = { ...place, url: "https://ci.example.com", events: ["repo:push"] };
  const created = await world.run().lifecycle.create(webhook, check(webhook, {}, args).inputs);
  const repositories = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])];
  const hook = repositories.find((one) => one.uuid === place.repository)?.hooks.get(created.id);
  await world.client.send({
    method: "PUT",
    path: `/repositories/acme/${encodeURIComponent(String(place.repository))}/hooks/${encodeURIComponent(created.id)}`,
    body: { secret: "by hand" },
  });
  const next = check(webhook, {}, { ...args, description: "Other" }).inputs;
  await world.run().lifecycle.update(webhook, created.id, created.outputs, next);
  expect(hook).toMatchObject({ description: "Other", secret: "by hand" });
});

test("renaming an environment keeps it to admins", async () => {
  const place = await world.parent("repository");
  const args = { ...place, name: "Live", type: "Production", adminOnly: true };
  const created = await world
    .run()
    .lifecycle.create(deploymentEnvironment, check(deploymentEnvironment, {}, args).inputs);
  const next = check(deploymentEnvironment, {}, { ...args, name: "Production EU" }).inputs;
  await world.run().lifecycle.update(deploymentEnvironment, created.id, created.outputs, next);
  const repositories = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])];
  const held = repositories.find((one) => one.uuid === place.repository)?.environments.get(created.id);
  expect(held).toMatchObject({ name: "Production EU", adminOnly: true });
});
