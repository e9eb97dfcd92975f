/** Two parties that manage different fields of one object do not revert each other's changes. */
import { kinds } from "../../src/kinds";
import { defaultsOf, fieldMeta, type Kind } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { sampleOf } from "./samples/sample";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

/** Fields that are not managed if omitted, and that can be read and changed in place. */
function optional(kind: Kind): [string, unknown][] {
  const sample = sampleOf(kind);
  return Object.entries({
    ...sample.changes,
    ...sample.at?.[kind.parents[0] ?? "workspace"]?.changes,
  }).filter(
    ([field]) =>
      !(field in defaultsOf(kind)) &&
      kind.args.shape[field]?.safeParse(undefined).success &&
      optionalChange(kind, field) !== undefined &&
      !kind.naturalKey.includes(field) &&
      !fieldMeta(kind, field).writeOnly &&
      !fieldMeta(kind, field).toolOption &&
      !fieldMeta(kind, field).secret,
  );
}

const cases = kinds
  .filter((kind) => kind.update)
  .flatMap((kind) =>
    optional(kind).map(([field, value], index) => ({ kind, name: kind.name, field, value, index })),
  );

test("there are such fields", () => {
  expect(cases.length).toBeGreaterThan(3);
});

test.each(cases)(
  "an update of a $name leaves $field as somebody else set it",
  async ({ kind, field, value, index }) => {
    const place = await world.parent(kind.parents[0] ?? "workspace");
    const args = sampleOf(kind).args(index, world, place);
    const { [field]: _, ...without } = args as Record<string, unknown>;
    const { inputs: mine, issues } = check(kind, {}, { ...place, ...without });
    expect(issues).toEqual([]);
    const created = await world.run().lifecycle.create(kind, mine);

    const { inputs: theirs } = check(kind, {}, { ...mine, [field]: value });
    const other = await world.run().lifecycle.update(kind, created.id, created.outputs, theirs);

    const [changed = "", next] = optionalChange(kind, field) ?? [];
    const { inputs: later } = check(kind, {}, { ...mine, [changed]: next });
    await world.run().lifecycle.update(kind, created.id, created.outputs, later);
    const kept = { ...other.outputs, [changed]: later[changed] };
    const seen = await world.run().lifecycle.read(kind, created.id, kept);
    expect(seen?.outputs[field]).toEqual(theirs[field]);
    expect(seen?.outputs[changed]).toEqual(later[changed]);
  },
);

/** Another field, which this party manages. */
function optionalChange(kind: Kind, without: string): [string, unknown] | undefined {
  return Object.entries(sampleOf(kind).changes).find(
    ([field]) =>
      field !== without &&
      field !== "name" &&
      !kind.naturalKey.includes(field) &&
      !fieldMeta(kind, field).writeOnly &&
      !fieldMeta(kind, field).toolOption &&
      !kind.subResources?.[field],
  );
}
