/** Earlier versions of the YAML. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import {
  type DesiredStack,
  DesiredStateError,
  findSameEntries,
  loadStack,
  locateStack,
  type RepositoryFileSource,
} from "../../desired";
import { writeRevision } from "../../git/revision";
import type { FormerStack } from "../../preview";

/** What an earlier version is compared with. */
interface PresentStack {
  /** The YAML as it is. */
  readonly now: DesiredStack;
  /** Those of now: only what the YAML changes is to differ. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
}

/**
 * The YAML of a stack in an earlier revision. Repositories that are written the same now are not read again.
 */
export async function loadFormer(
  root: string,
  stack: string,
  revision: string,
  present: PresentStack,
): Promise<FormerStack> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-revision-"));
  try {
    const files = await writeRevision(root, revision, folder);
    const { path } = locateStack(files, stack);
    const { repositoryFiles } = present;
    return (
      (await loadWithoutSame(root, files, path, present)) ?? {
        stack: await loadStack(path, { repositoryFiles }),
        same: new Set(),
      }
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
  { now, repositoryFiles }: PresentStack,
): Promise<FormerStack | undefined> {
  const names = now.files.map((file) => relative(realpathSync(root), file));
  const texts = (from: string) =>
    new Map(names.map((name) => [name, readFileSync(join(from, name), "utf8")]));
  const isInBoth = (name: string) => [root, folder].every((from) => existsSync(join(from, name)));
  if (!names.every((name) => !name.startsWith("..") && isInBoth(name))) return undefined;
  const before = texts(folder);
  const same = findSameEntries(before, texts(root));
  if (!same || same.repositories.size === 0) return undefined;
  const write = (files: ReadonlyMap<string, string>) => {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  };
  try {
    write(same.before);
    const stack = await loadStack(path, { repositoryFiles });
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
