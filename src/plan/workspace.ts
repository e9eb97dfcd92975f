/** Whether the workspace that the YAML asks for is the one that the state is about: asked before the first change. */
import { type DesiredStack, DesiredStateError } from "../desired";
import { messageOf } from "../errors";
import type { Properties } from "../kinds/kind";
import {
  type LiveReader,
  NoWorkspaceError,
  OtherWorkspaceError,
  RenamedWorkspaceError,
  UndecidableWorkspaceError,
  type WorkspaceReference,
} from "../live";

interface WorkspaceEntry {
  readonly outputs: Properties;
  readonly pendingDelete?: boolean | undefined;
}

/**
 * Refuses another workspace, and for a state that holds nothing yet, one that does not exist. Another slug of the same workspace
 * is accepted.
 *
 * @param desired The slug or UUID in the YAML, and where it is written.
 * @throws {DesiredStateError} with its place, where it is another one, has another slug now, or that cannot be told.
 *   Without a place it is `OtherWorkspaceError`, `RenamedWorkspaceError` or `CannotTellWorkspaceError`.
 */
export async function checkWorkspace(
  { workspace, workspaceAt }: Pick<DesiredStack, "workspace" | "workspaceAt">,
  state: readonly WorkspaceEntry[],
  { workspaces }: LiveReader,
): Promise<void> {
  try {
    const held = workspacesIn(state);
    for (const one of held) await workspaces.checkHeld(one, workspace);
    if (held.length === 0) await workspaces.requireAccess(workspace);
  } catch (error) {
    const known = [OtherWorkspaceError, RenamedWorkspaceError, UndecidableWorkspaceError, NoWorkspaceError];
    if (workspaceAt === undefined || !known.some((type) => error instanceof type)) throw error;
    const { file, line, column, path } = workspaceAt;
    const message = messageOf(error);
    throw new DesiredStateError([{ severity: "error", file, line, column, path, message }]);
  }
}

/**
 * The workspaces of a state: one, or several where a run was ended in the middle of something. What belongs to a
 * repository holds no UUID of its own: where something of the same slug does, that counts.
 */
function workspacesIn(state: readonly WorkspaceEntry[]): readonly WorkspaceReference[] {
  const found = new Map<string, WorkspaceReference>();
  for (const { outputs, pendingDelete } of state) {
    const { workspace, workspaceUuid: uuid, repository } = outputs;
    if (typeof workspace === "string" && !pendingDelete)
      found.set(`${workspace} ${uuid}`, { workspace, uuid, repository });
  }
  const all = [...found.values()];
  return all.filter(
    ({ workspace, uuid }) =>
      uuid !== undefined || !all.some((one) => one.workspace === workspace && one.uuid !== undefined),
  );
}
