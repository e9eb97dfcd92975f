/** Posts what a look found as a Code Insights report on the main branch of the repository with the YAML. */
import { z } from "zod";
import { apiPath, type Client } from "../bitbucket";
import { parseAs, UserError } from "../errors";
import { publishInsights, toDriftNotice } from "../publish";
import type { SubjectLook } from "./scheduler";

const repositorySchema = z.object({ mainbranch: z.object({ name: z.string() }).nullish() });
const branchSchema = z.object({ target: z.object({ hash: z.string() }) });

interface InsightsTarget {
  readonly workspace: string;
  /** The slug of the repository with the YAML. */
  readonly slug: string;
  /** The path from the root of the git repository to the project. */
  readonly folder: string;
}

/** Takes two requests, and two to four for the report. Looks without a report are not posted. */
export async function publishLook(
  client: Client,
  { workspace, slug, folder }: InsightsTarget,
  { name, report }: SubjectLook,
): Promise<void> {
  if (!report || name === undefined) return;
  const notice = toDriftNotice(report);
  await publishInsights(
    client,
    { ...notice, id: `${notice.id}-${name}`, title: `${notice.title}: ${name}` },
    { repository: `${workspace}/${slug}`, commit: await readHead(client, workspace, slug), folder },
  );
}

async function readHead(client: Client, workspace: string, slug: string): Promise<string> {
  const path = apiPath`/repositories/${workspace}/${slug}`;
  const body = await client.get(path, { query: { fields: "mainbranch.name" } });
  const { mainbranch } = parseAs(repositorySchema, body, `The response to GET ${path}`);
  if (!mainbranch) throw new UserError(`The repository ${slug} is empty: it has no commit for a report.`);
  const branch = apiPath`/repositories/${workspace}/${slug}/refs/branches/${mainbranch.name}`;
  const shown = await client.get(branch, { query: { fields: "target.hash" } });
  return parseAs(branchSchema, shown, `The response to GET ${branch}`).target.hash;
}
