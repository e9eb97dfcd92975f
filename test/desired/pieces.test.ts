import fc from "fast-check";
import { stringify } from "yaml";
import { Diagnostics } from "../../src/desired/diagnostics";
import { parseYaml } from "../../src/desired/parse";
import { splitText } from "../../src/desired/splitText";

function parse(text: string, inPiecesFrom: number) {
  const diagnostics = new Diagnostics();
  const node = parseYaml("stacks/acme.yaml", text, diagnostics, inPiecesFrom);
  return { node, errors: diagnostics.errors, warnings: diagnostics.warnings };
}

/** In pieces, a text gives the same values, positions and problems as in one go. */
function expectSame(text: string): void {
  expect(parse(text, 0)).toEqual(parse(text, Number.POSITIVE_INFINITY));
}

const plain = `# Everything of acme
workspace: acme
repositories:
  # The API
  api:
    description: It # is not a comment
    webhooks: { ci: { url: "https://ci.example.com/?a=1&b=2", events: [repo:push] } }

  "web.site":
    description: |
      Two
        lines
  'docs': {}
projects:
    PLAT: { name: Platform }
`;

test("a plain text is split at the entries of its sections, which keep their lines", () => {
  const split = splitText(plain);
  expect(
    split?.sections.map(({ name, line, entries }) => [name, line, entries.map((one) => one.name)]),
  ).toEqual([
    ["repositories", 3, ["api", "web.site", "docs"]],
    ["projects", 14, ["PLAT"]],
  ]);
  const lines = plain.split("\n");
  for (const { entries } of split?.sections ?? [])
    for (const { line, text } of entries) expect(text.startsWith(`${lines[line - 1]}\n`)).toBe(true);
  expect(split?.rest.split("\n")).toHaveLength(lines.length);
  expectSame(plain);
});

test.each([
  ["an anchor", "a: &x 1\nrepositories:\n  api: *x\n"],
  ["a merge key", "repositories:\n  <<: { api: {} }\n  web: {}\n"],
  ["a bracket that closes at the indentation of a key", "repositories:\n  api: {\n  }\n  web: {}\n"],
  ["an item of a list in place of a key", "repositories:\n  api:\n  - x\n  web: {}\n"],
  ["several documents", "repositories:\n  api: {}\n---\nrepositories:\n  web: {}\n"],
  ["a tag", "repositories:\n  api: !x {}\n"],
])("a text with %s means the same", (_, text) => expectSame(text));

test.each([
  ["a quoted text over several entries", 'repositories:\n  api: "one\n  web: two"\n  docs: {}\n'],
  ["a quoted text over a section's key", 'description: "one\nrepositories:\n  api: two"\n'],
  ["a flow map over a section's key", "a: {\nrepositories:\n  api: {}\n}\n"],
  ["an open bracket", "repositories:\n  api: {\n  web: {}\n"],
  [
    "a key that is there twice",
    "repositories:\n  api: {}\n  web: {}\n  api: {}\nrepositories:\n  docs: {}\n",
  ],
  ["an entry that is indented less", "repositories:\n    api: {}\n  web: {}\n"],
  ["a section that is a text", "repositories:\n  api\nprojects:\n  PLAT: {}\n"],
  ["a key with a special meaning", "repositories:\n  api: {}\n  constructor: {}\n"],
])("a text with %s gives the same problems", (_, text) => expectSame(text));

const pieces = fc.constantFrom(
  ...[
    "repositories:\n",
    "projects:\n",
    "  ",
    "    ",
    "api:",
    "web:",
    ' "a b":',
    " x",
    " 1.10",
    " true",
    " ~",
    "\n",
  ],
  ...[
    "\n  api:",
    "\n  web:",
    "\n    url: a",
    " { a: 1 }",
    " [",
    "]",
    " {",
    "}",
    " '",
    '"',
    " |\n",
    " >-\n",
    " #c",
  ],
  ...["- ", "? ", ",", " &a", " *a", "<<: ", "\t", "---\n", "\r\n", ": "],
);

test("any text means the same in pieces", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => expectSame(parts.join(""))),
    { numRuns: 2_000 },
  );
});

test("any structure means the same in pieces, however it is written", () => {
  const key = fc.oneof(
    fc.constantFrom("api", "web.site", "1.0", "true", "~", "a b", "#a"),
    fc.string({ maxLength: 4 }),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.oneof(
        fc.string(),
        fc.constantFrom<unknown>(null, true, 1, 1.5, "1", "two\nlines\n", "# no", "- no"),
      ),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(key, tie("value"), { maxKeys: 3 }),
    ),
  }));
  const content = fc.dictionary(fc.constantFrom("repositories", "projects", "workspace"), value);
  fc.assert(
    fc.property(
      content,
      fc.constantFrom(0, 20, 80),
      fc.integer({ min: 1, max: 4 }),
      (one, lineWidth, indent) => expectSame(stringify(one, { lineWidth, indent })),
    ),
    { numRuns: 500 },
  );
});
