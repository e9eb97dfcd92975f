/** The lock of a Pulumi stack: who holds it, and what to do about it. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { tryRead } from "../errors";
import { isRunning } from "../process/ownProcesses";

interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/** Whether the engine says that a file backend's lock is held, or Pulumi Cloud that an update is in progress. */
export function isLocked(said: string): boolean {
  return /currently locked by|\[409\].*update is currently in progress|Another update is currently in progress/i.test(
    said,
  );
}

/** Who holds the lock, as the engine says. Pulumi Cloud does not say it. */
export function readHolders(said: string): readonly LockHolder[] {
  // A failed command's standard error and its message say the same.
  const holders = new Map(
    [...said.matchAll(/created by (\S*)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
      ([text, user = "", host = "", pid, since = ""]) =>
        [text, { user, host, pid: Number(pid), since }] as const,
    ),
  );
  return [...holders.values()];
}

/** The Pulumi stack in the path of a lock's file: `.pulumi/locks/organization/<project>/<stack>/<id>.json`. */
export function lockedStack(said: string): string | undefined {
  return /\/locks\/[^/\s]+\/[^/\s]+\/([^/\s]+)\/[^/\s]+\.json/.exec(said)?.[1];
}

/** Who holds the lock and since when: `held by ann on build-7 …`; the engine's own words if they name nobody. */
export function describeHolders(said: string): string {
  const holders = readHolders(said);
  if (holders.length === 0) return said;
  return `held by ${holders
    .map(({ user, host, pid, since }) => `${user} on ${host} (process ${pid}) since ${since}`)
    .join(", and by ")}`;
}

/** Whether the run that holds a lock still runs: unknown if another machine holds it, or nobody is named. */
export type LockedRun =
  | { readonly status: "running"; readonly pid: number }
  | { readonly status: "ended" }
  | { readonly status: "unknown" };

/** Returns whether a process of this machine that holds a lock still runs. */
export function findLockedRun(said: string): LockedRun {
  const holders = readHolders(said);
  const here = holders.filter(({ host }) => host === hostname());
  const running = here.find(({ pid }) => isRun(pid));
  if (running) return { status: "running", pid: running.pid };
  return { status: holders.length > 0 && here.length === holders.length ? "ended" : "unknown" };
}

function isRun(pid: number): boolean {
  // The id may have been reused by another program since. Without /proc, any process with this id counts as the run.
  const command = tryRead(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  return isRunning(pid) && (command === undefined || command.includes("pulumi"));
}

/** That the run has ended; a container may have the name of this machine, and processes that are not visible here. */
export const endedHolder =
  "No such process runs on this machine any more: unless it runs in a container, that run was killed.";

/** What a run says that found the stack locked. */
export function describeLock(stack: string, said: string): string {
  const who =
    readHolders(said).length > 0
      ? `${stack} is locked, ${describeHolders(said)}. Nothing in it was changed.`
      : `${stack} is locked by another update: its page in Pulumi Cloud shows which. Nothing in it was changed.`;
  return `${who}\n${describeRelease(stack, findLockedRun(said))}`;
}

function describeRelease(stack: string, run: LockedRun): string {
  if (run.status === "running")
    return `That run is in progress: process ${run.pid} on this machine. Wait for its end, or stop it, and run this again.`;
  const release =
    `"npx bitbucket-as-code repair ${stack}" releases the lock and brings the state in order ` +
    `("pulumi cancel --stack ${stack}" releases the lock alone).`;
  return run.status === "ended"
    ? `${endedHolder} ${release}`
    : `If that run is under way, wait for its end and run this again. If it is certain that it is not, ${release}`;
}
