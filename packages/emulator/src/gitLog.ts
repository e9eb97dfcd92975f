/** Reads what `git log` prints. */
import type { CommitInfo } from "./gitStore";

/** One commit of `git log`: hash, author, date, parents, message. */
export const logFormat = "--format=%H%x00%an <%ae>%x00%at%x00%P%x00%B%x00";

/** @param text Of commits in that format. */
export function parseLog(text: string): CommitInfo[] {
  const parts = text.split("\0");
  const commits: CommitInfo[] = [];
  for (let at = 0; at + 4 < parts.length; at += 5) {
    const [hash = "", author = "", time = "", parents = "", message = ""] = parts.slice(at, at + 5);
    commits.push({
      hash: hash.trim(),
      author,
      date: new Date(Number(time) * 1000).toISOString(),
      parents: parents.split(" ").filter(Boolean),
      message: message.replace(/\n$/, ""),
    });
  }
  return commits;
}
