/** One comment on a pull request, which is found again and updated. */
import { z } from "zod";
import { apiPath, BitbucketError, type Client } from "../bitbucket";
import { parseAs } from "../errors";
import { type CommentOptions, formatComment, markerOf } from "./markdown";
import type { Notice } from "./notice";

const comment = z.object({
  id: z.number(),
  deleted: z.boolean().optional(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  user: z.object({ uuid: z.string().nullish() }).nullish(),
  parent: z.unknown().optional(),
  inline: z.unknown().optional(),
  links: z.object({ html: z.object({ href: z.string() }).optional() }).nullish(),
});
type PullRequestComment = z.output<typeof comment>;

export interface PublishResult {
  readonly what: "comment" | "insights" | "status";
  readonly done: "created" | "updated";
  readonly link?: string | undefined;
}

/**
 * Creates the comment, or updates the existing one. Comments of other authors, and replies that quote it, are
 * left alone. Only the service knows who may change a comment: an access token cannot identify itself.
 */
export async function publishComment(
  client: Client,
  at: { readonly repository: string; readonly pullRequest: number },
  notice: Notice,
  options: CommentOptions,
): Promise<PublishResult> {
  const [workspace = "", slug = ""] = at.repository.split("/");
  const path = apiPath`/repositories/${workspace}/${slug}/pullrequests/${String(at.pullRequest)}/comments`;
  const marker = markerOf(notice);
  const raw = formatComment(notice, options);
  const fields = "id,deleted,content.raw,user.uuid,parent.id,inline.path,links.html";
  const candidates = (await client.list(path, { fields }))
    .map((item) => parseAs(comment, item, `A comment of ${path}`))
    .filter((one) => isWhole(one, marker))
    .reverse();
  for (const [index, { id }] of candidates.entries()) {
    const updated = await unlessRefused(
      client.send({ method: "PUT", path: `${path}/${id}`, body: { content: { raw } } }),
    );
    if (!updated) continue;
    const { user, links } = parseAs(comment, updated.body, `The answer to PUT ${path}/${id}`);
    // Two concurrent steps may each have written one.
    for (const other of candidates.slice(index + 1))
      if (user?.uuid && other.user?.uuid === user.uuid)
        await unlessRefused(client.send({ method: "DELETE", path: `${path}/${other.id}` }));
    return { what: "comment", done: "updated", link: links?.html?.href };
  }
  const { body } = await client.send({ method: "POST", path, body: { content: { raw } } });
  const { links } = parseAs(comment, body, `The answer to POST ${path}`);
  return { what: "comment", done: "created", link: links?.html?.href };
}

/** Whether it ends with the marker on a line of its own, as this project writes it. */
function isWhole({ deleted, parent, inline, content }: PullRequestComment, marker: string): boolean {
  const lines = content?.raw?.trimEnd().split("\n") ?? [];
  return !deleted && !parent && !inline && lines.at(-1)?.trimEnd() === marker;
}

/** Undefined if it belongs to somebody else, or was deleted meanwhile. */
async function unlessRefused<Result>(request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof BitbucketError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}
