/**
 * The folder that the processes of a run share, and the cleanup of those that killed runs left behind: they
 * hold states, with their secrets encrypted.
 */
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryRead } from "../errors";
import { isOwnerAlive, ownOwner, type ProcessOwner, parseOwner } from "../process/owner";

const prefix = "bitbucket-as-code-run-";
const ownerFile = "owner.json";

/** Milliseconds between two heartbeats of a run. */
const beat = 60_000;

/** Milliseconds without a heartbeat after which a run counts as dead if nothing else is known of it. */
const maxSilence = 24 * 3_600_000;

interface RunFolder {
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
  readonly owner: ProcessOwner;
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

function ownerOf(path: string): ProcessOwner | undefined {
  return parseOwner(tryRead(() => readFileSync(join(path, ownerFile), "utf8")));
}

function touch(path: string): void {
  tryRead(() => utimesSync(path, new Date(), new Date()));
}
