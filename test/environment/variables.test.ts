/** The table of environment variables: complete, in use, and read as the page says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkVariables,
  type EnvironmentVariable,
  logLevel,
  privateVariables,
  type VariableName,
  variable,
  variables,
} from "../../src/environment";
import { SettingError } from "../../src/errors/settingError";
import { Provider } from "../../src/native/provider";
import { createClientFrom } from "../../src/provider/clientFrom";
import { source, sourceFiles } from "./support/sources";

/** Names that occur in texts and are not read. */
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
  ["false", false],
  ["1", true],
  ["true", true],
])("a switch that is %j is %j", (value, expected) => {
  expect(variable("BITBUCKET_READ_ONLY", { BITBUCKET_READ_ONLY: value })).toBe(expected);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["12", 12],
])("a count that is %j is %j", (value, expected) => {
  expect(variable("BITBUCKET_CONCURRENCY", { BITBUCKET_CONCURRENCY: value })).toBe(expected);
});

test.each([
  ["BITBUCKET_CONCURRENCY", "0", "a whole number of at least 1"],
  ["BITBUCKET_CONCURRENCY", "2.5", "a whole number of at least 1"],
  ["BITBUCKET_REQUESTS_PER_HOUR", "-3", "a whole number of at least 1"],
  ["BITBUCKET_REQUESTS_PER_HOUR", "many", "a whole number of at least 1"],
  ["BITBUCKET_ALLOW_DELETIONS", "all", "a whole number that is not negative"],
  ["BITBUCKET_READ_ONLY", "yes", "1, true, 0 or false"],
  ["BITBUCKET_ADOPT", "on", "1, true, 0 or false"],
  ["BITBUCKET_MISSING_IS_DELETED", "2", "1, true, 0 or false"],
  ["BITBUCKET_LOG", "verbose", "requests or debug"],
])("%s=%s is refused by every front end", (name, value, wanted) => {
  const { setting }: EnvironmentVariable = variables[name as VariableName];
  const message = (from: string) => new SettingError(`${from} must be ${wanted}, and is "${value}".`);
  const env = { BITBUCKET_TOKEN: "t", [name]: value };
  const none = () => undefined;
  expect(() => createClientFrom(env, none)).toThrow(message(name));
  expect(() => new Provider({ env }).requireCredential({}, "")).toThrow(message(name));
  if (setting === undefined) return;
  const config = (key: string) => (key === `bitbucket:${setting}` ? value : undefined);
  expect(() => createClientFrom({ BITBUCKET_TOKEN: "t" }, config)).toThrow(message(`bitbucket:${setting}`));
});

test("an error is shown, though BITBUCKET_LOG says nothing that is known", () => {
  expect(logLevel({ BITBUCKET_LOG: "verbose" })).toBeUndefined();
});

test("no text is looked up in the configuration to see whether it is right: it may have to be decrypted", () => {
  const asked: string[] = [];
  checkVariables({}, (key) => void asked.push(key));
  expect(asked.sort()).toEqual(["bitbucket:adopt", "bitbucket:concurrency", "bitbucket:requestsPerHour"]);
});

test("the configuration counts where the variable is not set, and only in its own setting", () => {
  const config = (key: string) => ({ "bitbucket:adopt": "true", "bitbucket:readOnly": "true" })[key];
  expect(variable("BITBUCKET_ADOPT", {}, config)).toBe(true);
  expect(variable("BITBUCKET_ADOPT", { BITBUCKET_ADOPT: "0" }, config)).toBe(false);
  expect(variable("BITBUCKET_READ_ONLY", {}, config)).toBe(false);
});
