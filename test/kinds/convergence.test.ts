/**
 * Any valid desired state is reached in one apply, and a second one changes nothing; from A to B and back as
 * well.
 */
import fc from "fast-check";
import { desiredOf, Engine, stacks } from "./stacks";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

jest.setTimeout(180_000);

test("one apply is enough, from any state to any other and back", async () => {
  await fc.assert(
    fc.asyncProperty(stacks, stacks, async (first, second) => {
      const places = { repository: await world.parent("repository") };
      const engine = new Engine(world);
      // Before anything is committed: a tag's commit stays the same.
      const [a, b] = [desiredOf(first, world, places), desiredOf(second, world, places)];
      for (const desired of [a, b, a]) {
        await engine.apply(desired);
        expect(await engine.apply(desired)).toBe(0);
      }
    }),
    { numRuns: 40, seed: 20261124 },
  );
});
