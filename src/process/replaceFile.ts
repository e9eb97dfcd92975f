/**
 * Writes files in one step: who reads one, and whoever is killed while it is written, leaves and finds the old one or the
 * new one, whole.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** What a file is called until it is whole. */
export const partialSuffix = ".partial";

interface ReplaceOptions {
  /** Whether it is to be on the disk, and not only in the system's memory. */
  readonly isDurable?: boolean | undefined;
  /** Its permissions, whatever the process leaves out of them. Default: its owner's alone. */
  readonly mode?: number | undefined;
}

export function replaceFile(file: string, data: string | Buffer, options: ReplaceOptions = {}): void {
  const { isDurable = false, mode } = options;
  const partial = nameFor(file);
  try {
    const written = openSync(partial, "wx", 0o600);
    try {
      writeFileSync(written, data);
      if (isDurable) fsyncSync(written);
    } finally {
      closeSync(written);
    }
    if (mode !== undefined) chmodSync(partial, mode);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  if (isDurable && canSyncFolders) {
    const folder = openSync(dirname(file), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}

/** The same, durable, without blocking the process. */
export async function replaceFileMeanwhile(file: string, data: string): Promise<void> {
  const partial = nameFor(file);
  try {
    const written = await open(partial, "wx", 0o600);
    try {
      await written.writeFile(data);
      await written.sync();
    } finally {
      await written.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  if (!canSyncFolders) return;
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The name of a file is in its folder. */
const canSyncFolders = process.platform !== "win32";

function nameFor(file: string): string {
  return `${file}.${randomUUID()}${partialSuffix}`;
}
