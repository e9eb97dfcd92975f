/** One comment on a pull request, which is found again and brought up to date. */
import { z } from "zod";
import { apiPath, BitbucketError, type Client } from "../bitbucket";
import { commentText, type MarkdownOptions, markerOf } from "./markdown";
import type { Notice } from "./notice";

const comment = z.object({
  id: z.number(),
  deleted: z.boolean().optional(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  links: z.object({ html: z.object({ href: z.string() }).optional() }).nullish(),
});

export interface Published {
  readonly what: "comment" | "insights" | "status";
  readonly done: "created" | "updated" | "unchanged";
  readonly link?: string | undefined;
}

/** Writes the comment, or brings the one that is there up to date. Those of another author are left alone. */
export async function publishComment(
  client: Client,
  at: { readonly repository: string; readonly pullRequest: number },
  notice: Notice,
  options: MarkdownOptions,
): Promise<Published> {
  const [workspace = "", slug = ""] = at.repository.split("/");
  const path = apiPath`/repositories/${workspace}/${slug}/pullrequests/${String(at.pullRequest)}/comments`;
  const marker = markerOf(notice);
  const raw = commentText(notice, options);
  const listed = await client.list(path, { fields: "id,deleted,content.raw,links.html" });
  const own = listed
    .map((item) => comment.parse(item))
    .filter(({ deleted, content }) => !deleted && content?.raw?.includes(marker));
  for (const { id, content, links } of own.reverse()) {
    if (content?.raw === raw) return { what: "comment", done: "unchanged", link: links?.html?.href };
    try {
      const { body } = await client.send({
        method: "PUT",
        path: `${path}/${id}`,
        body: { content: { raw } },
      });
      return { what: "comment", done: "updated", link: comment.parse(body).links?.html?.href };
    } catch (error) {
      if (!(error instanceof BitbucketError && error.status === 403)) throw error;
    }
  }
  const { body } = await client.send({ method: "POST", path, body: { content: { raw } } });
  return { what: "comment", done: "created", link: comment.parse(body).links?.html?.href };
}
