/** One process sets up a folder of the cache, and others wait for it: a build takes minutes of all processors. */
import { mkdirSync, statSync } from "node:fs";
import { readdir, rm, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, tryRead } from "../../errors";
import { takeFileLock } from "../../process/fileLock";

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
  const unlock = await takeLock(lock, folder, report, pause);
  // Where nothing can be written, the work says so.
  if (!unlock) return work();
  const timer = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), beat).unref();
  try {
    await removeUnfinished(folder);
    return await work();
  } finally {
    clearInterval(timer);
    unlock();
  }
}

/** Returns a function that gives the lock up; undefined if the cache cannot be written. */
async function takeLock(
  lock: string,
  folder: string,
  report: (line: string) => void,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<(() => void) | undefined> {
  for (let looks = 0; ; looks += 1) {
    try {
      mkdirSync(dirname(lock), { recursive: true });
      const taken = takeFileLock(lock, isSilent);
      if (typeof taken === "function") return taken;
      if (looks % looksPerLine === 0)
        report(
          `${taken.pid === undefined ? "Another process" : `Process ${taken.pid}`} is setting up ${basename(folder)}: waiting for it …`,
        );
    } catch (error) {
      if (["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) return undefined;
      throw error;
    }
    await pause(beat);
  }
}

function isSilent(lock: string): boolean {
  const stats = tryRead(() => statSync(lock));
  return stats !== undefined && Date.now() - stats.mtimeMs > maxSilence;
}

/** Removes what a process that was killed left half done: only the lock's owner works on the folder. */
async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder);
  const prefix = `${basename(folder)}.`;
  for (const name of await readdir(parent).catch(() => []))
    if (name.startsWith(prefix) && /^[\da-f-]{36}$/.test(name.slice(prefix.length)))
      await rm(join(parent, name), { recursive: true, force: true });
}
