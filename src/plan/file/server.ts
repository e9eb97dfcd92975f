/** A plan is valid only for the server and the workspace that it was created for. */
import type { LiveReader } from "../../live";
import { type PlanBody, PlanRefusedError } from "./format";

/** The server and the workspace as they are found now. */
export interface FoundServer {
  readonly server: PlanBody["server"];
  /** Why the workspace was not found, where that is known. */
  readonly absence?: string | undefined;
}

/** @param planned The UUID in a plan: its workspace may have another slug by now. */
export async function findServer(
  baseUrl: string,
  workspace: string,
  { workspaces }: { readonly workspaces: Pick<LiveReader["workspaces"], "lookUp"> },
  planned?: string,
): Promise<FoundServer> {
  const found = await workspaces.lookUp(workspace);
  if (typeof found === "object") return { server: { api: baseUrl, workspaceUuid: found.uuid } };
  const server = { api: baseUrl };
  if (found === "unknown") return { server };
  const held = planned === undefined ? found : await workspaces.lookUp(planned);
  const absence =
    typeof held === "object"
      ? `the workspace ${workspace} was renamed to ${held.slug} since: set "workspace: ${held.slug}"`
      : `there is no workspace ${workspace} that this credential can see`;
  return { server, absence };
}

/**
 * Refuses a plan for another API or another workspace, whatever its name.
 *
 * @throws {PlanRefusedError} with all reasons at once.
 */
export function checkServer(
  plan: Pick<PlanBody, "server" | "workspace">,
  { server: now, absence }: FoundServer,
): void {
  const reasons: string[] = [];
  const { api, workspaceUuid } = plan.server;
  if (api !== now.api) reasons.push(`it was created for ${api}, and the current API is ${now.api}`);
  if (workspaceUuid !== now.workspaceUuid)
    reasons.push(
      workspaceUuid === undefined || now.workspaceUuid === undefined
        ? (absence ??
            `whether ${plan.workspace} is the workspace that it was created for is unknown: the credential requires the scope read:workspace:bitbucket`)
        : `it was created for the workspace ${workspaceUuid}, and ${plan.workspace} is ${now.workspaceUuid}`,
    );
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}
