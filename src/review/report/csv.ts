/** The review as CSV (RFC 4180), a line for each right. */
import { escapeUnprintable } from "../../bitbucket/printable";
import type { AccessReview } from "../model";
import { describeSince, describeSource } from "./text";

const columns = [
  "workspace",
  "project",
  "repository",
  "on",
  "holder",
  "name",
  "id",
  "member",
  "permission",
  "through",
  "since",
  "declared",
  "until",
  "link",
] as const;

export function renderReviewCsv(review: AccessReview): string {
  const lines = review.grants.map((grant) => [
    review.workspace,
    grant.project ?? "",
    grant.repository ?? "",
    grant.level,
    grant.holder.type,
    grant.holder.name ?? "",
    grant.holder.id,
    grant.holder.type === "group"
      ? ""
      : grant.holder.isMember === undefined
        ? "unknown"
        : grant.holder.isMember
          ? "yes"
          : "no",
    grant.permission,
    describeSource(grant),
    describeSince(grant),
    grant.declared ? `${grant.declared.file}:${grant.declared.line}` : "",
    grant.declared?.until ?? "",
    grant.link ?? "",
  ]);
  return [columns, ...lines].map((line) => `${line.map(toCell).join(",")}\r\n`).join("");
}

/** Names are chosen by people: what a spreadsheet would run as a formula is text. https://owasp.org/www-community/attacks/CSV_Injection */
function toCell(text: string): string {
  const safe = escapeUnprintable(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
