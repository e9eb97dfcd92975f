import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { DesiredStateError, loadStack } from "../../src/desired";
import { createStackSchema } from "../../src/desired/jsonSchema";
import { folderWith, removeFolders } from "./support/folder";

afterAll(removeFolders);

const folder = folderWith({ "stacks/acme.yaml": "" });
const file = join(folder, "stacks/acme.yaml");

/** Any text is loaded, or refused with positions in that file. Nothing else is thrown. */
async function survives(text: string): Promise<void> {
  writeFileSync(file, text);
  try {
    await loadStack(file);
  } catch (error) {
    if (!(error instanceof DesiredStateError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const { file: name, line, message } of error.diagnostics) {
      expect(name).toBe("stacks/acme.yaml");
      expect(line).toBeLessThanOrEqual(lines + 1);
      expect(message).not.toBe("");
    }
  }
}

/** All words with a meaning in a stack. */
const words = [...new Set(JSON.stringify(createStackSchema()).match(/"[a-zA-Z_]+"/g) ?? [])].map((word) =>
  word.slice(1, -1),
);
const word = fc.oneof(
  fc.constantFrom(
    ...words,
    "acme",
    "api",
    "__proto__",
    "toString",
    "https://a.example/",
    "<<",
    "fromEnv",
    "*",
    "!a",
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    word,
    fc.constantFrom<unknown>(null, true, 0, -1.5, Number.NaN, "", []),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(word, tie("value"), { maxKeys: 5 }),
  ),
}));

test("any text is loaded or refused in good order", async () => {
  const pieces = fc.oneof(
    word,
    fc.constantFrom(
      ": ",
      "\n",
      "  ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "!t ",
      "'",
      '"',
      "|\n",
      "#",
      "---\n",
      "\t",
      "? ",
      ",",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), (parts) => survives(parts.join(""))),
    { numRuns: 300 },
  );
});

test("any structure in any section is loaded or refused in good order", async () => {
  const sections = Object.keys((createStackSchema().properties as Record<string, unknown>) ?? {});
  const stack = fc.dictionary(fc.constantFrom(...sections), value, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(stack, (content) => survives(stringify({ workspace: "acme", ...content }))),
    { numRuns: 300 },
  );
});

test("any structure in a repository and in its layers is loaded or refused in good order", async () => {
  const fields = fc.dictionary(fc.constantFrom(...words), value, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(fields, fields, fields, fields, (own, defaults, profile, rule) =>
      survives(
        stringify({
          workspace: "acme",
          defaults: { repository: defaults },
          profiles: { one: profile },
          rules: [{ ...rule, match: "*" }],
          repositories: { api: { ...own, profiles: ["one"] } },
        }),
      ),
    ),
    { numRuns: 300 },
  );
});
