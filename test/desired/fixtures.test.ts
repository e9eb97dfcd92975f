import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import { problems } from "./support/folder";

const folder = join(__dirname, "fixtures");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

/** Each fixture lists its problems in comments at its top: all of them, in order. */
test.each(files)("%s is refused with every problem at its place", async (name) => {
  const expected = readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("# error: "))
    .map((line) => `fixtures/${name}:${line.slice("# error: ".length)}`);
  expect(expected).not.toEqual([]);
  expect(await problems(loadStack(join(folder, name)))).toEqual(expected);
});

test("no message shows a secret that was written out", async () => {
  const lines = await problems(loadStack(join(folder, "literal-secrets.yaml")));
  expect(lines.join("\n")).not.toContain("open-sesame");
});

test("no key of a file reaches the prototype of objects", async () => {
  await problems(loadStack(join(folder, "prototype-keys.yaml")));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
