/** One process sets up a folder of the cache, and others wait for it: a build takes minutes of all processors. */
import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { link, mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, tryRead } from "../../errors";
import { isOwnerAlive, ownOwner, type ProcessOwner, parseOwner } from "../../process/owner";

/** Milliseconds between two looks at another process's lock, and between two signs of life of its owner. */
const beat = 1_000;

/** Milliseconds without a sign of life after which an owner counts as gone that this machine does not know. */
const maxSilence = 120_000;

/** Looks between two lines about waiting. */
const looksPerLine = 30;

/**
 * Does the work while no other process sets the folder up. The work looks first whether it is still to be done.
 *
 * @param report Receives a line where another process has to be waited for, and every half a minute after it.
 * @param pause Waits between two looks.
 */
export async function withSetupLock<Result>(
  folder: string,
  report: (line: string) => void,
  work: () => Promise<Result>,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<Result> {
  const lock = `${folder}.lock`;
  const token = await takeLock(lock, folder, report, pause);
  // Where nothing can be written, the work says so.
  if (token === undefined) return work();
  const timer = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), beat).unref();
  try {
    await removeUnfinished(folder);
    return await work();
  } finally {
    clearInterval(timer);
    // Another process may have taken it over, from a machine that saw no sign of life.
    if (tryRead(() => readFileSync(lock, "utf8")) === token) await rm(lock, { force: true });
  }
}

/** Returns what the lock holds while it is taken; undefined if the cache cannot be written. */
async function takeLock(
  lock: string,
  folder: string,
  report: (line: string) => void,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<string | undefined> {
  const token = JSON.stringify({ ...ownOwner(), id: randomUUID() });
  for (let looks = 0; ; looks += 1) {
    try {
      if (await tryLock(lock, token)) return token;
    } catch (error) {
      if (["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) return undefined;
      throw error;
    }
    const text = tryRead(() => readFileSync(lock, "utf8"));
    // Given up in this moment.
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (isGone(lock, owner)) {
      await breakLock(lock, text);
      continue;
    }
    if (looks % looksPerLine === 0)
      report(
        `${owner ? `Process ${owner.pid}` : "Another process"} is setting up ${basename(folder)}: waiting for it …`,
      );
    await pause(beat);
  }
}

/** Writes the lock in one step: one that exists is complete. */
async function tryLock(lock: string, token: string): Promise<boolean> {
  const own = `${lock}.${randomUUID()}`;
  await mkdir(dirname(lock), { recursive: true });
  await writeFile(own, token, { mode: 0o600 });
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

function isGone(lock: string, owner: ProcessOwner | undefined): boolean {
  if (owner?.machine === ownOwner().machine) return !isOwnerAlive(owner);
  const stats = tryRead(() => statSync(lock));
  return stats !== undefined && Date.now() - stats.mtimeMs > maxSilence;
}

/** Removes the lock of an owner that is gone, unless another process did so and has it now. */
async function breakLock(lock: string, text: string): Promise<void> {
  const broken = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, broken);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (tryRead(() => readFileSync(broken, "utf8")) !== text) await link(broken, lock).catch(() => {});
  await rm(broken, { force: true });
}

/** Removes what a process that was killed left half done: only the lock's owner works on the folder. */
async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.`;
  for (const name of await readdir(parent).catch(() => []))
    if (name.startsWith(prefix) && /^[\da-f-]{36}$/.test(name.slice(prefix.length)))
      await rm(join(parent, name), { recursive: true, force: true });
}
