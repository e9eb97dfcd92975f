/**
 * Reads Linux's /proc. Elsewhere, and for processes that have ended, results are empty. This imports nothing
 * else.
 */
import { readdirSync, readFileSync } from "node:fs";
import { tryRead } from "../errors";

export interface ProcEntry {
  readonly pid: number;
  readonly parent: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** The ids of all processes. */
export function procPids(): readonly number[] {
  const names = tryRead(() => readdirSync("/proc")) ?? [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

export function procEntry(pid: number): ProcEntry | undefined {
  const parent = procStat(pid)?.[1];
  const text = tryRead(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  if (parent === undefined || text === undefined) return undefined;
  return { pid, parent: Number(parent), command: text.split("\0").slice(0, -1) };
}

/** The engine of this process, if it is no ancestor. */
let ownEngine: number | undefined;

/** Names the engine of a process that was started beside it: it and its ancestors then count as this process's. */
export function setOwnEngine(pid: number): void {
  ownEngine = pid;
}

/** The ancestors of a process, the nearest first. */
export function listAncestors<Entry extends ProcEntry>(
  look: (pid: number) => Entry | undefined,
  pid: number,
): readonly Entry[] {
  const found: Entry[] = [];
  const seen = new Set<number>();
  const first = pid === process.pid ? ownEngine : undefined;
  for (let at = first ?? look(pid)?.parent ?? 0; at > 0 && !seen.has(at); ) {
    seen.add(at);
    const one = look(at);
    if (!one) break;
    found.push(one);
    at = one.parent;
  }
  return found;
}

/** State, parent and so on: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function procStat(pid: number): readonly string[] | undefined {
  const text = tryRead(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name before them is in brackets, and may itself contain brackets and spaces.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}
