/** A file that one process at a time has. Only processes of this machine and container can be seen. */
import { createHash, randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { codeOf, tryRead } from "../errors";
import { isOwnerAlive, ownOwner, parseOwner } from "./owner";

/** A function that gives it up; or the process that has it, as far as the file tells. */
type FileLock = (() => void) | { readonly pid: number | undefined };

/** What this process has: its id alone could have been that of another one before it. */
const held = new Set<string>();

/**
 * Locks a file. The lock of a process that no longer runs is replaced.
 *
 * @param isAbandoned Whether a lock counts as left over whose process cannot be seen from here. By default, it does.
 * @throws {Error} if it cannot be read or written.
 */
export function takeFileLock(path: string, isAbandoned: (path: string) => boolean = () => true): FileLock {
  const token = JSON.stringify({ ...ownOwner(), id: randomUUID() });
  for (;;) {
    if (createWhole(path, token)) return holdFile(path, token);
    const text = readText(path);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (!isGone(path, text, isAbandoned)) return { pid: owner?.pid };
    const remover = removeLeftOver(path, text, isAbandoned);
    if (remover) return remover;
  }
}

/**
 * Removes a file that a process which is gone has left. One process does: a second one might remove what another has
 * created since it looked.
 *
 * @param text What the file holds.
 * @returns The process that is doing so in this moment.
 */
export function removeLeftOver(
  path: string,
  text: string,
  isAbandoned?: (path: string) => boolean,
): Exclude<FileLock, () => void> | undefined {
  const removal = takeFileLock(`${path}.${createHash("sha256").update(text).digest("hex")}`, isAbandoned);
  if (typeof removal !== "function") return removal;
  if (readText(path) === text) rmSync(path, { force: true });
  removal();
  return undefined;
}

/** Writes a file in one step, so that one that exists is complete. Returns false if it exists. */
export function createWhole(path: string, text: string): boolean {
  const own = `${path}.${randomUUID()}`;
  try {
    writeFileSync(own, text, { mode: 0o600 });
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function holdFile(path: string, token: string): () => void {
  held.add(token);
  return () => {
    held.delete(token);
    // Another machine may have taken it over.
    if (tryRead(() => readFileSync(path, "utf8")) === token) rmSync(path, { force: true });
  };
}

/** Undefined if there is none: it may have been given up in this moment. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isGone(path: string, text: string, isAbandoned: (path: string) => boolean): boolean {
  const owner = parseOwner(text);
  const own = ownOwner();
  if (owner?.machine !== own.machine) return isAbandoned(path);
  return owner.pid === own.pid ? !held.has(text) : !isOwnerAlive(owner);
}
