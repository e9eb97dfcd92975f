/** Earlier versions of the YAML. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DesiredStack, loadStack, locateStack } from "../../desired";
import { writeRevision } from "../../git/revision";

/** The YAML of a stack in an earlier revision. */
export async function loadFormer(root: string, stack: string, revision: string): Promise<DesiredStack> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-revision-"));
  try {
    return await loadStack(locateStack(await writeRevision(root, revision, folder), stack).path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
