/**
 * Whole stacks, with a hostile proxy between tool and server: after an apply through it, which may fail, and
 * an honest one, the server matches the declaration, without duplicates, and with the same ids as before.
 */
import fc from "fast-check";
import { kinds } from "../../src/kinds";
import type { Kind, Location, Properties } from "../../src/kinds/kind";
import { toLocation } from "../../src/model/location";
import { type Desired, desiredOf, Engine, stacks } from "../kinds/stacks";
import { World } from "../kinds/support";
import { drawn, mischief } from "../support/hostile";

jest.setTimeout(240_000);

let world: World;
beforeAll(async () => {
  world = await World.behindHostile();
});
afterAll(() => world.close());

/** Variables of environments: only their list says whether they exist. */
const alone = /deployments_config\/environments\/[^/]+\/variables$/;

const hostilities = fc.record({
  seed: fc.nat(),
  share: fc.constantFrom(0.1, 0.3, 0.6, 1),
  steady: fc.boolean(),
});

const listed = kinds.filter((kind) => "collection" in kind.source);

/** Everything in a repository, in its environment, and in its project. */
async function idsIn(places: readonly Properties[]): Promise<Set<string>> {
  const { live } = world.run();
  const ids = new Set<string>();
  for (const place of places) {
    for (const kind of listed) {
      const parent = place.environment ? "environment" : place.project ? "project" : "repository";
      if (!kind.parents.includes(parent)) continue;
      const at = toLocation(kind, place);
      for (const { id } of await live.list(kind, at)) ids.add(idOf(kind, at, id));
    }
  }
  return ids;
}

function idOf(kind: Kind, at: Location, id: string): string {
  const parent = at.environment
    ? "environment"
    : at.repository
      ? "repository"
      : at.project
        ? "project"
        : "workspace";
  return `${kind.name} of ${parent} ${id}`;
}

/** Fields in which the server differs from the declaration, and declared objects that it lacks. */
async function lackingOf(desired: Desired): Promise<string[]> {
  const { lifecycle } = world.run();
  const wrong: string[] = [];
  for (const [name, { kind, inputs }] of desired) {
    const met = await lifecycle.findExisting(kind, inputs);
    if (!met) wrong.push(name);
    else wrong.push(...met.differences.map((field) => `${name}.${field}`));
  }
  return wrong;
}

test("a hostile apply and an honest one lead to what is declared, nothing twice, and no id changes", async () => {
  const outcomes = { succeeded: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(stacks, stacks, hostilities, async (first, second, hostility) => {
      world.hostile.behave();
      const environment = await world.parent("environment");
      const { environment: _, ...repository } = environment;
      const held = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])].at(-1);
      const owner = [...(world.emulator.state.workspaces.get("acme")?.projects.values() ?? [])].at(-1);
      const project = { key: owner?.key, uuid: owner?.uuid, slug: held?.slug };
      const everywhere = [repository, environment, { workspace: "acme", project: owner?.key }];
      const before = await idsIn(everywhere);
      const engine = new Engine(world);
      const [a, b] = [first, second].map((stack) =>
        desiredOf(stack, world, { repository, environment, project }),
      );
      if (!a || !b) throw new Error("there are two");
      await engine.apply(a);
      const ids = new Map([...engine.state].map(([name, { created }]) => [name, created.id]));

      world.hostile.trick = mischief(hostility, alone);
      world.hostile.delay = ({ path, time }) => Math.floor(drawn(hostility.seed, "delay", path, time) * 4);
      await engine.apply(b).then(
        () => {
          outcomes.succeeded += 1;
        },
        () => {
          outcomes.failed += 1;
        },
      );
      world.hostile.behave();
      await engine.apply(b);

      expect(await lackingOf(b)).toEqual([]);
      expect(await engine.apply(b)).toBe(0);
      const known = [...engine.state.values()].map(({ kind, created }) =>
        idOf(kind, toLocation(kind, created.outputs), created.id),
      );
      const strangers = [...(await idsIn(everywhere))].filter((id) => !before.has(id) && !known.includes(id));
      expect(strangers).toEqual([]);
      for (const [name, { created }] of engine.state)
        expect([name, created.id]).toEqual([name, ids.get(name) ?? created.id]);
    }),
    { numRuns: 40, seed: 20261126, endOnFailure: true },
  );
  // Both outcomes must occur.
  expect(outcomes.succeeded).toBeGreaterThan(5);
  expect(outcomes.failed).toBeGreaterThan(5);
});
