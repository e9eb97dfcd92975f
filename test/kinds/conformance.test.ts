/** What every kind has to do, whatever it is. A kind that has no sample here fails. */
import { kinds } from "../../src/kinds";
import { fieldMeta, type Kind, type Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { toLocation } from "../../src/model/location";
import { AlreadyExistsError } from "../../src/provider/errors";
import type { WriteResult } from "../../src/provider/lifecycle";
import { sampleOf } from "./samples/sample";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  // Projects to move things to.
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

const cases = kinds.flatMap((kind) =>
  kind.parents.map((parent) => ({ name: `${kind.name} of a ${parent}`, kind, parent })),
);

describe.each(cases)("$name", ({ kind, parent }) => {
  const sample = sampleOf(kind);
  const { changes, replaces = {} } = { ...sample, ...sample.at?.[parent] };
  const changed = Object.entries(changes);

  function inputsFor(place: Properties, index = 0, more: Properties = {}): Record<string, unknown> {
    const { inputs, issues } = check(kind, {}, { ...place, ...sample.args(index, world, place), ...more });
    expect(issues).toEqual([]);
    return inputs;
  }

  async function create(inputs: Properties): Promise<WriteResult> {
    return world.run().lifecycle.create(kind, inputs);
  }

  /** What a refresh and a diff of a later run say. */
  async function look(created: WriteResult, inputs: Properties) {
    const current = await world.run().lifecycle.read(kind, created.id, created.outputs);
    return { current, difference: diff(kind, current?.outputs ?? {}, inputs) };
  }

  async function remove(created: WriteResult): Promise<void> {
    await world.run().lifecycle.delete(kind, created.id, {
      ...created.outputs,
      ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
    });
  }

  async function made(
    more: Properties = {},
  ): Promise<{ place: Properties; inputs: Record<string, unknown>; created: WriteResult }> {
    const place = await world.parent(parent);
    const inputs = inputsFor(place, 0, more);
    return { place, inputs, created: await create(inputs) };
  }

  test("is created, and then a preview shows no change", async () => {
    const { inputs, created } = await made();
    const { current, difference } = await look(created, inputs);
    expect(current?.id).toBe(created.id);
    expect(current?.outputs).toEqual(created.outputs);
    expect(difference.fields).toEqual([]);
    await remove(created);
  });

  test("has a sample for every field", () => {
    const fields = Object.keys(kind.args.shape).filter((field) => !fieldMeta(kind, field).createOnly);
    const serverMade = fields.filter((field) => kind.outputs.shape[field] !== undefined);
    const alternatives = Object.keys(sample.elsewhere ?? {});
    expect([...Object.keys(changes), ...Object.keys(replaces)].sort()).toEqual(
      fields.filter((field) => !serverMade.includes(field) && !alternatives.includes(field)).sort(),
    );
  });

  if (changed.length > 0) {
    test.each(changed)("changes %s in place", async (field, value) => {
      const { inputs, created } = await made();
      const next = inputsWith(kind, inputs, field, value);
      const step = diff(kind, created.outputs, next);
      expect(step.fields).toContain(field);
      expect(step.replaces).toEqual([]);
      const updated = await world.run().lifecycle.update(kind, created.id, created.outputs, next);
      const later = await look({ id: created.id, outputs: updated.outputs }, next);
      expect(later.difference.fields).toEqual([]);
      expect(later.current?.outputs).toEqual(updated.outputs);
      await remove({ id: later.current?.id ?? created.id, outputs: updated.outputs });
    });

    const readable = changed.filter(
      ([field]) => !fieldMeta(kind, field).writeOnly && !fieldMeta(kind, field).toolOption,
    );
    if (readable.length > 0) {
      test.each(readable)("sees and repairs drift of %s", async (field, value) => {
        const { inputs, created } = await made();
        const other = inputsWith(kind, inputs, field, value);
        await world.run().lifecycle.update(kind, created.id, created.outputs, other);
        const drifted = await look(created, inputs);
        expect(drifted.difference.fields).toContain(field);
        expect(drifted.difference.replaces).toEqual([]);
        const state = drifted.current?.outputs ?? {};
        const repaired = await world.run().lifecycle.update(kind, drifted.current?.id ?? "", state, inputs);
        const later = await look({ id: drifted.current?.id ?? "", outputs: repaired.outputs }, inputs);
        expect(later.difference.fields).toEqual([]);
        await remove({ id: created.id, outputs: repaired.outputs });
      });
    }
  }

  if (Object.keys(replaces).length > 0) {
    test.each(Object.entries(replaces))("is replaced when %s changes", async (field, value) => {
      const { inputs, created } = await made();
      expect(diff(kind, created.outputs, inputsWith(kind, inputs, field, value)).replaces).toEqual([field]);
      await remove(created);
    });
  }

  test("is found by its natural key, to be imported", async () => {
    const { inputs, created } = await made();
    const { live } = world.run();
    const account = await live.currentUser();
    const plain = {
      ...inputs,
      ...(inputs.user ? { user: await live.userUuid("acme", String(inputs.user)) } : {}),
    };
    const found = await live.find(kind, { ...toLocation(kind, inputs), account }, plain);
    expect(found?.id).toBe(created.id);
    await remove(created);
  });

  test("can be deleted twice", async () => {
    const { created } = await made();
    await remove(created);
    await remove(created);
    if (!kind.alwaysExists) {
      expect(await world.run().lifecycle.read(kind, created.id, created.outputs)).toBeUndefined();
    }
  });

  if (kind.alwaysExists) return;

  test("is created again when somebody deleted it", async () => {
    const { inputs, created } = await made();
    await remove(created);
    expect((await look(created, inputs)).current).toBeUndefined();
    const again = await create(inputs);
    expect((await look(again, inputs)).difference.fields).toEqual([]);
    await remove(again);
  });

  test("that an earlier run made is taken over, not made twice", async () => {
    const { inputs, created } = await made();
    const again = await create(inputs);
    expect(again.id).toBe(created.id);
    expect((await look(again, inputs)).difference.fields).toEqual([]);
    await remove(created);
  });

  const inPlace = changed.find(
    ([field]) =>
      !kind.naturalKey.includes(field) &&
      field !== "name" &&
      !fieldMeta(kind, field).writeOnly &&
      !fieldMeta(kind, field).toolOption &&
      !kind.subResources?.[field] &&
      // As a create that died half way leaves it: taken for that.
      !(field in (kind.createDefaults ?? {})),
  );
  if (inPlace && "adopt" in kind.args.shape) {
    test("that exists and differs is refused, and adopted where that is written", async () => {
      const { inputs, created } = await made();
      const wanted = inputsWith(kind, inputs, ...inPlace);
      await expect(create(wanted)).rejects.toThrow(AlreadyExistsError);
      expect((await look(created, inputs)).difference.fields).toEqual([]);
      const adopted = await create({ ...wanted, adopt: true });
      expect(adopted.id).toBe(created.id);
      expect((await look(adopted, wanted)).difference.fields).toEqual([]);
      await remove(adopted);
    });
  }

  if (kind.naturalKey.length > 0) {
    test("stands beside another that differs in its key alone", async () => {
      const { place, inputs, created } = await made();
      const otherInputs = inputsFor(place, 1);
      const other = await create(otherInputs);
      expect(other.id).not.toBe(created.id);
      expect((await look(created, inputs)).difference.fields).toEqual([]);
      expect((await look(other, otherInputs)).difference.fields).toEqual([]);
      await remove(created);
      expect((await look(other, otherInputs)).difference.fields).toEqual([]);
      await remove(other);
    });
  }
});

/** The inputs after a change of one field, as check makes them. */
function inputsWith(kind: Kind, inputs: Properties, field: string, value: unknown): Record<string, unknown> {
  const { inputs: next, issues } = check(kind, {}, { ...inputs, [field]: value });
  expect(issues).toEqual([]);
  return next;
}
