/** Finds files of a stack's folder that were meant as a part of the stack, and are not read: what they declare would be deleted. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { tryRead } from "../errors";
import { topKeys } from "./combine";
import type { Diagnostics } from "./diagnostics";
import { toShownPath } from "./files";
import { extensionOf } from "./stackFiles";
import type { Structure } from "./structure";

/**
 * Reports each YAML file below the folder of a stack that was not read although all that it holds are sections of a
 * stack. A file with another content, such as a pipeline's, is none of them.
 *
 * @param path The stack's file or folder: only a folder is looked through.
 * @param root The folder that displayed file names are relative to.
 * @param read The real paths of the files that were read.
 */
export function reportUnreadFiles(
  path: string,
  root: string,
  read: ReadonlySet<string>,
  structure: Structure,
  diagnostics: Diagnostics,
): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const keys = new Set<string>([...topKeys, ...structure.topSections().map(({ yaml }) => yaml.section)]);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || extensionOf(entry.name) === undefined || read.has(file)) continue;
    const found = topKeysIn(tryRead(() => readFileSync(file, "utf8")) ?? "");
    if (found.length === 0 || !found.every((key) => keys.has(key))) continue;
    const at = { file: toShownPath(root, file), line: 0, column: 0, path: "" };
    diagnostics.error(
      at,
      `is not read: it is in a subfolder of the stack, and nothing includes it. Add it to "include", or move it out of ${toShownPath(root, path)}`,
    );
  }
}

/** The keys at the beginning of a line, without parsing: a broken file counts as well. */
function topKeysIn(text: string): string[] {
  return [...text.matchAll(/^(\w[\w-]*)\s*:/gm)].map(([, key = ""]) => key);
}
