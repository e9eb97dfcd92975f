/** New nodes are added to files that people wrote, and nothing else in them changes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { valueNode, YamlFile } from "../../src/import/documents";
import type { TreeValue } from "../../src/import/tree";

const folder = mkdtempSync(join(tmpdir(), "documents-"));
let files = 0;

function opened(text: string): YamlFile {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, text);
  return new YamlFile(path);
}

/** The text after adding a value at a path, `a.b.c`. */
function put(text: string, ...puts: readonly (readonly [string, TreeValue])[]): string {
  const file = opened(text);
  for (const [path, value] of puts)
    file.put(
      path.split(".").map((key) => ({ key, shorthand: key === "ci" ? "url" : undefined })),
      valueNode(value),
    );
  file.save();
  return readFileSync(file.path, "utf8");
}

const byHand = `# Our stack.


workspace:   acme     # aligned

repositories:
    api:
        project: PLAT


        description: >-
            A long text that
            somebody has folded
        webhooks:
            ci:   https://ci.example.com   # the old one
            chat: {url: "https://chat.example.com/x", events: [repo:push,  pullrequest:created]}
        defaultReviewers:
        - alice
        - bob   # the boss
        variables:
            # first
            A: 'x'
            # B: "y"
    # the last repository
    web:    { project: PLAT }
# the end
`;

/** The added lines. All others must be present, in their order. */
function added(before: string, after: string): string[] {
  const rest = before.split("\n");
  const lines = after.split("\n").filter((line) => {
    if (line !== rest[0]) return true;
    rest.shift();
    return false;
  });
  expect(rest).toEqual([]);
  return lines;
}

test.each<[string, [string, TreeValue][], string[]]>([
  ["below a comment that belongs there", [["repositories.api.variables.C", "z"]], ["            C: z"]],
  [
    "after a text of several lines, deeper than before",
    [["repositories.api.runners.one.labels", ["x"]]],
    ["        runners:", "            one:", "                labels: [x]"],
  ],
  [
    "behind the last one, in the same form",
    [["repositories.new.project", "PLAT"]],
    ["    new:", "        project: PLAT"],
  ],
  [
    "a text of several lines",
    [["repositories.api.variables.C", "a\n\n  b\n"]],
    ["            C: |", "                a", "", "                  b"],
  ],
  [
    "several at one place",
    [
      ["repositories.api.variables.C", "c"],
      ["repositories.api.x", 1],
      ["repositories.b.z", 2],
    ],
    ["            C: c", "        x: 1", "    b:", "        z: 2"],
  ],
])("what is put %s", (_what, puts, lines) => {
  expect(added(byHand, put(byHand, ...puts))).toEqual(lines);
});

test("a section at the top stands apart, below the last comment", () => {
  expect(put(byHand, ["projects.PLAT.name", "Platform"])).toBe(
    `${byHand}\nprojects:\n    PLAT:\n        name: Platform\n`,
  );
});

test("in a map or a list on one line, it stays on that line", () => {
  expect(put(byHand, ["repositories.web.isPrivate", false])).toBe(
    byHand.replace("{ project: PLAT }", "{ project: PLAT, isPrivate: false }"),
  );
  const file = opened(byHand);
  file.append(
    ["repositories", "api", "webhooks", "chat", "events"].map((key) => ({ key })),
    [valueNode("repo:fork")],
  );
  expect(file.text).toBe(byHand.replace("pullrequest:created]", "pullrequest:created, repo:fork]"));
});

test("a list keeps its dashes where they are", () => {
  const file = opened(byHand);
  file.append(
    ["repositories", "api", "defaultReviewers"].map((key) => ({ key })),
    [valueNode("carol", new Map([["carol", "Carol Cook"]]))],
  );
  expect(added(byHand, file.text)).toEqual(["        - carol # Carol Cook"]);
});

test("a single value becomes a map where something else has to stand beside it", () => {
  const after = put(byHand, ["repositories.api.webhooks.ci.active", false]);
  expect(after).toBe(
    byHand.replace(
      "ci:   https://ci.example.com   # the old one\n",
      "ci:   # the old one\n                url: https://ci.example.com\n                active: false\n",
    ),
  );
  expect(parse(after).repositories.api.webhooks.ci).toEqual({ url: "https://ci.example.com", active: false });
});

test.each([
  ["a file without a last line end", "a:\n  b: 1", "a:\n  b: 1\n  c: 2\n"],
  ["line ends of Windows", "a:\r\n  b: 1 # x\r\n\r\nd: 3\r\n", "a:\r\n  b: 1 # x\r\n  c: 2\r\n\r\nd: 3\r\n"],
  ["a section with nothing in it", "a:   # to come\nd: 3\n", "a:   # to come\n  c: 2\nd: 3\n"],
  ["an empty map", "a: {}\nd: 3\n", "a: { c: 2 }\nd: 3\n"],
  ["a trailing comma", "a: { b: 1, }\n", "a: { b: 1, c: 2, }\n"],
  ["a map behind an anchor", "a: &x\n  b: 1\nd: *x\n", "a: &x\n  b: 1\n  c: 2\nd: *x\n"],
  ["a map after a dash line", "a:\n    b:\n    - x: 1\n", "a:\n    b:\n    - x: 1\n    c: 2\n"],
  ["keys that stand apart", "a:\n  x: 1\n\n  y: 2\n", "a:\n  x: 1\n\n  y: 2\n\n  c: 2\n"],
  [
    "a block scalar at the end",
    "a:\n  x: |\n    one\n\n    two\n",
    "a:\n  x: |\n    one\n\n    two\n  c: 2\n",
  ],
  ["a byte order mark", "\ufeffa:\n  b: 1\n", "\ufeffa:\n  b: 1\n  c: 2\n"],
  ["nothing, where a value is to stand", "a:\n  c: null # why\nd: 3\n", "a:\n  c: 2 # why\nd: 3\n"],
  ["a start of the document", "---\na:\n  b: 1\n", "---\na:\n  b: 1\n  c: 2\n"],
])("%s", (_what, before, after) => {
  expect(put(before, ["a.c", 2])).toBe(after);
});

test("a text of several lines can take the place of nothing", () => {
  expect(put("a:\n  c: ~\nd: 3\n", ["a.c", "x\ny\n"])).toBe('a:\n  c: "x\\ny\\n"\nd: 3\n');
});

test("what readers of older YAML would take for something else is quoted", () => {
  expect(put("a:\n  b: 1\n", ["a.on", "yes"], ["a.c", "12:30"], ["a.d", "0777"], ["a.e", "tab\there"])).toBe(
    'a:\n  b: 1\n  "on": "yes"\n  c: "12:30"\n  d: "0777"\n  e: "tab\\there"\n',
  );
});

/** YAML as somebody might have written it by hand: each map and list in a different style. */
const scalar = fc.oneof(
  fc.constantFrom(
    "x",
    "'it''s'",
    '"a: b # c"',
    "~",
    "12",
    "plain words",
    "",
    "# not, but a comment",
    "|\n␤one\n␤\n␤two",
    ">-\n␤folded\n␤text",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 8 }).map((text) => JSON.stringify(text)),
);
type Form = { readonly kind: string; readonly [field: string]: unknown };
const { node } = fc.letrec<{ node: Form }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("scalar"), text: scalar, comment: fc.boolean() }),
    fc.record({
      kind: fc.constant("flow"),
      items: fc.array(fc.constantFrom("a", "b: 1", '"c d": [1,  2]', "e: {f: g}"), { maxLength: 3 }),
      comma: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("list"),
      items: fc.array(fc.constantFrom("x", "'y'", "- z", "k: v"), { minLength: 1, maxLength: 3 }),
      deep: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("map"),
      indent: fc.constantFrom(1, 2, 3, 4, 8),
      entries: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom("a", "b", "'c'", '"d e"', "f.g"),
          tie("node"),
          fc.constantFrom("", "", "blank", "comment"),
        ),
        {
          minLength: 1,
          maxLength: 4,
          selector: ([key]) => key,
        },
      ),
    }),
  ),
}));

function write(form: Form, column: number): string {
  if (form.kind === "scalar") {
    const text = String(form.text);
    if (text.includes("␤")) return ` ${text.replace(/␤/g, " ".repeat(column + 2)).replace(/^ +$/gm, "")}\n`;
    return ` ${text}${form.comment ? "  # said" : ""}\n`;
  }
  if (form.kind === "flow") {
    const items = (form.items as string[]).filter((one, index, all) => all.indexOf(one) === index);
    return ` {${items.join(",  ")}${form.comma && items.length > 0 ? "," : ""}}\n`;
  }
  if (form.kind === "list") {
    const dash = " ".repeat(column + (form.deep ? 2 : 0));
    return `\n${(form.items as string[]).map((item) => `${dash}- ${item}\n`).join("")}`;
  }
  const inner = column + Number(form.indent);
  return `\n${(form.entries as [string, Form, string][])
    .map(([key, value, before]) => {
      const space = before === "blank" ? "\n" : before === "comment" ? `${" ".repeat(inner)}# of it\n` : "";
      return `${space}${" ".repeat(inner)}${key}:${write(value, inner)}`;
    })
    .join("")}`;
}

/** Paths of maps. */
function mapsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return [path, ...Object.entries(value).flatMap(([key, held]) => mapsIn(held, [...path, key]))];
}

test("whatever stands there, it stays as it was, and what is put comes out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("one", "two", "three"), node), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom("new", "yes", "odd key: #", "newer"),
          fc.oneof(fc.string(), fc.constantFrom("a\nb\n", "  x\n", "no"), fc.integer(), fc.constant(null)),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      (sections, windows, puts) => {
        const seen = new Set<string>();
        const unix = sections
          .filter(([name]) => !seen.has(name) && seen.add(name))
          .map(([name, form]) => `${name}:${write(form, 0)}`)
          .join("");
        const text = windows ? unix.replace(/\n/g, "\r\n") : unix;
        let expected: Record<string, unknown>;
        try {
          expected = parse(text, { merge: true });
        } catch {
          return;
        }
        const file = opened(text);
        for (const [at, key, value] of puts) {
          const places = mapsIn(expected);
          const path = places[at % places.length] ?? [];
          let map = expected;
          for (const part of path) map = map[part] as Record<string, unknown>;
          if (key in map) continue;
          map[key] = value;
          file.put(
            [...path, key].map((part) => ({ key: part })),
            valueNode(value),
          );
        }
        const after = file.text;
        expect(parse(after, { merge: true })).toEqual(expected);
        // Every character is still present, in its order.
        let rest = after;
        for (const line of text.split("\n")) {
          // Of a map on one line, the brace moves to the right.
          const pieces = line.includes("{") ? line.split(/(?=[}])/) : [line];
          for (const piece of pieces) {
            const place = rest.indexOf(piece);
            expect(place).toBeGreaterThanOrEqual(0);
            rest = rest.slice(place + piece.length);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
