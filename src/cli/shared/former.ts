/** Earlier versions of the YAML. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DesiredStack, loadStack, locateStack, type RepositoryFileSource } from "../../desired";
import { writeRevision } from "../../git/revision";

/**
 * The YAML of a stack in an earlier revision.
 *
 * @param repositoryFiles Those of now: only what the YAML changes is to differ.
 */
export async function loadFormer(
  root: string,
  stack: string,
  revision: string,
  repositoryFiles: RepositoryFileSource,
): Promise<DesiredStack> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-revision-"));
  try {
    const { path } = locateStack(await writeRevision(root, revision, folder), stack);
    return await loadStack(path, { repositoryFiles });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
