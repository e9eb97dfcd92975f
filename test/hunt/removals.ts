/** Moves files that a test removes from the temporary folder aside, to be searched at the end. */
import fs, { lstatSync, type RmOptions, renameSync } from "node:fs";
import promises from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { removed, temporary } from "./places";

let moved = 0;

/** Whether it was moved. If not, the real `rm` handles it, including its errors. */
function moveAside(path: unknown, options: RmOptions | undefined, test: string): boolean {
  if (typeof path !== "string") return false;
  const inside = relative(temporary, path);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) return false;
  try {
    if (lstatSync(path).isDirectory() && !options?.recursive) return false;
    moved += 1;
    const file = test.split(": ")[0] ?? "";
    renameSync(path, join(removed, `${file.replaceAll("/", "_")}-${process.pid}-${moved}`));
    return true;
  } catch {
    return false;
  }
}

/** @param test Returns the running test. */
export function watchRemovals(test: () => string): void {
  const { rmSync } = fs;
  const { rm } = promises;
  Object.assign(fs, {
    rmSync: (path: string, options?: RmOptions) => {
      if (!moveAside(path, options, test())) rmSync(path, options);
    },
  });
  Object.assign(promises, {
    rm: async (path: string, options?: RmOptions) => {
      if (!moveAside(path, options, test())) await rm(path, options);
    },
  });
}
