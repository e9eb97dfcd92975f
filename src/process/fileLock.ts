/** A file that one process at a time has. Only processes of this machine and container can be seen. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { codeOf, tryRead } from "../errors";
import { isOwnerAlive, ownOwner, parseOwner } from "./owner";

/** A function that gives it up; or the process that has it. */
export type FileLock = (() => void) | { readonly pid: number };

/**
 * Takes a file. One that was left over by a process that is gone, or comes from elsewhere, is taken over.
 *
 * @throws {Error} if it cannot be written.
 */
export function takeFileLock(path: string): FileLock {
  const own = ownOwner();
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(path, JSON.stringify(own), { mode: 0o600, flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || attempt > 2) throw error;
    }
    const owner = parseOwner(tryRead(() => readFileSync(path, "utf8")));
    if (owner && owner.machine === own.machine && owner.pid !== own.pid && isOwnerAlive(owner))
      return { pid: owner.pid };
    rmSync(path, { force: true });
  }
}
