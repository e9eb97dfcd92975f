/** The context that a run passes to its processes, and which of it they trust. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readState } from "../../src/plan";
import { RunContextError, runContext, writeRunContext } from "../../src/pulumi/runContext";
import { keptStateIn } from "../../src/pulumi/shardStacks";

const given = {
  id: "5f7c",
  keepsStates: true,
  isEstimated: true,
  isWhole: true,
  places: { "Repository api": "PLAT" },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-run-test-"));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test("the processes of a run read what it has written, in a file of its user alone", () => {
  const env = writeRunContext(folder, given);
  expect(runContext(env)).toEqual({ ...given, folder });
  expect(statSync(join(folder, "run.json")).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, "run.json"), "utf8"))).toEqual(given);
});

test("a process that was started by hand belongs to no run", () => {
  expect(runContext({})).toBeUndefined();
  expect(runContext({ BITBUCKET_RUN: "" })).toBeUndefined();
});

test.each([
  ["an id, as commands of earlier versions give", () => "0b7e"],
  ["the folder of a run that is over", () => join(folder, "gone")],
])("%s counts as a run without a folder", (_, path) => {
  const id = path();
  expect(runContext({ BITBUCKET_RUN: id })).toEqual({
    id,
    keepsStates: false,
    isEstimated: false,
    isWhole: false,
    places: {},
  });
});

test("what belongs to another user is refused, and nothing of it is read", () => {
  const env = writeRunContext(folder, given);
  jest.spyOn(process, "getuid").mockReturnValue(statSync(folder).uid + 1);
  expect(() => runContext(env)).toThrow(RunContextError);
  expect(() => runContext(env)).toThrow(/belongs to another user.*Unset BITBUCKET_RUN/s);
});

test.each([
  ["the folder", () => folder, 0o777],
  ["the file", () => join(folder, "run.json"), 0o620],
])("%s that others can write is refused", (_, path, mode) => {
  const env = writeRunContext(folder, given);
  chmodSync(path(), mode);
  expect(() => runContext(env)).toThrow(/can be written by other users/);
});

test("a link to a file elsewhere is not followed", () => {
  writeRunContext(folder, given);
  const other = mkdtempSync(join(folder, "other-"));
  symlinkSync(join(folder, "run.json"), join(other, "run.json"));
  expect(() => runContext({ BITBUCKET_RUN: other })).toThrow(RunContextError);
});

test.each(["", "{", '{"id":5}', "[]"])("a file that holds %j is refused", (text) => {
  writeFileSync(join(folder, "run.json"), text, { mode: 0o600 });
  expect(() => runContext({ BITBUCKET_RUN: folder })).toThrow(/cannot be read/);
});

test("a state in a folder that must not be believed is unreadable, not empty", async () => {
  const before = process.env.BITBUCKET_RUN;
  Object.assign(process.env, writeRunContext(folder, given));
  try {
    writeFileSync(keptStateIn(folder, "acme"), '{"version":3,"deployment":{"resources":[]}}');
    expect(await readState("acme")).toEqual({ resources: [], interrupted: [] });
    chmodSync(folder, 0o777);
    expect(await readState("acme")).toEqual({
      reason: expect.stringMatching(/can be written by other users/),
    });
  } finally {
    if (before === undefined) delete process.env.BITBUCKET_RUN;
    else process.env.BITBUCKET_RUN = before;
  }
});
