/** The process's environment is read in one room: elsewhere nobody can tell which variables count. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { source, sourceFiles } from "./support/sources";

/** Each way to reach it: `process.env`, `process["env"]`, `{ env } = process`, an import from node:process. */
const reaches =
  /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*\[|\benv\b[^}]*\}\s*=\s*process\b|from "(node:)?process"/;

test("no file but one reaches for process.env", () => {
  const found = sourceFiles().filter((file) =>
    readFileSync(join(source, file), "utf8")
      .split("\n")
      // The text of a program that is written for users may read their variables.
      .some((line) => reaches.test(line.replace(/`process\.env\[\$\{/, ""))),
  );
  expect(found).toEqual(["environment/process.ts"]);
});
