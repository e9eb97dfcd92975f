/** The build status of a commit: the result of a scheduled run, beside the commit and its branch. */
import { createHash } from "node:crypto";
import { apiPath, type Client } from "../bitbucket";
import type { PublishResult } from "./comment";
import { type Notice, plainLine, shortenText } from "./notice";

/** Characters of a key, at most. */
const maxKeyLength = 40;

export async function publishStatus(
  client: Client,
  at: { readonly repository: string; readonly commit: string; readonly branch: string | undefined },
  notice: Notice,
  link: string,
): Promise<PublishResult> {
  const [workspace = "", slug = ""] = at.repository.split("/");
  await client.send({
    method: "POST",
    path: apiPath`/repositories/${workspace}/${slug}/commit/${at.commit}/statuses/build`,
    body: {
      key: keyOf(notice.id),
      state: notice.passed ? "SUCCESSFUL" : "FAILED",
      name: notice.title,
      description: shortenText(plainLine(notice.summary), 250),
      url: link,
      ...(at.branch === undefined ? {} : { refname: at.branch }),
    },
  });
  return { what: "status", done: "updated", link };
}

/** The key of a notice, which is stable, so that the next status overwrites this one. */
function keyOf(id: string): string {
  if (id.length <= maxKeyLength) return id;
  const digest = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${id.slice(0, maxKeyLength - 9)}-${digest}`;
}
