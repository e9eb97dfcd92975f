/** Whether other users can write what only this user should. */
import { lstatSync } from "node:fs";

/** Returns why a file or folder is not this user's alone; undefined if it is. */
export function findForeignAccess(path: string): string | undefined {
  const { uid, mode } = lstatSync(path);
  const own = process.getuid?.();
  // Windows has neither user ids nor modes.
  if (own === undefined) return undefined;
  if (uid !== own) return "belongs to another user";
  return (mode & 0o022) === 0 ? undefined : "can be written by other users";
}
