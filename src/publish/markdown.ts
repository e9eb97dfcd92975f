/**
 * Renders a notice in Bitbucket's Markdown. Comments support neither HTML nor collapsible sections, so it is
 * short, and stays below the limit of a comment. All foreign text is in a code block, where it is not
 * interpreted as Markdown.
 */
import { type Notice, plainLine, type Row, shortenText } from "./notice";

/** Characters of a comment, at most. The service accepts some 32,000. */
const maxCommentLength = 30_000;

/** Characters of one line, at most. */
const maxLineLength = 400;

export interface CommentOptions {
  readonly commit?: string | undefined;
  /** The page with details. */
  readonly link?: string | undefined;
  readonly longest?: number | undefined;
}

/** The line that identifies a comment. It is a link's definition, which Markdown does not show. */
export function markerOf({ id }: Pick<Notice, "id">): string {
  return `[//]: # "${id.replace(/["\\]/g, "")}"`;
}

export function formatComment(notice: Notice, options: CommentOptions = {}): string {
  const { commit, link, longest = maxCommentLength } = options;
  const head = [
    `**${escapeMarkdown(notice.title)}**: ${escapeMarkdown(notice.summary)}`,
    ...(notice.rows.length === 0 ? [notice.nothing] : []),
  ];
  const foot = [
    ...notice.remarks,
    [
      ...(commit === undefined ? [] : [`Commit ${commit.slice(0, 12)}`]),
      ...(link === undefined ? [] : [`[the run](${link})`]),
    ].join(" · "),
    markerOf(notice),
  ].filter((line) => line !== "");
  const around = [...head, ...foot].join("\n\n").length + 200;
  const blocks = fitRows(notice.rows, longest - around);
  const left = notice.rows.length - blocks.count;
  const fence = "`".repeat(Math.max(3, longestRun(blocks.text) + 1));
  return [
    ...head,
    ...(blocks.text === "" ? [] : [`${fence}\n${blocks.text}\n${fence}`]),
    ...(left > 0 ? [`… and ${left} more, of ${notice.rows.length}.`] : []),
    ...foot,
  ].join("\n\n");
}

/** As many rows as fit; their details are dropped first. */
function fitRows(rows: readonly Row[], room: number): { text: string; count: number } {
  const detailed = rows.map((row) =>
    [headLine(row), ...row.details.map((line) => `    ${cutLine(line)}`)].join("\n"),
  );
  if (detailed.join("\n").length <= room) return { text: detailed.join("\n"), count: rows.length };
  let text = "";
  let count = 0;
  for (const row of rows) {
    const next = text === "" ? headLine(row) : `${text}\n${headLine(row)}`;
    if (next.length > room) break;
    text = next;
    count += 1;
  }
  return { text, count };
}

function headLine({ sign, what, position }: Row): string {
  return cutLine(`${sign} ${what}${position === undefined ? "" : `   ${position.file}:${position.line}`}`);
}

function cutLine(line: string): string {
  return shortenText(plainLine(line), maxLineLength);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function escapeMarkdown(text: string): string {
  return plainLine(text).replace(/([\\`*_[\]<>#|])/g, "\\$1");
}
