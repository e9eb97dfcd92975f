/** Writes docs/reference/emulator-coverage.md; with `--check`, reports whether it is out of date. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { computeCoverage } from "./coverage";

const file = resolve(__dirname, "..", "..", "..", "docs", "reference", "emulator-coverage.md");

function main(check: boolean): void {
  const { all, emulated, gone, page } = computeCoverage();
  if (!check) writeFileSync(file, page);
  else if (readFileSync(file, "utf8") !== page) {
    process.stderr.write(
      'docs/reference/emulator-coverage.md is out of date; run "npm run docs:emulator".\n',
    );
    process.exitCode = 1;
  }
  process.stdout.write(
    `${emulated} of ${all} operations are emulated; ${gone} were removed from the service.\n`,
  );
}

main(process.argv.includes("--check"));
