/** The review as a table for a terminal. */
import colors from "picocolors";
import { escapeUnprintable } from "../../bitbucket/printable";
import { formatCount } from "../../errors/count";
import { formatPlace } from "../../report/text";
import type { AccessGrant, AccessReview } from "../model";
import { describeDeclaration, describeHolder, describeSince, describeSource, describeTotals } from "./text";

/** Lines of the table, unless all are asked for. */
const maxLines = 60;

export function renderReviewTerminal(
  review: AccessReview,
  { verbose = false }: { readonly verbose?: boolean | undefined } = {},
): string {
  const { grants, workspace, stack, unread } = review;
  const head = ["Where", "Who", "Right", "Through", "Since", ...(stack === undefined ? [] : ["Declared"])];
  const shown = grants.slice(0, verbose ? undefined : maxLines);
  const rows = shown.map((grant) => rowOf(grant, review));
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => (row[index] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    ...(rows.length > 0 ? [colors.bold(line(head))] : []),
    ...rows.map(line),
    ...(grants.length > shown.length
      ? [`… and ${grants.length - shown.length} more (--verbose, or --report csv=access.csv)`]
      : []),
    "",
    ...unread.map((part) =>
      colors.yellow(
        escapeUnprintable(`Not read: ${formatPlace(part, workspace)}: ${part.part}: ${part.reason}`),
      ),
    ),
    colors.bold(`Workspace ${escapeUnprintable(workspace)}: ${describeTotals(review)}`),
    colors.dim(`${formatCount(review.requests, "request")}, ${review.seconds.toFixed(1)} s`),
  ].join("\n");
}

function rowOf(grant: AccessGrant, { workspace, stack }: AccessReview): readonly string[] {
  return [
    formatPlace(grant, workspace),
    describeHolder(grant),
    grant.permission,
    describeSource(grant),
    describeSince(grant),
    ...(stack === undefined ? [] : [describeDeclaration(grant)]),
  ].map((cell) => escapeUnprintable(cell));
}
