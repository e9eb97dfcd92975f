/**
 * The folder that the processes of a run share, and the cleanup of those that killed runs left behind: they
 * hold states, with their secrets encrypted.
 */
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { tryRead } from "../errors";
import { isRunning } from "../process/ownProcesses";

const prefix = "bitbucket-as-code-run-";
const ownerFile = "owner.json";

/** Milliseconds between two heartbeats of a run. */
const beat = 60_000;

/** Milliseconds without a heartbeat after which a run counts as dead if nothing else is known of it. */
const maxSilence = 24 * 3_600_000;

/**
 * The process that created a folder. A process id alone says nothing in another container or after a restart.
 */
const ownerSchema = z.object({
  pid: z.number(),
  /** When the process began, in ticks since the machine started; process ids are reused. */
  started: z.string().optional(),
  /** The machine, its start, and the namespace of process ids. */
  machine: z.string(),
});
export type RunOwner = z.output<typeof ownerSchema>;

export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Creates a folder that only this user can read, and removes what this user's dead runs left behind. Folders
 * of other users are left alone, whatever is in them.
 *
 * @param parent Default: the temporary folder.
 * @param uid The user whose folders are checked. Default: that of this process.
 */
export function makeRunFolder(
  parent = tmpdir(),
  { owner = ownOwner(), uid = process.getuid?.(), now = Date.now() }: Partial<CleanupContext> = {},
): RunFolder {
  removeLeftOvers(parent, { owner, uid, now });
  const path = mkdtempSync(join(parent, `${prefix}${uid ?? "user"}-`));
  writeFileSync(join(path, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  const timer = setInterval(() => touch(path), beat).unref();
  return {
    path,
    remove() {
      clearInterval(timer);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

interface CleanupContext {
  readonly owner: RunOwner;
  readonly uid: number | undefined;
  readonly now: number;
}

function removeLeftOvers(parent: string, here: CleanupContext): void {
  for (const name of tryRead(() => readdirSync(parent)) ?? []) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    // What cannot be read or removed does no harm.
    tryRead(() => {
      if (isLeftOver(path, here)) rmSync(path, { recursive: true, force: true });
    });
  }
}

function isLeftOver(path: string, { owner: own, uid, now }: CleanupContext): boolean {
  const stats = lstatSync(path);
  if (!stats.isDirectory() || (uid !== undefined && stats.uid !== uid)) return false;
  const owner = ownerOf(path);
  if (owner?.machine === own.machine) return !isOwnerAlive(owner);
  // Of another container, machine or version: only a long silence is conclusive.
  return now - stats.mtimeMs > maxSilence;
}

function ownerOf(path: string): RunOwner | undefined {
  return parseOwner(tryRead(() => readFileSync(join(path, ownerFile), "utf8")));
}

/** Undefined for anything else. */
export function parseOwner(text: string | undefined): RunOwner | undefined {
  return text === undefined ? undefined : tryRead(() => ownerSchema.parse(JSON.parse(text)));
}

/** Whether a process of this machine still runs. */
export function isOwnerAlive({ pid, started }: RunOwner): boolean {
  if (!isRunning(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

export function ownOwner(): RunOwner {
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

function touch(path: string): void {
  tryRead(() => utimesSync(path, new Date(), new Date()));
}
