/** A stack's files in a copy of the project, to load what they would say. */
import { cpSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Copies what a stack reads besides `stacks/`, such as the files of teams.
 *
 * @param files All files of the stack, absolute.
 * @param root The project's folder.
 * @param copy The folder that takes its place.
 */
export function copyFilesBeside(files: readonly string[], root: string, copy: string): void {
  const folder = realpathSync(root);
  for (const file of files) {
    const name = relative(folder, realpathSync(file));
    const [first] = name.split(sep);
    if (first !== "stacks" && first !== "..") cpSync(file, join(copy, name));
  }
}
