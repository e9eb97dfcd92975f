/** One import at a time into one stack. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { tryRead, UserError } from "../../errors";
import { takeFileLock } from "../../process/fileLock";

/**
 * Keeps other imports out of a stack: both would write the same files and the same state.
 *
 * @returns A function that lets them in.
 * @throws {UserError} if another one is running.
 */
export function lockImport(folder: string, root: string, stack: string): () => void {
  const name = createHash("sha256").update(`${root}\n${stack}`).digest("hex").slice(0, 32);
  const lock = tryRead(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return takeFileLock(join(folder, `${name}.lock`));
  });
  // Where nothing can be kept, an import works without.
  if (lock === undefined || typeof lock === "function") return lock ?? (() => {});
  throw new UserError(
    `Another import into the stack ${stack} is running: process ${lock.pid}. Nothing was written. Wait until it ends, and run this again.`,
  );
}
