/**
 * Checks the connection to Bitbucket: whether it responds, whether the clocks agree, and what the rate limit
 * leaves.
 */
import { z } from "zod";
import {
  apiPath,
  BitbucketError,
  type Client,
  closedWorkspaceHint,
  type Identity,
  PermissionError,
} from "../bitbucket";
import { parseAs } from "../errors";
import { formatCount } from "../errors/count";
import { type DoctorFinding, note, ok, problem, warning } from "./finding";

/** Milliseconds by which clocks may differ. The header has whole seconds, and a response takes time. */
const tolerance = 30_000;

export function checkClock({ serverTime }: Identity, now: number): DoctorFinding {
  if (serverTime === undefined)
    return note("clock", "Bitbucket's response has no date to compare the clock with");
  const apart = Math.round((now - serverTime) / 1000);
  if (Math.abs(apart) * 1000 <= tolerance) return ok("clock", "This machine's clock agrees with Bitbucket's");
  return warning(
    "clock",
    `This machine's clock is ${Math.abs(apart)} s ${apart > 0 ? "ahead of" : "behind"} Bitbucket's. Certificates and token expiry depend on it`,
    "Synchronize the clock: timedatectl set-ntp true, on Linux.",
  );
}

/** Requests per hour below which a run may have to wait. */
const few = 100;

export function checkBudget(client: Client): DoctorFinding {
  const { limit } = client.budget;
  const left = client.budget.countRemaining();
  const text = `About ${left} of ${formatCount(limit, "request")} are left in this hour, as far as this machine knows`;
  if (left >= few) return ok("requests", text);
  return warning(
    "requests",
    text,
    "Wait, or use a separate access token for pipelines: each has its own limit.",
  );
}

const listed = z.object({
  values: z.array(z.object({ full_name: z.string(), project: z.object({ key: z.string() }).nullish() })),
});

/** Checks which workspaces the credential reaches. One request. */
export async function checkWorkspace(
  client: Client,
  identity: Identity,
  workspace: string | undefined,
): Promise<DoctorFinding> {
  if (workspace === undefined)
    return note("workspace", "No workspace is set", "Pass a stack, or set BITBUCKET_WORKSPACE.");
  try {
    const path = apiPath`/repositories/${workspace}`;
    const body = await client.get(path, {
      query: { fields: "values.full_name,values.project.key", pagelen: "10" },
    });
    const { values } = parseAs(listed, body, `The answer to GET ${path}`);
    const [first] = values;
    if (!first)
      return ok(
        "workspace",
        `The workspace ${workspace} exists, with no repository that this credential can access`,
      );
    if (identity.kind === "repo_access_token")
      return ok("workspace", `It can access the repository ${first.full_name}, and no other`);
    if (identity.kind === "project_access_token")
      return ok(
        "workspace",
        `It can access the repositories of the project ${first.project?.key ?? "it belongs to"} in ${workspace}, and no others`,
      );
    if (identity.kind === "workspace_access_token")
      return ok("workspace", `It can access all repositories of the workspace ${workspace}`);
    return ok(
      "workspace",
      `The workspace ${workspace} exists, with repositories that this credential can access`,
    );
  } catch (error) {
    if (!(error instanceof BitbucketError)) throw error;
    // Since 2026, a workspace that is not visible is a 403.
    if (error.status === 404 || (error instanceof PermissionError && error.code === "workspace"))
      return problem(
        "workspace",
        `There is no workspace ${workspace}, or this credential cannot access it`,
        closedWorkspaceHint(`/repositories/${workspace}`),
      );
    return problem("workspace", error.message);
  }
}
