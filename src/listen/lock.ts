/** One listener for one folder: two would handle the same events. */
import { join } from "node:path";
import { UserError } from "../errors";
import { takeFileLock } from "../process/fileLock";

/**
 * Takes the folder.
 *
 * @returns A function that gives it up.
 * @throws {UserError} if another process has it.
 */
export function lockFolder(folder: string): () => void {
  const lock = takeFileLock(join(folder, "lock.json"));
  if (typeof lock === "function") return lock;
  throw new UserError(
    `Another listener, process ${lock.pid}, has the folder ${folder}. Stop it, or use another folder with --queue.`,
  );
}
