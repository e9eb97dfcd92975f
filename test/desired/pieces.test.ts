import fc from "fast-check";
import { stringify } from "yaml";
import { Diagnostics } from "../../src/desired/diagnostics";
import { type ParseWay, parseYaml } from "../../src/desired/parse";
import { readPlainMap } from "../../src/desired/plainText";
import { splitText } from "../../src/desired/splitText";

function parse(text: string, way: ParseWay) {
  const diagnostics = new Diagnostics();
  const node = parseYaml("stacks/acme.yaml", text, diagnostics, way);
  return { node, errors: diagnostics.errors, warnings: diagnostics.warnings };
}

/** In pieces or without the library, a text gives the same values, positions and problems as in one go. */
function expectSame(text: string): void {
  const whole = parse(text, "whole");
  expect(parse(text, "pieces")).toEqual(whole);
  expect(parse(text, "plain")).toEqual(whole);
}

const place = { file: "stacks/acme.yaml", path: "", before: 0 };

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
  expect(split?.rest.split("\n")).toEqual(split?.restLines.map((line) => lines[line - 1]));
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

const usual = `# Everything of acme
workspace: acme
shards: { into: 10 }   # Pulumi stacks
projects:
  P0: { name: Project 0 }
repositories:
  service-0:
    project: P0
    # Comments are no content.
    description: It's "Service 0" # not more
    private: true

    webhooks: { ci: { url: "https://ci.example.com/0", events: [repo:push, 'pullrequest:created'] } }
    deployKeys: { deploy: { key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI/+x= } }
    variables: { LOG_LEVEL: info, "EMPTY": "", LIST: [], NONE: {} }
    defaultReviewers:
      - alice
      - "{0a1b}"
    branchRestrictions:
      approvals: { kind: require_approvals_to_merge, pattern: main, value: 2 }
`;

test("the usual ways to write a stack are read without the library", () => {
  expect(readPlainMap(usual, place)).toBeDefined();
  expectSame(usual);
});

test("slips in a usual text give the same values or problems", () => {
  const slip = fc.record({
    at: fc.nat({ max: usual.length }),
    removed: fc.constantFrom(0, 0, 1, 2, 12),
    added: fc.constantFrom(
      ...[
        "",
        " ",
        "  ",
        "\n",
        "\n  ",
        "\n    ",
        ":",
        ": ",
        " #",
        "#",
        ",",
        "-",
        "- ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
      ],
      ...[
        "|",
        "a",
        "1",
        "0x1",
        "~",
        "null",
        "true: ",
        "é",
        "\u00a0",
        "\\",
        "?",
        "? ",
        "%",
        "=",
        "@",
        "\t",
        "&a",
        "*a",
        "<<",
      ],
    ),
  });
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) =>
      expectSame(
        slips.reduce(
          (text, { at, removed, added }) => text.slice(0, at) + added + text.slice(at + removed),
          usual,
        ),
      ),
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["goes on in the next line", "a: one\n  two\n"],
  ["goes on after a comment", "a: one\n  # no\n  two\n"],
  ["has an escape", 'a: "\\u0041"\n'],
  ["has a doubled quote", "a: 'it''s'\n"],
  ["is a number in another notation", "a: 0x1F\nb: 1.10\nc: 1e3\nd: 007\ne: -1\nf: .inf\n"],
  ["is a date or a version", "a: 2027-01-31\nb: 1.2.3\nc: 10.0.0.0/8\n"],
  ["is a word of YAML", "a: yes\nb: No\nc: TRUE\nd: nUll\ne: Null\nf: ~\n"],
  ["is empty", "a:\nb: \nc: 1\n"],
  ["is empty at the end", "a:\n"],
  ["is a list at the indentation of its key", "a:\n- b\n- c\nd: 1\n"],
  ["is a list of maps", "a:\n  - b: 1\n    c: 2\n  - d: 3\n"],
  ["is indented after a comment", "a:\n  # first\n  b: 1\n"],
  ["is indented after an empty line", "a: # why\n\n   \n  b: 1\n"],
  ["is indented less than its neighbour", "a:\n    b: 1\n  c: 2\n"],
  ["is indented more than its neighbour", "a:\n  b: 1\n    c: 2\n"],
  ["has a colon", "a: b: c\nd: e:\n"],
  ["has a number sign", "a: b#c\nd: b #c\ne: '#'\nf: #\n  g: 1\n"],
  ["ends with something else", 'a: "b" c\nd: {} e\n'],
  ["is a flow with an odd comma", "a: [b, ]\nc: { d: 1, }\ne: [, f]\n"],
  ["is a flow with a key alone", "a: { b }\nc: { d:, e: }\nf: [g: h]\n"],
  ["is a flow with a comment", "a: [b #c]\nd: 1\n"],
  ["is a flow without spaces", 'a: {b: 1,c: [d,e]}\nf: {"g":1}\n'],
  ["is a flow over two lines", "a: [b,\n  c]\n"],
  ["is a key", "? a\n: b\n"],
  ["has a key of several words", "a b: 1\n"],
  ["has a key that is no text", "null: 1\ntrue: 2\n1.0: 3\n0: 4\n"],
  ["has the name of something in JavaScript", "__proto__: 1\n"],
  ["is there twice", "a: 1\na: 2\nb: { c: 1, c: 2 }\n"],
  ["has signs of other languages", "a: Größe ändern\nb: 日本\nc: é\n"],
  ["begins with a space that is none", "a: \u00a0b\n"],
  ["ends with spaces that are none", "a: d\u00a0 \nb: [c\u3000 , d]\n"],
  ["is indented with a space that is none", "a: 1\n\u00a0e: 1\n"],
  ["has line breaks that are none", "a: b\u2028c\nd: e\u0085\n"],
  ["is followed by text at the beginning of a line", "a: 1\nb\n"],
  ["begins late", "\n\n# c\n  a: 1\n  b: 2\n"],
])("a value that %s is what the library makes of it", (_, text) => {
  expectSame(text);
  expectSame(`repositories:\n${text.replace(/^/gm, "  ")}`);
});

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
      fc.constantFrom("any" as const, "flow" as const, "block" as const),
      (one, lineWidth, indent, collectionStyle) =>
        expectSame(stringify(one, { lineWidth, indent, collectionStyle })),
    ),
    { numRuns: 500 },
  );
});
