/** The table of promises names files and tests that exist. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const rows = readFileSync(join(root, "docs", "explanation", "safety-promises.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")));

test.each(rows.map(([promise = "", where = "", tests = ""]) => ({ promise, where, tests })))(
  "$promise",
  ({ where, tests }) => {
    const named = [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const sources = [...where.matchAll(/`(\w+\/[\w/]+\.ts)`/g)].map(([, path = ""]) => path);
    expect(sources.filter((path) => !existsSync(join(root, "src", path)))).toEqual([]);
  },
);
