/** What V8 compiled for the plugin, from one process to the next. Runs the built package. */
import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const dist = join(__dirname, "..", "..", "dist", "process");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compiled-"));
  program("one");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program like the bundle: it keeps what was compiled when it ends. */
function program(says: string): void {
  const keep = `require(${JSON.stringify(join(dist, "keepCompiled.js"))}).keepCompiled();`;
  writeFileSync(
    join(folder, "bundle.cjs"),
    `"use strict";\nexports.text = require("./own.cjs") + " of " + __filename;\nconsole.log("${says}", exports.text);\n${keep}`,
  );
  writeFileSync(join(folder, "own.cjs"), 'module.exports = "own";');
}

function run(cache = join(folder, "cache"), flags: readonly string[] = []): string {
  const code = `require(${JSON.stringify(join(dist, "compiledCode.js"))}).runCompiled(${JSON.stringify(join(folder, "bundle.cjs"))}, ${JSON.stringify(cache)})`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", code], { encoding: "utf8" });
  return (stdout + stderr).trim();
}

function damageWithin(path: string): void {
  const contents = readFileSync(path);
  writeFileSync(path, contents.fill(0, contents.length >> 1, (contents.length >> 1) + 64));
}

const kept = () => readdirSync(join(folder, "cache"));
const file = () => join(folder, "cache", kept()[0] ?? "");
const says = (word: string) => `${word} own of ${join(folder, "bundle.cjs")}`;

test("is used by the next process", () => {
  expect(run()).toBe(says("one"));
  expect(kept()).toHaveLength(1);
  const { ino, mode } = statSync(file());
  if (process.platform !== "win32") expect(mode & 0o777).toBe(0o600);
  expect(run()).toBe(says("one"));
  // It was not written again.
  expect(statSync(file()).ino).toBe(ino);
});

test("a process with other flags has its own, which takes nothing from the others", () => {
  run();
  const [first] = kept();
  const { ino } = statSync(file());
  expect(run(undefined, ["--max-semi-space-size=8"])).toBe(says("one"));
  expect(kept()).toHaveLength(2);
  expect(run()).toBe(says("one"));
  expect(statSync(join(folder, "cache", String(first))).ino).toBe(ino);
});

test("of another text is not used, even if that is of the same length, and is removed", () => {
  run();
  const [former] = kept();
  program("two");
  expect(run()).toBe(says("two"));
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toEqual([former]);
});

test.each([
  ["shortened", () => truncateSync(file(), 100)],
  ["empty", () => truncateSync(file(), 0)],
  ["damaged within", () => damageWithin(file())],
  ["of something else", () => writeFileSync(file(), "something else".repeat(100))],
])("that is %s is compiled again", (_, damage) => {
  run();
  const whole = readFileSync(file()).length;
  damage();
  expect(run()).toBe(says("one"));
  expect(readFileSync(file()).length).toBe(whole);
});

test("needs no folder that can be written", () => {
  writeFileSync(join(folder, "taken"), "");
  expect(run(join(folder, "taken", "cache"))).toBe(says("one"));
});
