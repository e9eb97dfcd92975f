/** One file of a repository at a commit, or the certainty that there is none. */
import { z } from "zod";
import { apiPath, NotFoundError, type ReadClient } from "../bitbucket";
import { parseAs, UserError } from "../errors";
import type { Location } from "../kinds/kind";
import { repositoryPath } from "../kinds/paths";

const repositoryHead = z.object({
  uuid: z.string(),
  mainbranch: z.object({ name: z.string().min(1) }).nullish(),
});
/** The fields of a repository that reading its files requires. */
export type RepositoryHead = Readonly<z.output<typeof repositoryHead>>;

const listedHead = repositoryHead.extend({ slug: z.string() });
const branch = z.object({ target: z.object({ hash: z.string().regex(/^[0-9a-f]{40}$/) }) });
const entry = z.object({ path: z.string() });

/** A commit, and what it has at a path. */
interface CommitFile {
  /** Undefined: the repository is empty. */
  readonly commit?: string | undefined;
  /** Undefined: there is certainly no such file. */
  readonly text?: string | undefined;
}

/** A 404 for something that has to be there. */
class UnprovenFileAbsenceError extends UserError {}

/** The repository, or undefined after a 404, which proves nothing. */
export async function readHead(client: ReadClient, at: Location): Promise<RepositoryHead | undefined> {
  const path = repositoryPath(at);
  try {
    const body = await client.get(path, { query: { fields: "uuid,mainbranch.name" } });
    return parseAs(repositoryHead, body, `The response to GET ${path}`);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** All repositories of a workspace that the credential sees, by slug. */
export async function listHeads(
  client: ReadClient,
  workspace: string,
): Promise<ReadonlyMap<string, RepositoryHead>> {
  const path = apiPath`/repositories/${workspace}`;
  const found = await client.list(path, { fields: "uuid,slug,mainbranch.name" });
  return new Map(
    found
      .map((one) => parseAs(listedHead, one, `The response to GET ${path}`))
      .map((head) => [head.slug, head]),
  );
}

/**
 * Reads a file at a commit, or at the head of the main branch. The commit is looked up once, so that it is the one that
 * has the content.
 *
 * @param path Segments that need no encoding.
 * @throws {UserError} if it is not certain what there is: a 404 alone does not prove that there is no file.
 */
export async function readCommitFile(
  client: ReadClient,
  at: Location,
  { mainbranch }: RepositoryHead,
  path: string,
  pinned?: string,
): Promise<CommitFile> {
  const root = repositoryPath(at);
  const commit = pinned ?? (mainbranch ? await headOf(client, root, mainbranch.name) : undefined);
  if (commit === undefined) {
    const branches = await client.list(`${root}/refs/branches`, { fields: "name", uniqueBy: "name" });
    if (branches.length > 0)
      throw new UnprovenFileAbsenceError(`${root} has branches, but names no main branch.`);
    return {};
  }
  const source = `${root}/src/${commit}`;
  try {
    return { commit, text: String(await client.get(`${source}/${path}`, { accept: "text" })) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  if (await isListed(client, source, path.split("/")))
    throw new UnprovenFileAbsenceError(
      `Bitbucket answered GET ${source}/${path} with 404, although the folder lists the file.`,
    );
  return { commit };
}

async function headOf(client: ReadClient, root: string, name: string): Promise<string> {
  const path = `${root}/refs/branches/${apiPath`${name}`}`;
  return parseAs(branch, await client.get(path), `The response to GET ${path}`).target.hash;
}

/** Whether a complete list of a folder has it. A folder that its parent does not list has nothing. */
async function isListed(client: ReadClient, source: string, steps: readonly string[]): Promise<boolean> {
  for (let depth = 1; depth <= steps.length; depth += 1) {
    const folder = steps.slice(0, depth - 1).map((step) => `${step}/`);
    const wanted = steps.slice(0, depth).join("/");
    const listing = `${source}/${folder.join("")}`;
    const entries = (await client.list(listing, { fields: "path" })).map(
      (one) => parseAs(entry, one, `The response to GET ${listing}`).path,
    );
    if (!entries.includes(wanted)) return false;
  }
  return true;
}
