/** What other stacks of the project declare as well: two stacks that manage the same object undo each other's changes. */
import { findStackFile, listStackNames, loadStack } from "../desired";
import { formatCount } from "../errors/count";
import { isRepositoryOrProject } from "../kinds/kind";
import { matchObjects } from "../plan/match";
import type { Declaration } from "./declare";
import type { ImportOptions } from "./run";

/** Returns a warning for each other stack that declares repositories or projects of those that are new in this one. */
export async function findOtherManagers(
  { root, stack, workspace }: Pick<ImportOptions, "root" | "stack" | "workspace">,
  declarations: readonly Declaration[],
): Promise<readonly string[]> {
  const fresh = declarations.flatMap(({ kind, live, isDeclared }) =>
    isRepositoryOrProject(kind) && !isDeclared ? [live] : [],
  );
  const warnings: string[] = [];
  for (const name of fresh.length > 0 ? listStackNames(root) : []) {
    if (name === stack) continue;
    // What is wrong in the YAML of another stack is that stack's matter.
    const other = await loadStack(findStackFile(root, name), { keepExpired: true }).catch(() => undefined);
    if (other?.workspace !== workspace) continue;
    const [first, ...others] = matchObjects(
      other.resources.filter(({ kind }) => isRepositoryOrProject(kind)),
      fresh,
    ).keys();
    if (!first) continue;
    const { path, file, line } = first.position;
    const more =
      others.length > 0 ? ` and ${formatCount(others.length, "other resource", "other resources")}` : "";
    warnings.push(
      `warning: the stack ${name} declares ${path} in ${file}:${line}${more} as well. Two stacks undo each other's changes: let one of them ` +
        'manage it, and list it under "existing" in the other (docs/how-to/several-workspaces.md).',
    );
  }
  return warnings;
}
