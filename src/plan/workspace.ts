/** Whether the workspace that the YAML asks for is the one that the state is about: asked before the first change. */
import { type DesiredStack, DesiredStateError } from "../desired";
import { messageOf } from "../errors";
import type { Values } from "../kinds/kind";
import {
  CannotTellWorkspaceError,
  type Held,
  type LiveReader,
  OtherWorkspaceError,
  RenamedWorkspaceError,
} from "../live";

interface InState {
  readonly outputs: Values;
  readonly condemned?: boolean | undefined;
}

/**
 * Refuses another workspace. Another slug of the same workspace is none.
 *
 * @param desired The slug or UUID in the YAML, and where it is written.
 * @throws {DesiredStateError} with its place, where it is another one, has another slug now, or that cannot be told.
 *   Without a place it is `OtherWorkspaceError`, `RenamedWorkspaceError` or `CannotTellWorkspaceError`.
 */
export async function checkWorkspace(
  { workspace, workspaceAt }: Pick<DesiredStack, "workspace" | "workspaceAt">,
  state: readonly InState[],
  { workspaces }: LiveReader,
): Promise<void> {
  try {
    for (const held of workspacesIn(state)) await workspaces.checkHeld(held, workspace);
  } catch (error) {
    const known = [OtherWorkspaceError, RenamedWorkspaceError, CannotTellWorkspaceError];
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
function workspacesIn(state: readonly InState[]): readonly Held[] {
  const found = new Map<string, Held>();
  for (const { outputs, condemned } of state) {
    const { workspace, workspaceUuid: uuid, repository } = outputs;
    if (typeof workspace === "string" && !condemned)
      found.set(`${workspace} ${uuid}`, { workspace, uuid, repository });
  }
  const all = [...found.values()];
  return all.filter(
    ({ workspace, uuid }) =>
      uuid !== undefined || !all.some((one) => one.workspace === workspace && one.uuid !== undefined),
  );
}
