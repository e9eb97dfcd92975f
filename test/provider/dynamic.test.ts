/** What a program with a generated SDK leaves in a state, under the host of dynamic resources. */
import { webhook } from "../../src/kinds";
import { providerKey, providerText } from "../../src/model/providerText";
import { dynamicProvider } from "../../src/provider/dynamic";
import { Session } from "../../src/provider/session";
import { World } from "../kinds/support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test("the state of an SDK gets where its provider is, without a write, or no later run could read it", async () => {
  const session = new Session({ env: {}, client: world.client, say() {}, warn() {} });
  const { diff, update } = dynamicProvider(webhook, session);
  if (!diff || !update) throw new Error("a provider has these");
  const place = await world.parent("repository");
  const args = { ...place, url: "https://ci.example.com/", events: ["repo:push"] };
  const made = await world.run().lifecycle.create(webhook, args);
  const host = { [providerKey]: providerText(webhook) };
  const ofSdk = { ...made.outputs, active: true, description: "", uuid: made.id };
  const inputs = { ...args, ...host };
  expect((await diff(made.id, ofSdk, inputs)).changes).toBe(true);
  const before = world.emulator.requests.length;
  const { outs = {} } = await update(made.id, ofSdk, inputs);
  expect(world.emulator.requests).toHaveLength(before);
  // The host adds where the provider is to what an update returns.
  expect((await diff(made.id, { ...outs, ...host }, inputs)).changes).toBe(false);
});
