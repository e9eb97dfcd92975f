import { repositoryUserPermission } from "../../src/kinds";
import { check } from "../../src/model/check";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

async function adminOf(user: string, more: Record<string, unknown> = {}) {
  const place = await world.parent("repository");
  const { inputs } = check(repositoryUserPermission, {}, { ...place, user, permission: "admin", ...more });
  return { inputs, created: await world.run().lifecycle.create(repositoryUserPermission, inputs) };
}

test("the credential's own admin rights are neither lowered nor removed", async () => {
  const { inputs, created } = await adminOf("alice");
  const lower = { ...inputs, permission: "read" };
  const { lifecycle } = world.run();
  await expect(
    lifecycle.update(repositoryUserPermission, created.id, created.outputs, lower),
  ).rejects.toThrow(/would remove the admin permission of this credential's own user\./);
  await expect(lifecycle.delete(repositoryUserPermission, created.id, created.outputs)).rejects.toThrow(
    /admin permission/,
  );
});

test("they are where that is written out", async () => {
  const { inputs, created } = await adminOf("alice", { allowLosingOwnAdmin: true });
  const lower = { ...inputs, permission: "read" };
  const { outputs } = await world
    .run()
    .lifecycle.update(repositoryUserPermission, created.id, created.outputs, lower);
  expect(outputs.permission).toBe("read");
});

test("somebody else's admin rights are removed without a question", async () => {
  const { created } = await adminOf("bob");
  await world.run().lifecycle.delete(repositoryUserPermission, created.id, created.outputs);
  expect(
    await world.run().lifecycle.read(repositoryUserPermission, created.id, created.outputs),
  ).toBeUndefined();
});

test("a user who is no member is reported with what can be given", async () => {
  await expect(adminOf("nobody")).rejects.toThrow(
    /The user "nobody" was not found among the members of the workspace acme/,
  );
});
