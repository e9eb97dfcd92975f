/** The state entry of an existing object equals the one that an apply would have left. */
import { kinds } from "../../../src/kinds";
import { fieldMeta, type Properties, secretFieldsOf } from "../../../src/kinds/kind";
import { check } from "../../../src/model/check";
import { diff } from "../../../src/model/diff";
import { toInputs, withDefaults, withoutDefaults } from "../../../src/model/values";
import { recordObject, toStateEntry } from "../../../src/pulumi/state";
import { sampleOf } from "../../kinds/samples/sample";
import { World } from "../../kinds/support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

const cases = kinds.flatMap((kind) =>
  kind.parents.map((parent) => ({ name: `${kind.name} of a ${parent}`, kind, parent })),
);

test.each(cases)("$name", async ({ kind, parent }) => {
  const place = await world.parent(parent);
  const { inputs } = check(kind, {}, { ...place, ...sampleOf(kind).args(0, world, place) });
  const created = await world.run().lifecycle.create(kind, inputs);

  const recognised = await world.run().lifecycle.findExisting(kind, inputs);
  expect(recognised?.differences).toEqual([]);
  expect(recognised?.adoptable).toBe(true);
  if (!recognised) throw new Error("it was not found");
  const object = recordObject(kind, inputs, recognised.found, recognised);
  const hidden = Object.keys(kind.args.shape).filter(
    (field) => fieldMeta(kind, field).writeOnly || secretFieldsOf(kind, inputs).includes(field),
  );
  expect(object.id).toBe(created.id);
  // A value that only the response to the create contains cannot be read later.
  const shown = (values: Properties) =>
    Object.fromEntries(
      Object.entries(withoutDefaults(kind, values)).filter(
        ([field]) => !hidden.includes(field) && (field in kind.args.shape || field in object.outputs),
      ),
    );
  expect(withoutDefaults(kind, object.outputs)).toEqual(shown(created.outputs));
  expect(withoutDefaults(kind, object.inputs)).toEqual(shown(toInputs(kind, created.outputs)));

  // The next apply writes the values that the API does not show, in place, and nothing else.
  const difference = diff(kind, object.outputs, inputs);
  expect(difference.fields.filter((field) => !hidden.includes(field))).toEqual([]);
  expect(difference.replaces).toEqual([]);

  const stack = {
    urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
    frontEnd: "dynamic",
    provider: "urn:pulumi:s::p::x::default::1",
  } as const;
  const entry = toStateEntry({ kind, name: "a:b" }, object, stack);
  expect(entry.parent).toBe(stack.urn);
  expect(entry.urn).toBe(`urn:pulumi:s::p::pulumi-nodejs:bitbucket:${kind.name}::a:b`);
  for (const field of secretFieldsOf(kind, withDefaults(kind, object.inputs))) {
    const held = entry.outputs?.[field];
    if (held !== undefined) expect(held).toHaveProperty("plaintext");
  }
});
