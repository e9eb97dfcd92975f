/**
 * Markdown for comments on pull requests. Bitbucket's supports tables, but neither HTML nor collapsible sections;
 * a comment holds 32,768 characters. Anybody may have written the names and values: none of them becomes a link,
 * a mention, a picture or another column.
 */
import { escapeUnprintable } from "../bitbucket/printable";
import { replaceLoneSurrogates } from "./text";

/** Characters of a comment, at most. */
export const commentLimit = 32_768;

interface MarkdownTable {
  /** What is always there: the lines above, with the table's own head. */
  readonly head: readonly string[];
  readonly rows: readonly string[];
  /** The lines in the place of so many rows that do not fit. */
  readonly rest: (left: number) => readonly string[];
  readonly foot: readonly string[];
}

/** As many rows as fit, from the first. */
export function fitTable({ head, rows, rest, foot }: MarkdownTable, limit: number): string {
  const lengthOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length + 1, 0);
  let left = limit - lengthOf([...head, ...rest(rows.length), ...foot]);
  const shown: string[] = [];
  for (const row of rows) {
    left -= row.length + 1;
    if (left < 0) break;
    shown.push(row);
  }
  return [...head, ...shown, ...rest(rows.length - shown.length), ...foot].join("\n");
}

/** Characters of one cell before escaping. */
const maxLength = 160;

/** Text that Markdown does not interpret. */
export function markdownText(text: string): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return (
    escapeUnprintable(replaceLoneSurrogates(short))
      .replace(/\s+/g, " ")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/[\\`*_{}[\]()#+!|~-]/g, "\\$&")
      // Neither a mention nor an automatic link.
      .replace(/@/g, "&#64;")
      .replace(/:\/\//g, "&#58;//")
      .replace(/\bwww\./gi, "www&#46;")
  );
}

/** An address between round brackets. Anything that is not a URL links nowhere. */
export function markdownTarget(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return "#";
  return new URL(url).href.replace(
    /[()\s<>|\\"'`]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
