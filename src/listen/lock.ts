/** One listener for one folder: two would handle the same events. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryRead, UserError } from "../errors";
import { isOwnerAlive, ownOwner, parseOwner } from "../process/owner";

/**
 * Takes the folder. Only processes of this machine and container can be seen: a lock from elsewhere is left over.
 *
 * @returns A function that gives it up.
 * @throws {UserError} if another process has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock.json");
  const own = ownOwner();
  const owner = parseOwner(tryRead(() => readFileSync(path, "utf8")));
  if (owner && owner.machine === own.machine && owner.pid !== own.pid && isOwnerAlive(owner))
    throw new UserError(
      `Another listener, process ${owner.pid}, has the folder ${folder}. Stop it, or use another folder with --queue.`,
    );
  writeFileSync(path, JSON.stringify(own), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}
