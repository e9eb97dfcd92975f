/** Earlier versions of the YAML. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type DesiredStack, DesiredStateError, findSameEntries, loadStack, locateStack } from "../../desired";
import { writeRevision } from "../../git/revision";
import type { FormerStack } from "../../preview";

/**
 * The YAML of a stack in an earlier revision. Repositories that are written the same now are not read again.
 *
 * @param now The YAML as it is.
 */
export async function loadFormer(
  root: string,
  stack: string,
  revision: string,
  now: DesiredStack,
): Promise<FormerStack> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-revision-"));
  try {
    const files = await writeRevision(root, revision, folder);
    const { path } = locateStack(files, stack);
    return (
      (await loadWithoutSame(root, files, path, now)) ?? { stack: await loadStack(path), same: new Set() }
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined where the whole of it has to be read. The files are as they were, then. */
async function loadWithoutSame(
  root: string,
  folder: string,
  path: string,
  now: DesiredStack,
): Promise<FormerStack | undefined> {
  const names = now.files.map((file) => relative(realpathSync(root), file));
  const texts = (from: string) =>
    new Map(names.map((name) => [name, readFileSync(join(from, name), "utf8")]));
  if (!names.every((name) => !name.startsWith("..") && existsSync(join(folder, name)))) return undefined;
  const before = texts(folder);
  const same = findSameEntries(before, texts(root));
  if (!same || same.repositories.size === 0) return undefined;
  const write = (files: ReadonlyMap<string, string>) => {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  };
  try {
    write(same.before);
    const stack = await loadStack(path);
    const real = realpathSync(folder);
    const read = new Set(stack.files.map((file) => relative(real, file)));
    // A file that is gone now may have said something for all.
    if (read.size === names.length && names.every((name) => read.has(name)))
      return { stack, same: same.repositories };
  } catch (error) {
    // What is the same may be what the rest refers to.
    if (!(error instanceof DesiredStateError)) throw error;
  }
  write(before);
  return undefined;
}
