/**
 * The report as a comment on a pull request. Bitbucket's Markdown supports tables, but neither HTML nor
 * collapsible sections; a comment holds 32,768 characters. Anybody may have written the names and values:
 * none of them becomes a link, a mention, a picture or another column.
 */
import { escapeUnprintable } from "../../bitbucket/printable";
import { type DriftFinding, type DriftReport, severities } from "../model";
import {
  caseWords,
  formatFilter,
  formatSummary,
  formatWorst,
  replaceLoneSurrogates,
  summarizeFinding,
} from "./text";

/** Characters of a comment, at most. */
export const commentLimit = 32_768;

/** Warnings that are shown, at most. */
const maxWarnings = 5;

export interface MarkdownReportOptions {
  /** The address of the whole report: for example a pipeline's artifact. */
  readonly link?: string | undefined;
  /** Characters, at most. */
  readonly limit?: number | undefined;
}

/** Renders the most severe findings first and counts those that do not fit. */
export function renderMarkdownReport(report: DriftReport, options: MarkdownReportOptions = {}): string {
  const { limit = commentLimit, link } = options;
  const more = link === undefined ? "" : ` [Full report](${linkTarget(link)})`;
  const head = [
    `### Drift of ${cell(report.stack)}`,
    "",
    `**${formatSummary(report)}**${formatWorst(report) ? `; ${formatWorst(report)}` : ""}.${more}`,
  ];
  const asked = formatFilter(report);
  const warnings = report.warnings.slice(0, maxWarnings);
  const notes = [
    ...(asked === "" ? [] : [`Filter: ${cell(asked)}.`]),
    ...(report.complete
      ? []
      : ["Not everything could be read: unreadable resources are unknown, not unchanged."]),
    ...(report.undetectable.length > 0
      ? [`Properties that cannot be checked for drift: ${report.undetectable.length}.`]
      : []),
    ...warnings.map((warning) => `Warning: ${cell(warning)}`),
    ...(report.warnings.length > warnings.length
      ? [`${report.warnings.length - warnings.length} more warnings.`]
      : []),
    `${report.requests} requests in ${report.seconds.toFixed(1)} s, ${report.at.slice(0, 16).replace("T", " ")} UTC.`,
  ];
  const foot = ["", ...notes.map((note) => `- ${note}`), ""];
  const rest = (left: number) => (left > 0 ? ["", `… and ${left} more.${more}`] : []);
  const table = ["", "| severity | case | what | where | change |", "| --- | --- | --- | --- | --- |"];
  const sorted = [...report.findings].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  if (sorted.length === 0) return [...head, ...foot].join("\n");
  const lengthOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length + 1, 0);
  let left = limit - lengthOf([...head, ...table, ...rest(sorted.length), ...foot]);
  const rows: string[] = [];
  for (const finding of sorted) {
    const row = rowOf(finding);
    left -= row.length + 1;
    if (left < 0) break;
    rows.push(row);
  }
  return [...head, ...table, ...rows, ...rest(sorted.length - rows.length), ...foot].join("\n");
}

function rowOf(finding: DriftFinding): string {
  const { severity, project, repository, link, title, name } = finding;
  const where = [project, repository].filter((part) => part !== undefined).join(" / ");
  const what = `${cell(title)} ${cell(name)}`;
  return `| ${[
    severity === "critical" ? "**critical**" : severity,
    caseWords[finding.case],
    link === undefined ? what : `[${what}](${linkTarget(link)})`,
    cell(where),
    cell(summarizeFinding(finding)),
  ].join(" | ")} |`;
}

/** Characters of one cell before escaping. */
const maxLength = 160;

/** Text that Markdown does not interpret. */
function cell(text: string): string {
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
function linkTarget(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return "#";
  return new URL(url).href.replace(
    /[()\s<>|\\"'`]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
