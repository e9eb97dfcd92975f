/**
 * Writes the reference pages and the editors' schema from the kinds; with `--check`, reports which are out of
 * date.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { tryRead } from "../errors";
import { referenceFiles } from "./files";

const root = resolve(__dirname, "..", "..");

function main(check: boolean): void {
  const stale: string[] = [];
  for (const [path, text] of referenceFiles()) {
    const file = join(root, path);
    if (check) {
      if (tryRead(() => readFileSync(file, "utf8")) !== text) stale.push(path);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (stale.length === 0) return;
  process.stderr.write(
    `These generated files are out of date. Run "npm run docs":\n${stale.map((path) => `  ${path}`).join("\n")}\n`,
  );
  process.exitCode = 1;
}

main(process.argv.includes("--check"));
