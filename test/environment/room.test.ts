/** The process's environment is only read in one room: otherwise nobody could tell which variables count. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { source, sourceFiles } from "./support/sources";

/**
 * Each way to access it: `process.env`, `process["env"]`, `{ env } = process`, an import from node:process.
 */
const reaches =
  /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*\[|\benv\b[^}]*\}\s*=\s*process\b|from "(node:)?process"/;

test("no file but one reaches for process.env", () => {
  const found = sourceFiles().filter((file) =>
    readFileSync(join(source, file), "utf8")
      .split("\n")
      // The text of a generated program may read its user's variables.
      .some((line) => reaches.test(line.replace(/`process\.env\[\$\{/, ""))),
  );
  expect(found).toEqual(["environment/process.ts"]);
});
