/**
 * The model only depends on a kind and two sets of values: neither I/O nor Pulumi, and nothing of the rooms
 * above.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../../src/model");
const files = readdirSync(folder);

const allowed =
  /^(?:\.\/\w+|\.\.\/(?:errors|kinds|bitbucket)(?:\/\w+)?|node:(?:crypto|util)|zod|yaml|fastest-levenshtein)$/;

test.each(files)("%s imports nothing of them", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const imported = [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";/gm)].map(
    ([, name]) => name,
  );
  expect(imported.filter((name) => !allowed.test(name ?? ""))).toEqual([]);
  expect(text).not.toMatch(/\bprocess\./);
});

test("there are files", () => {
  expect(files.length).toBeGreaterThan(10);
});
