/** Any valid desired state is reached in one apply, and a second changes nothing; from A to B and back as well. */
import fc from "fast-check";
import { kinds } from "../../src/kinds";
import type { Kind, Values } from "../../src/kinds/kind";
import { check } from "../../src/provider/check";
import { diff } from "../../src/provider/diff";
import type { Created } from "../../src/provider/lifecycle";
import { sampleOf } from "./samples/sample";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

/** What belongs to a repository and can stand there in any number and form. */
const chosen = kinds.filter((kind) => kind.parents.includes("repository") && !kind.refuseDelete);

/** Values with which others of the stack cannot be: a schedule takes Pipelines that are on. */
const clashing = ["PipelinesConfig.enabled"];

/** A stack: for each kind none, one or two objects, each with some of its other values. */
const stacks = fc.array(
  fc.record({
    kind: fc.constantFrom(...chosen.map((kind) => kind.name)),
    index: fc.nat(1),
    changed: fc.array(fc.nat(6), { maxLength: 4 }),
  }),
  { maxLength: 12 },
);
type Stack = typeof stacks extends fc.Arbitrary<infer Held> ? Held : never;

function desiredOf(
  stack: Stack,
  place: Values,
): Map<string, { kind: Kind; inputs: Record<string, unknown> }> {
  const desired = new Map<string, { kind: Kind; inputs: Record<string, unknown> }>();
  for (const { kind: kindName, index, changed } of stack) {
    const kind = chosen.find((candidate) => candidate.name === kindName);
    if (!kind) continue;
    const one = kind.naturalKey.length === 0 ? 0 : index;
    const sample = sampleOf(kind);
    const changes = Object.entries({ ...sample.changes, ...sample.at?.repository?.changes }).filter(
      ([field]) => !kind.naturalKey.includes(field) && !clashing.includes(`${kind.name}.${field}`),
    );
    const more = Object.fromEntries(changes.filter((_change, position) => changed.includes(position)));
    const { inputs, issues } = check(kind, {}, { ...place, ...sample.args(one, world, place), ...more });
    expect(issues).toEqual([]);
    desired.set(`${kind.name} ${one}`, { kind, inputs });
  }
  return desired;
}

/** What the engine does: refresh, then create, update or replace, then delete. Counts the changes. */
class Engine {
  readonly #state = new Map<string, { kind: Kind; created: Created }>();

  async apply(desired: ReturnType<typeof desiredOf>): Promise<number> {
    const { lifecycle } = world.run();
    let changes = 0;
    for (const [name, { kind, created }] of [...this.#state]) {
      const current = await lifecycle.read(kind, created.id, created.outputs);
      if (current) this.#state.set(name, { kind, created: current });
      else this.#state.delete(name);
    }
    for (const [name, { kind, created }] of [...this.#state]) {
      if (desired.has(name)) continue;
      await lifecycle.delete(kind, created.id, created.outputs);
      this.#state.delete(name);
      changes += 1;
    }
    for (const [name, { kind, inputs }] of desired) {
      const before = this.#state.get(name)?.created;
      if (!before) {
        this.#state.set(name, { kind, created: await lifecycle.create(kind, inputs) });
        changes += 1;
        continue;
      }
      const { changes: differs } = diff(kind, before.outputs, inputs);
      if (!differs) continue;
      this.#state.set(name, {
        kind,
        created: await lifecycle.update(kind, before.id, before.outputs, inputs),
      });
      changes += 1;
    }
    return changes;
  }
}

jest.setTimeout(60_000);

test("one apply is enough, from any state to any other and back", async () => {
  await fc.assert(
    fc.asyncProperty(stacks, stacks, async (first, second) => {
      const place = await world.parent("repository");
      const engine = new Engine();
      // Before anything is committed: a tag's commit stays the same.
      const [a, b] = [desiredOf(first, place), desiredOf(second, place)];
      for (const desired of [a, b, a]) {
        await engine.apply(desired);
        expect(await engine.apply(desired)).toBe(0);
      }
    }),
    { numRuns: 40, seed: 20261124 },
  );
});
