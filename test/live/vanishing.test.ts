/** How many objects may vanish at once before the result is not trusted. */
import { pipelineVariable, webhook } from "../../src/kinds";
import { type HeldObject, VanishedError } from "../../src/live";
import { AbsenceCheck } from "../../src/live/absenceCheck";

const hook = (index: number): HeldObject => ({
  kind: webhook,
  id: `{${index}}`,
  name: `webhook ${index}`,
  values: { workspace: "acme", repository: "{api}" },
});
const variable = (index: number): HeldObject => ({
  kind: pipelineVariable,
  id: `{${index}}`,
  name: `variable ${index}`,
  values: { workspace: "acme", repository: "{api}", environment: "{production}" },
});
const many = (count: number, make: (index: number) => HeldObject) =>
  Array.from({ length: count }, (_, index) => make(index));

/** The index of the read at which it stops; undefined if it does not. */
async function stopsAt(vanishing: AbsenceCheck, reads: readonly (readonly [HeldObject, boolean])[]) {
  for (const [index, [one, isGone]] of reads.entries()) {
    try {
      await vanishing.record(one, isGone, one.kind === pipelineVariable ? new Set() : undefined);
    } catch (error) {
      expect(error).toBeInstanceOf(VanishedError);
      return index;
    }
  }
  return undefined;
}

test.each([
  [9, 9, undefined],
  [10, 3, undefined],
  [10, 4, 3],
  [1000, 300, undefined],
  [1000, 301, 300],
])("of %i resources %i are gone: whatever the order", async (total, gone, stop) => {
  const held = many(total, hook);
  const reads = held.map((one, index) => [one, index < gone] as const);
  expect(await stopsAt(new AbsenceCheck(false, async () => held), reads)).toBe(stop);
  const backwards = await stopsAt(new AbsenceCheck(false, async () => held), [...reads].reverse());
  expect(backwards === undefined).toBe(stop === undefined);
});

test("where the state cannot be read, what was looked at so far counts", async () => {
  const reads = many(20, hook).map((one, index) => [one, index >= 13] as const);
  expect(await stopsAt(new AbsenceCheck(false, async () => undefined), reads)).toBe(18);
  // Too few to tell, until the last of ten.
  const early = many(10, hook).map((one, index) => [one, index < 4] as const);
  expect(await stopsAt(new AbsenceCheck(false, async () => undefined), early)).toBe(9);
});

test("a whole list whose items have no path of their own stops at its first", async () => {
  const held = many(3, variable);
  const reads = held.map((one) => [one, true] as const);
  expect(await stopsAt(new AbsenceCheck(false, async () => held), reads)).toBe(0);
  expect(
    await stopsAt(new AbsenceCheck(false, async () => held.slice(0, 2)), reads.slice(0, 2)),
  ).toBeUndefined();
  expect(await stopsAt(new AbsenceCheck(true, async () => held), reads)).toBeUndefined();
  expect(await stopsAt(new AbsenceCheck(false), reads)).toBeUndefined();
});

test("the state is read once, and not at all while nothing is gone", async () => {
  let times = 0;
  const vanishing = new AbsenceCheck(false, async () => {
    times += 1;
    return many(100, hook);
  });
  await stopsAt(
    vanishing,
    many(50, hook).map((one) => [one, false] as const),
  );
  expect(times).toBe(0);
  await stopsAt(
    vanishing,
    many(8, hook).map((one) => [one, true] as const),
  );
  expect(times).toBe(1);
});
