import fc from "fast-check";
import { kinds } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { locationFields } from "../../src/model/location";
import { isAsRecorded } from "../../src/model/recorded";
import { unknownValue } from "../../src/model/unknown";
import { withoutDefaults } from "../../src/model/values";
import { sampleOf } from "../kinds/samples/sample";

const world = { commit: () => "a".repeat(40), project: () => "PLAT" };

/** What somebody writes for a kind: a sample with some of its other values, and some left out. */
function written(kind: Kind): fc.Arbitrary<Properties> {
  const at = Object.fromEntries(locationFields(kind).map((field) => [field, field]));
  const { args, changes, replaces = {} } = sampleOf(kind);
  const usual = { ...args(1, world, at), ...at };
  const others = { ...changes, ...replaces, workspace: "other" };
  return fc.record(
    Object.fromEntries(
      Object.keys({ ...usual, ...others }).map((field) => [
        field,
        fc.constantFrom(...[usual, others].flatMap((values: Properties) => values[field] ?? []), null),
      ]),
    ),
    { requiredKeys: [] },
  );
}

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "what is recorded of a %s is what a diff takes for the same",
  (_, kind) => {
    const unknown = Object.fromEntries(locationFields(kind).map((field) => [field, unknownValue]));
    let shortCuts = 0;
    fc.assert(
      fc.property(written(kind), written(kind), fc.boolean(), (former, later, isSame) => {
        const outputs = withoutDefaults(kind, check(kind, {}, former).inputs);
        const given = isSame ? former : later;
        if (!isAsRecorded(kind, outputs, given)) return;
        shortCuts += 1;
        expect(diff(kind, outputs, check(kind, {}, { ...unknown, ...given }).inputs)).toMatchObject({
          changes: false,
          fields: [],
        });
      }),
      { numRuns: 200 },
    );
    expect(shortCuts).toBeGreaterThan(0);
  },
);
