/** What is read before an engine asks for it: in the order of the state, bounded, and not where only a part is asked for. */
import fc from "fast-check";
import { webhook } from "../../src/kinds";
import { toTypeToken } from "../../src/model/typeToken";
import { type HeldEntry, listHeldEntries, ReadAhead } from "../../src/provider/readAhead";

const stateOf = (size: number): HeldEntry[] =>
  Array.from({ length: size }, (_, index) => ({ kind: webhook, id: `{${index}}`, inputs: {}, outputs: {} }));

/** An engine that asks for some objects, one after another, and waits for what is read beside that. */
async function refresh(
  entries: readonly HeldEntry[],
  asked: readonly number[],
  { fails, atOnce = 16 }: { fails?: (place: number) => boolean; atOnce?: number } = {},
) {
  const read: number[] = [];
  let [running, mostAtOnce] = [0, 0];
  const ahead = new ReadAhead({
    list: async () => entries,
    atOnce: () => atOnce,
    read: async (entry) => {
      const place = entries.indexOf(entry);
      read.push(place);
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      await turn();
      running -= 1;
      if (fails?.(place)) throw new Error("404");
    },
  });
  for (const place of asked) {
    const entry = entries[place];
    if (entry) ahead.record(entry.kind, entry.id);
    await turn();
  }
  await turn();
  return { read, mostAtOnce };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const all = (size: number) => Array.from({ length: size }, (_, index) => index);

test("what comes next in the state is read before it is asked for, once, and as many at a time as are sent", async () => {
  const { read, mostAtOnce } = await refresh(stateOf(300), all(300));
  expect(read).toEqual(all(300).slice(24));
  expect(mostAtOnce).toBe(16);
});

test("a client that sends more or less at a time has as much read at a time", async () => {
  for (const atOnce of [2, 40])
    expect((await refresh(stateOf(300), all(300), { atOnce })).mostAtOnce).toBe(atOnce);
});

test("a small stack is not worth a look at the state", async () => {
  const list = jest.fn(async () => stateOf(23));
  const ahead = new ReadAhead({ list, atOnce: () => 16, read: async () => {} });
  for (const { kind, id } of stateOf(23)) ahead.record(kind, id);
  await turn();
  expect(list).not.toHaveBeenCalled();
});

test("of a part of the stack, nothing is read that is not asked for", async () => {
  const everyThird = all(300).filter((place) => place % 3 === 0);
  expect((await refresh(stateOf(300), everyThird)).read).toEqual([]);
});

test("an object that the state does not hold says that the order is not known", async () => {
  const list = async () => stateOf(100);
  const read = jest.fn(async () => {});
  const ahead = new ReadAhead({ list, atOnce: () => 16, read });
  for (const { kind } of stateOf(30)) ahead.record(kind, "{another}");
  await turn();
  expect(read).not.toHaveBeenCalled();
});

test("where the state cannot be read, the engine's own reads go on alone", async () => {
  for (const list of [async () => undefined, async () => Promise.reject(new Error("locked"))]) {
    const read = jest.fn(async () => {});
    const ahead = new ReadAhead({ list, atOnce: () => 16, read });
    for (const { kind, id } of stateOf(60)) {
      ahead.record(kind, id);
      await turn();
    }
    expect(read).not.toHaveBeenCalled();
  }
});

test("a few that are gone do not end it, and a credential that is refused does", async () => {
  const some = await refresh(stateOf(300), all(300), { fails: (place) => place === 40 || place === 50 });
  expect(some.read).toEqual(all(300).slice(24));
  const none = await refresh(stateOf(300), all(300), { fails: () => true });
  expect(none.read.length).toBeLessThanOrEqual(2 * 16);
});

test("whatever is asked for, no object is read twice, none far ahead of the last, and of a short part at most that", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: 0, max: 199 }), { maxLength: 120 }),
      fc.boolean(),
      async (size, picked, sorted) => {
        const asked = [...new Set(picked.filter((place) => place < size))];
        if (sorted) asked.sort((one, other) => one - other);
        const { read } = await refresh(stateOf(size), asked);
        expect(new Set(read).size).toBe(read.length);
        const last = Math.max(-1, ...asked);
        for (const place of read) expect(place).toBeLessThanOrEqual(last + 64);
      },
    ),
    { numRuns: 100 },
  );
});

test("only what one provider manages is asked of it", () => {
  const type = toTypeToken(webhook);
  const entry = (id: string, more: object) => ({
    urn: `urn:pulumi:s::p::${type}::${id}`,
    type,
    custom: true,
    id,
    ...more,
  });
  const state = {
    deployment: {
      resources: [
        entry("{1}", {
          provider: "urn:a::1",
          inputs: { url: "https://ci.example" },
          outputs: { uuid: "{1}" },
        }),
        entry("{2}", { provider: "urn:b::2" }),
        entry("{3}", { provider: "urn:a::1", external: true }),
        { urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", type: "pulumi:pulumi:Stack", custom: false },
      ],
    },
  };
  expect(listHeldEntries(state, "urn:a::1")).toMatchObject([
    { kind: webhook, id: "{1}", inputs: { url: "https://ci.example" }, outputs: { uuid: "{1}" } },
  ]);
  expect(listHeldEntries(state, undefined).map(({ id }) => id)).toEqual(["{1}", "{2}"]);
});
