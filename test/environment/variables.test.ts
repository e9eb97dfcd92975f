/** The table of environment variables: whole, in use, and read as the page says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { privateVariables, variable, variables } from "../../src/environment";
import { source, sourceFiles } from "./support/sources";

/** Names that are in texts and are not read. */
const foreign = [
  // Variables of other tools that `migrate` finds.
  "BITBUCKET_USER",
  "BITBUCKET_STEP_OIDC_TOKEN",
  "BITBUCKET_EXIT_CODE",
  "BITBUCKET_API",
];

function mentions(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of sourceFiles().filter((one) => !/^(emulator\/|environment\/variables)/.test(one)))
    for (const [name] of readFileSync(join(source, file), "utf8").matchAll(/\bBITBUCKET_[A-Z_]+[A-Z]\b/g))
      found.set(name, [...(found.get(name) ?? []), file]);
  return found;
}

test("every variable that the code names is in the table, and every one of the table is used", () => {
  const known: readonly string[] = [...Object.keys(variables), ...Object.keys(privateVariables)];
  const named = [...mentions().keys()].filter((name) => !foreign.includes(name));
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !named.includes(name))).toEqual([]);
});

test.each([
  [undefined, false],
  ["", false],
  ["0", false],
  ["yes", false],
  ["1", true],
  ["true", true],
])("a switch that is %j is %j", (value, expected) => {
  expect(variable("BITBUCKET_READ_ONLY", { BITBUCKET_READ_ONLY: value })).toBe(expected);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["0", undefined],
  ["-3", undefined],
  ["2.5", undefined],
  ["many", undefined],
  ["12", 12],
])("a count that is %j is %j", (value, expected) => {
  expect(variable("BITBUCKET_CONCURRENCY", { BITBUCKET_CONCURRENCY: value })).toBe(expected);
});

test("the configuration counts where the variable is not set, and only in its own setting", () => {
  const config = (key: string) => ({ "bitbucket:adopt": "true", "bitbucket:readOnly": "true" })[key];
  expect(variable("BITBUCKET_ADOPT", {}, config)).toBe(true);
  expect(variable("BITBUCKET_ADOPT", { BITBUCKET_ADOPT: "0" }, config)).toBe(false);
  expect(variable("BITBUCKET_READ_ONLY", {}, config)).toBe(false);
});
