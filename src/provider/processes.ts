/** The processes of this user, as far as the system tells. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** The program and its arguments. */
  readonly args: readonly string[];
}

/** Nothing where the system has neither `/proc` nor `ps`. */
export function ownProcesses(): RunningProcess[] {
  const uid = process.getuid?.();
  if (uid === undefined) return [];
  const pids = orNothing(() => readdirSync("/proc"))?.filter((name) => /^\d+$/.test(name)) ?? [];
  if (pids.length === 0) return fromPs(uid);
  return pids.flatMap((name) => {
    if (orNothing(() => statSync(`/proc/${name}`).uid) !== uid) return [];
    return processOf(Number(name)) ?? [];
  });
}

/** The processes above one, the nearest first. */
export function ancestors(pid: number): RunningProcess[] {
  const above: RunningProcess[] = [];
  for (let next = processOf(pid)?.parent; next !== undefined && next > 1; ) {
    const found = processOf(next);
    if (found) above.push(found);
    next = found?.parent;
  }
  return above;
}

/** Whether a process is there, and has not ended yet. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // One that nobody has waited for is still listed.
  return statOf(pid)?.[0] !== "Z";
}

export function kill(pid: number): void {
  orNothing(() => process.kill(pid, "SIGKILL"));
}

function processOf(pid: number): RunningProcess | undefined {
  const parent = statOf(pid)?.[1];
  const text = orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  if (parent === undefined || text === undefined) return undefined;
  return { pid, parent: Number(parent), args: text.split("\0").slice(0, -1) };
}

/** State, parent and so on: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function statOf(pid: number): readonly string[] | undefined {
  const text = orNothing(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function fromPs(uid: number): RunningProcess[] {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid=,uid=,command="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const [, pid, parent, owner, command = ""] = line.match(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    return Number(owner) === uid
      ? [{ pid: Number(pid), parent: Number(parent), args: command.split(" ") }]
      : [];
  });
}

function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
