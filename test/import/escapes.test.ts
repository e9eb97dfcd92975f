/** An import escapes invisible characters. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { unprintable } from "../../src/bitbucket/printable";
import { valueNode, YamlFile } from "../../src/import/documents";

const folder = mkdtempSync(join(tmpdir(), "escapes-"));

/** The file with an added description: a new one, or one that somebody has written. */
function written(description: string, before?: string, notes = new Map<string, string>()): string {
  const path = join(folder, "stack.yaml");
  if (before === undefined) {
    const file = new YamlFile(join(folder, "new.yaml"));
    file.put(
      [{ key: "repositories" }, { key: "api" }, { key: "description" }],
      valueNode(description, notes),
    );
    return file.text;
  }
  writeFileSync(path, before);
  const file = new YamlFile(path);
  file.put([{ key: "repositories" }, { key: "api" }, { key: "description" }], valueNode(description, notes));
  file.save();
  return readFileSync(path, "utf8");
}

const befores = [
  undefined,
  "workspace: acme # ours\nrepositories:\n  api:\n    project: PLAT\n",
  "workspace: acme\nrepositories: { api: { project: PLAT } }\n",
];

test.each([
  ["\u202eevil", '"\\u202eevil"'],
  ["a\u001b]0;title\u0007b", '"a\\u001b]0;title\\u0007b"'],
  ["zero\u200bwidth \u061c \ufeff", '"zero\\u200bwidth \\u061c \\ufeff"'],
  ["tag \u{e0061}", '"tag \\U000e0061"'],
  ["del \u007f next \u0085 line \u2028", '"del \\u007f next \\u0085 line \\u2028"'],
  ["two\nlines \u2066", '"two\\nlines \\u2066"'],
])("%j is written as %s", (description, text) => {
  for (const before of befores) {
    const yaml = written(description, before)
      .replace(/\\N/g, "\\u0085")
      .replace(/\\L/g, "\\u2028")
      .replace(/\\x1b|\\e/g, "\\u001b")
      .replace(/\\a/g, "\\u0007");
    expect(yaml).toContain(text);
    expect(parse(yaml).repositories.api.description).toBe(description);
  }
});

test("any text comes back as it was, and no character of the file is invisible", () => {
  const texts = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/\p{Cs}/u.test(text));
  fc.assert(
    fc.property(texts, fc.constantFrom(...befores), (description, before) => {
      const yaml = written(description, before);
      expect(yaml.replace(/[\n\t]/g, "").match(unprintable) ?? []).toEqual([]);
      expect(parse(yaml).repositories.api.description).toBe(description);
    }),
    { numRuns: 500 },
  );
});

test("letters and emoji stay as they are, and what people wrote does so too", () => {
  expect(written("Größe 日本語 👩‍💻 ❤️")).toContain("description: Größe 日本語 👩‍💻 ❤️\n");
  const before = "# \u202e ours\nworkspace: acme\nrepositories:\n  api:\n    project: PLAT\n";
  expect(written("new", before)).toContain("# \u202e ours\n");
});

test("what is said beside a value is harmless as well", () => {
  const yaml = written("{uuid}", befores[1], new Map([["{uuid}", "Jo\u202eker"]]));
  expect(yaml).toContain("# Jo\\u202eker");
});
