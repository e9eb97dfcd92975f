/** The processes of this user, as far as the system lists them. */
import { statSync } from "node:fs";
import { environment } from "../environment";
import { tryRead } from "../errors";
import { type ProcEntry, procEntry, procPids, procStat } from "./proc";
import { runProgramSync } from "./run";

/** Empty if the system has neither `/proc` nor `ps`. */
export function listOwnProcesses(): ProcEntry[] {
  const uid = process.getuid?.();
  if (uid === undefined) return [];
  const pids = procPids();
  if (pids.length === 0) return fromPs(uid);
  return pids.flatMap((pid) => {
    if (tryRead(() => statSync(`/proc/${pid}`).uid) !== uid) return [];
    return procEntry(pid) ?? [];
  });
}

/** Whether a process exists and has not ended yet. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // A zombie is still listed.
  return procStat(pid)?.[0] !== "Z";
}

export function kill(pid: number): void {
  tryRead(() => process.kill(pid, "SIGKILL"));
}

function fromPs(uid: number): ProcEntry[] {
  const { stdout } = runProgramSync("ps", ["-axo", "pid=,ppid=,uid=,command="], { env: environment() });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, owner, command = ""] = line.match(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    return Number(owner) === uid
      ? [{ pid: Number(pid), parent: Number(parent), command: command.split(" ") }]
      : [];
  });
}
