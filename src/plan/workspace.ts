/** Whether the workspace that the YAML asks for is the one that the state is about: asked before the first change. */
import type { Values } from "../kinds/kind";
import type { LiveReader } from "../live";

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
  for (const { slug, uuid } of workspacesIn(state)) {
    if (uuid === undefined) await workspaces.checkSame(slug, uuid, asked);
    else await workspaces.checkHeld(slug, uuid, asked);
  }
}

/** The workspaces of a state: one, or several where a run was ended in the middle of something. */
function workspacesIn(state: readonly InState[]): { slug: string; uuid: string | undefined }[] {
  const found = new Map<string, { slug: string; uuid: string | undefined }>();
  for (const { outputs, condemned } of state) {
    const { workspace: slug, workspaceUuid } = outputs;
    if (typeof slug !== "string" || condemned) continue;
    const uuid = typeof workspaceUuid === "string" ? workspaceUuid : undefined;
    found.set(`${slug} ${uuid}`, { slug, uuid });
  }
  return [...found.values()];
}
