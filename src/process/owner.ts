/** Which process has a folder or a lock, and whether it still runs. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { tryRead } from "../errors";
import { isRunning } from "./ownProcesses";

/**
 * The process that has a folder. A process id alone says nothing in another container or after a restart.
 */
const ownerSchema = z.object({
  pid: z.number(),
  /** When the process began, in ticks since the machine started; process ids are reused. */
  started: z.string().optional(),
  /** The machine, its start, and the namespace of process ids. */
  machine: z.string(),
});
export type ProcessOwner = z.output<typeof ownerSchema>;

/** Parses what an owner wrote as JSON. Undefined for anything else. */
export function parseOwner(text: string | undefined): ProcessOwner | undefined {
  return text === undefined ? undefined : tryRead(() => ownerSchema.parse(JSON.parse(text)));
}

/** Whether a process of this machine still runs. */
export function isOwnerAlive({ pid, started }: ProcessOwner): boolean {
  if (!isRunning(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

export function ownOwner(): ProcessOwner {
  const boot = tryRead(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = tryRead(() => readlinkSync("/proc/self/ns/pid"));
  return {
    pid: process.pid,
    started: startOf(process.pid),
    machine: [hostname(), boot, namespace].filter(Boolean).join(" "),
  };
}

/**
 * When a process began. Undefined if the system does not tell.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): string | undefined {
  // The name in parentheses may contain anything.
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
