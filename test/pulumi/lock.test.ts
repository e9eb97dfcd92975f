/** What the engine says of a lock, in the words of this project. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import {
  describeHolders,
  describeLock,
  findLockedRun,
  isLocked,
  lockedStack,
  readHolders,
} from "../../src/pulumi/lock";

// From runs of Pulumi 3.259 on files and on Postgres.
const files =
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  "  file:///srv/state/.pulumi/locks/organization/bitbucket/acme.PLAT/5e0d2c5a-3c8b-4a1e-8f00-2a4d6b1c9e77.json: created by ann@build-7 (pid 4711) at 2026-11-26T23:40:00Z";
const postgres =
  "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  "  postgres://****:****@db.example.com/state/.pulumi/locks/organization/bitbucket/acme/a.json: created by ann@build-7 (pid 4711) at 2026-11-26T23:40:00Z\n" +
  "  postgres://****:****@db.example.com/state/.pulumi/locks/organization/bitbucket/acme/b.json: created by bob@build-8 (pid 12) at 2026-11-26T23:40:01+02:00";
const cloud = "error: [409] Conflict: Another update is currently in progress.";

test("says who holds the lock, since when, and what to do", () => {
  expect(isLocked(files)).toBe(true);
  expect(lockedStack(files)).toBe("acme.PLAT");
  expect(describeLock("acme.PLAT", files)).toBe(
    "acme.PLAT is locked, held by ann on build-7 (process 4711) since 2026-11-26T23:40:00Z. Nothing in it was changed.\n" +
      "If that run is under way, wait for its end and run this again. If it is certain that it is not, " +
      '"npx bitbucket-as-code repair acme.PLAT" releases the lock and brings the state in order ' +
      '("pulumi cancel --stack acme.PLAT" releases the lock alone).',
  );
});

test("names everybody who holds one, once", () => {
  expect(readHolders(`${files}\n${files}`)).toHaveLength(1);
  expect(readHolders(postgres).map(({ user, pid }) => [user, pid])).toEqual([
    ["ann", 4711],
    ["bob", 12],
  ]);
  expect(lockedStack(postgres)).toBe("acme");
  expect(describeHolders(postgres)).toMatch(/^held by ann on build-7 .*, and by bob on build-8 /);
  expect(describeLock("acme", postgres)).not.toMatch(/\.json|postgres:/);
});

test("Pulumi Cloud names nobody: its page does", () => {
  expect(isLocked(cloud)).toBe(true);
  expect(lockedStack(cloud)).toBeUndefined();
  expect(describeLock("acme", cloud)).toMatch(/^acme is locked by another update: its page in Pulumi Cloud/);
});

test("other failures are no locks", () => {
  expect(isLocked("error: no stack named 'acme' found")).toBe(false);
});

describe("of this machine", () => {
  const byUs = (pid: number | undefined) => files.replace("build-7", hostname()).replace("4711", String(pid));
  let run: ChildProcess;

  beforeAll(async () => {
    run = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "pulumi"], { stdio: "ignore" });
    await once(run, "spawn");
  });

  test("a run in progress is waited for, and needs no repair", () => {
    const said = describeLock("acme", byUs(run.pid));
    expect(findLockedRun(byUs(run.pid))).toEqual({ status: "running", pid: run.pid });
    expect(said).toMatch(new RegExp(`That run is in progress: process ${run.pid} on this machine\\. Wait`));
    expect(said).not.toContain("repair");
  });

  test("one that has ended is said to, with what releases the lock", async () => {
    run.kill("SIGKILL");
    await once(run, "exit");
    expect(findLockedRun(byUs(run.pid))).toEqual({ status: "ended" });
    expect(describeLock("acme", byUs(run.pid))).toMatch(
      /No such process runs on this machine any more: .*"npx bitbucket-as-code repair acme" releases the lock/,
    );
    // Of the other machine nothing is known.
    expect(findLockedRun(`${byUs(run.pid)}\n${files}`)).toEqual({ status: "unknown" });
  });
});
