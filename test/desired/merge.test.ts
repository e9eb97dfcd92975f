import fc from "fast-check";
import { mergeAll, mergeNodes } from "../../src/desired/merge";
import { type Node, toPlainValue } from "../../src/desired/node";

const position = { file: "x.yaml", line: 1, column: 1, path: "" };

type Plain = string | null | readonly string[] | { readonly [key: string]: Plain };

function node(value: Plain): Node {
  if (value === null || typeof value === "string") return { type: "scalar", position, value };
  if (Array.isArray(value)) return { type: "list", position, items: value.map((item) => node(item)) };
  const entries = Object.entries(value).map(
    ([key, held]) => [key, { key: position, value: node(held) }] as const,
  );
  return { type: "map", position, entries: new Map(entries) };
}

/** Null at the top means nothing at all. */
function plain(of: Node | undefined): unknown {
  return of && toPlainValue(of);
}

const key = fc.constantFrom("a", "b", "c");
const { layer } = fc.letrec<{ layer: Plain; value: Plain }>((tie) => ({
  layer: fc.dictionary(key, tie("value"), { noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("x", "y", null),
    fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
    tie("layer"),
  ),
}));

test("layers can be put together in any grouping", () => {
  fc.assert(
    fc.property(layer, layer, layer, (a, b, c) => {
      const left = mergeNodes(mergeNodes(node(a), node(b)), node(c));
      const right = mergeNodes(node(a), mergeNodes(node(b), node(c)));
      expect(plain(left)).toEqual(plain(right));
    }),
    { numRuns: 2000 },
  );
});

test("the most specific layer that says something has its way", () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(key, fc.constantFrom("x", "y", null)), { minLength: 1, maxLength: 5 }),
      (layers) => {
        const merged = plain(mergeAll(layers.map(node)));
        const expected: Record<string, unknown> = {};
        for (const one of layers) Object.assign(expected, one);
        expect(merged).toEqual(
          Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null)),
        );
      },
    ),
  );
});

test("an empty layer changes nothing, nor does the same layer twice", () => {
  fc.assert(
    fc.property(layer, (one) => {
      expect(plain(mergeNodes(node({}), node(one)))).toEqual(plain(node(one)));
      expect(plain(mergeNodes(node(one), node({})))).toEqual(plain(node(one)));
      expect(plain(mergeNodes(node(one), node(one)))).toEqual(plain(node(one)));
    }),
  );
});
