/** Whether the workspace that the YAML asks for is the one that the state is about: asked before the first change. */
import type { Values } from "../kinds/kind";
import type { Held, LiveReader } from "../live";

interface InState {
  readonly outputs: Values;
  readonly condemned?: boolean | undefined;
}

/**
 * Refuses another workspace. Another slug of the same workspace is none.
 *
 * @param asked The slug or UUID in the YAML.
 * @throws {OtherWorkspaceError} where it is another one, `RenamedWorkspaceError` where it has another slug now, and
 *   `CannotTellWorkspaceError` where its slug is another one and nobody can tell.
 */
export async function checkWorkspace(
  asked: string,
  state: readonly InState[],
  { workspaces }: LiveReader,
): Promise<void> {
  for (const held of workspacesIn(state)) await workspaces.checkHeld(held, asked);
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
