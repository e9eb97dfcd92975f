/** A plan is valid only for the server and the workspace that it was created for. */
import type { LiveReader } from "../../live";
import { type PlanBody, PlanRefusedError } from "./format";

/** The server and the workspace as they are found now. */
export async function serverOf(
  baseUrl: string,
  workspace: string,
  { workspaces }: LiveReader,
): Promise<PlanBody["server"]> {
  const found = await workspaces.lookUp(workspace);
  return { api: baseUrl, ...(typeof found === "object" ? { workspaceUuid: found.uuid } : {}) };
}

/**
 * Refuses a plan for another API or another workspace, whatever its name.
 *
 * @throws {PlanRefusedError} with all reasons at once.
 */
export function checkServer(plan: Pick<PlanBody, "server" | "workspace">, now: PlanBody["server"]): void {
  const reasons: string[] = [];
  const { api, workspaceUuid } = plan.server;
  if (api !== now.api) reasons.push(`it was created for ${api}, and the current API is ${now.api}`);
  if (workspaceUuid !== now.workspaceUuid)
    reasons.push(
      workspaceUuid === undefined || now.workspaceUuid === undefined
        ? `whether ${plan.workspace} is the workspace that it was created for is unknown: the credential requires the scope read:workspace:bitbucket`
        : `it was created for the workspace ${workspaceUuid}, and ${plan.workspace} is ${now.workspaceUuid}`,
    );
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}
