/** The files of runs in the temporary folder, and their owners. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownOwner, type ProcessOwner } from "../../src/process/owner";
import { makeRunFolder } from "../../src/run/runFolder";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "bitbucket-as-code-test-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** The id of a process that has ended. */
const dead = () => spawnSync(process.execPath, ["-e", ""]).pid;

function leave(name: string, owner: ProcessOwner | undefined, hoursAgo = 0): string {
  const path = join(parent, `bitbucket-as-code-run-${name}`);
  mkdirSync(path);
  if (owner) writeFileSync(join(path, "owner.json"), JSON.stringify(owner));
  const at = Date.now() / 1000 - hoursAgo * 3600;
  utimesSync(path, at, at);
  return path;
}

test("a run's folder is this user's alone, and gone with the run", () => {
  const { path, remove } = makeRunFolder(parent);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  remove();
  expect(existsSync(path)).toBe(false);
});

test("what a run that was killed has left is taken away, and a run that goes on keeps its own", () => {
  const own = ownOwner();
  const killed = leave("killed", { ...own, pid: dead() });
  const reused = leave("reused", { ...own, started: "1" });
  const running = leave("running", own);
  makeRunFolder(parent).remove();
  expect([killed, reused, running].map(existsSync)).toEqual([false, false, true]);
});

test("a run of another container is not taken for dead, though nothing here has its process id", () => {
  const other = { ...ownOwner(), machine: "another container", pid: dead() };
  const running = leave("running", other, 23);
  const silent = leave("silent", other, 25);
  makeRunFolder(parent).remove();
  expect([running, silent].map(existsSync)).toEqual([true, false]);
});

test("a folder of an earlier version, or one whose owner cannot be read, is kept for a day", () => {
  const fresh = leave(`${dead()}-abc`, undefined, 1);
  const old = leave(`${dead()}-def`, undefined, 25);
  makeRunFolder(parent).remove();
  expect([fresh, old].map(existsSync)).toEqual([true, false]);
});

test("another user's left-over folder is left alone, and so is a link", () => {
  const others = leave("others", { ...ownOwner(), pid: dead() }, 100);
  symlinkSync(others, join(parent, "bitbucket-as-code-run-link"));
  makeRunFolder(parent, { uid: (process.getuid?.() ?? 0) + 1 }).remove();
  expect(existsSync(others)).toBe(true);
});

test("a folder that cannot be taken away stops no run", () => {
  const missing = join(parent, "not-there");
  expect(() => makeRunFolder(missing)).toThrow(/ENOENT.*mkdtemp/);
  // A name that disappears between the look and the removal, or cannot be read.
  symlinkSync(join(parent, "nothing"), join(parent, "bitbucket-as-code-run-broken"));
  makeRunFolder(parent).remove();
});
