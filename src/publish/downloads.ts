/**
 * Stores plans between pipelines: artifacts of a pull request's run do not reach the run of main, a
 * repository's downloads do. A plan is found by the digest of its sources, the YAML, which is the same in the
 * pull request's merge and on main.
 */
import { request } from "undici";
import { apiPath, BitbucketError, type Client, UnexpectedResponseError } from "../bitbucket";
import { digestOf } from "../model/canonical";
import type { PlanBody, PlanFile } from "../plan/file";

/** The name under which a plan for these sources is stored. */
export function planName({ stack, sources }: Pick<PlanBody, "stack" | "sources">): string {
  const digest = digestOf(sources).slice(0, 16);
  return `bitbucket-as-code-plan-${stack.replace(/[^\w.-]/g, "-")}-${digest}.json`;
}

export async function pushPlan(client: Client, repository: string, plan: PlanFile): Promise<string> {
  const name = planName(plan);
  await client.send({
    method: "POST",
    path: pathOf(repository),
    form: {},
    uploads: [{ field: "files", name, content: JSON.stringify(plan) }],
    accept: "text",
  });
  return name;
}

/** Returns the text of a pushed plan, or undefined if there is none for these sources. */
export async function pullPlan(
  client: Client,
  repository: string,
  wanted: Pick<PlanBody, "stack" | "sources">,
): Promise<string | undefined> {
  const path = `${pathOf(repository)}/${planName(wanted)}`;
  try {
    const { status, headers, body } = await client.send({
      method: "GET",
      path,
      accept: "text",
      redirects: true,
    });
    return status >= 300 ? await contentsAt(headers.location, client.baseUrl, path) : String(body);
  } catch (error) {
    if (error instanceof BitbucketError && error.status === 404) return undefined;
    throw error;
  }
}

/** Removes a plan that was applied. It is not an error if it is already gone. */
export async function removePlan(
  client: Client,
  repository: string,
  wanted: Pick<PlanBody, "stack" | "sources">,
): Promise<void> {
  try {
    await client.send({ method: "DELETE", path: `${pathOf(repository)}/${planName(wanted)}` });
  } catch (error) {
    if (!(error instanceof BitbucketError && error.status === 404)) throw error;
  }
}

function pathOf(repository: string): string {
  const [workspace = "", slug = ""] = repository.split("/");
  return apiPath`/repositories/${workspace}/${slug}/downloads`;
}

/** Bytes of a plan, at most. */
const maxBytes = 256 * 1024 * 1024;

/** The URL is signed: the credential is not sent there. */
async function contentsAt(location: string | undefined, api: string, path: string): Promise<string> {
  const details = { method: "GET", path };
  const url = URL.canParse(location ?? "", api) ? new URL(location ?? "", api) : undefined;
  if (!url || (url.protocol !== "https:" && url.origin !== new URL(api).origin))
    throw new UnexpectedResponseError("redirect", "The download redirects to an unsafe URL", details);
  const answer = await request(url, { headersTimeout: 30_000, bodyTimeout: 60_000 });
  if (answer.statusCode !== 200)
    throw new UnexpectedResponseError(
      "redirect",
      `The download failed: ${url.host} answered ${answer.statusCode}`,
      { ...details, status: answer.statusCode },
    );
  if (Number(answer.headers["content-length"] ?? 0) > maxBytes)
    throw new UnexpectedResponseError("redirect", "The download is too large for a plan", details);
  return answer.body.text();
}
