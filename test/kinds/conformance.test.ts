/** The requirements on every kind. A kind without a sample here fails. */
import { kinds } from "../../src/kinds";
import { fieldMeta, type Properties } from "../../src/kinds/kind";
import { toLocation } from "../../src/model/location";
import { type Compared, frontEnds, type Kept, type Run } from "./frontEnds";
import { sampleOf } from "./samples/sample";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  // Projects to move objects to.
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

const cases = kinds.flatMap((kind) =>
  kind.parents.flatMap((parent) =>
    frontEnds.map((frontEnd) => ({
      name: `${kind.name} of a ${parent}, ${frontEnd.name}`,
      kind,
      parent,
      frontEnd,
    })),
  ),
);

describe.each(cases)("$name", ({ kind, parent, frontEnd }) => {
  const sample = sampleOf(kind);
  const { changes, replaces = {} } = { ...sample, ...sample.at?.[parent] };
  const changed = Object.entries(changes);

  /** A separate run of the engine. */
  function inRun<Result>(work: (run: Run) => Promise<Result>): Promise<Result> {
    return frontEnd.within(world, work);
  }

  /** The checked inputs. */
  async function checked(inputs: Properties): Promise<Properties> {
    const { inputs: next, problems } = await inRun((run) => run.check(kind, {}, inputs));
    expect(problems).toEqual([]);
    return next;
  }

  function inputsFor(place: Properties, index = 0, more: Properties = {}): Promise<Properties> {
    return checked({ ...place, ...sample.args(index, world, place), ...more });
  }

  /** The inputs after a change of one field. */
  function inputsWith(inputs: Properties, field: string, value: unknown): Promise<Properties> {
    return checked({ ...inputs, [field]: value });
  }

  function create(inputs: Properties): Promise<Kept> {
    return inRun((run) => run.create(kind, inputs));
  }

  function update(kept: Kept, inputs: Properties): Promise<Kept> {
    return inRun((run) => run.update(kind, kept, inputs));
  }

  function compare(kept: Kept, inputs: Properties): Promise<Compared> {
    return inRun((run) => run.diff(kind, kept, inputs));
  }

  /** The results of a refresh and a diff in a later run. */
  function look(kept: Kept, inputs: Properties) {
    return inRun(async (run) => {
      const current = await run.read(kind, kept);
      const difference = current
        ? await run.diff(kind, current, inputs)
        : { changes: true, fields: Object.keys(inputs), replaces: [] };
      return { current, difference };
    });
  }

  async function remove(kept: Kept): Promise<void> {
    const consent = "deletion" in kind.args.shape ? { deletion: "allow" } : {};
    await inRun((run) => run.delete(kind, { ...kept, outputs: { ...kept.outputs, ...consent } }));
  }

  async function made(
    more: Properties = {},
  ): Promise<{ place: Properties; inputs: Properties; created: Kept }> {
    const place = await world.parent(parent);
    const inputs = await inputsFor(place, 0, more);
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
      const next = await inputsWith(inputs, field, value);
      const step = await compare(created, next);
      expect(step.fields).toContain(field);
      expect(step.replaces).toEqual([]);
      const updated = await update(created, next);
      const later = await look(updated, next);
      expect(later.difference.fields).toEqual([]);
      expect(later.current?.outputs).toEqual(updated.outputs);
      await remove({ ...updated, id: later.current?.id ?? created.id });
    });

    const readable = changed.filter(
      ([field]) => !fieldMeta(kind, field).writeOnly && !fieldMeta(kind, field).toolOption,
    );
    if (readable.length > 0) {
      test.each(readable)("sees and repairs drift of %s", async (field, value) => {
        const { inputs, created } = await made();
        const other = await inputsWith(inputs, field, value);
        await update(created, other);
        const drifted = await look(created, inputs);
        expect(drifted.difference.fields).toContain(field);
        expect(drifted.difference.replaces).toEqual([]);
        const repaired = await update(drifted.current ?? created, inputs);
        const later = await look(repaired, inputs);
        expect(later.difference.fields).toEqual([]);
        await remove({ ...repaired, id: created.id });
      });
    }
  }

  if (Object.keys(replaces).length > 0) {
    test.each(Object.entries(replaces))("is replaced when %s changes", async (field, value) => {
      const { inputs, created } = await made();
      expect((await compare(created, await inputsWith(inputs, field, value))).replaces).toEqual([field]);
      await remove(created);
    });
  }

  test("is found by its natural key, to be imported", async () => {
    const { inputs, created } = await made();
    const { live } = world.run();
    const account = await live.people.currentUser();
    const plain = {
      ...inputs,
      ...(inputs.user ? { user: await live.people.uuidOf("acme", String(inputs.user)) } : {}),
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
      expect(await inRun((run) => run.read(kind, created))).toBeUndefined();
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
      // As left by a create that died half-way: adopted as such.
      !(field in (kind.createDefaults ?? {})),
  );
  if (inPlace && "adopt" in kind.args.shape) {
    test("that exists and differs is refused, and adopted where that is written", async () => {
      const { inputs, created } = await made();
      const wanted = await inputsWith(inputs, ...inPlace);
      await expect(create(wanted)).rejects.toThrow(/exists \(id .*\) and differs/);
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
      const otherInputs = await inputsFor(place, 1);
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
