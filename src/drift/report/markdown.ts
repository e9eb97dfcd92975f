/**
 * The report as a comment on a pull request. Bitbucket's Markdown supports tables, but neither HTML nor
 * collapsible sections; a comment holds 32,768 characters. Anybody may have written the names and values:
 * none of them becomes a link, a mention, a picture or another column.
 */

import { formatCount } from "../../errors/count";
import { commentLimit, fitTable, markdownTarget, markdownText } from "../../report/markdown";
import { formatCost, formatMinute } from "../../report/text";
import { type DriftFinding, type DriftReport, severities } from "../model";
import { caseWords, formatFilter, formatSummary, formatWorst, summarizeFinding } from "./text";

/** Warnings that are shown, at most. */
const maxWarnings = 5;

interface MarkdownReportOptions {
  /** The address of the whole report: for example a pipeline's artifact. */
  readonly link?: string | undefined;
  /** Characters, at most. */
  readonly limit?: number | undefined;
}

/** Renders the most severe findings first and counts those that do not fit. */
export function renderMarkdownReport(report: DriftReport, options: MarkdownReportOptions = {}): string {
  const { limit = commentLimit, link } = options;
  const more = link === undefined ? "" : ` [Full report](${markdownTarget(link)})`;
  const head = [
    `### Drift of ${markdownText(report.stack)}`,
    "",
    `**${formatSummary(report)}**${formatWorst(report) ? `; ${formatWorst(report)}` : ""}.${more}`,
  ];
  const asked = formatFilter(report);
  const warnings = report.warnings.slice(0, maxWarnings);
  const notes = [
    ...(asked === "" ? [] : [`Filter: ${markdownText(asked)}.`]),
    ...(report.complete
      ? []
      : ["Not everything could be read: unreadable resources are unknown, not unchanged."]),
    ...(report.undetectable.length > 0
      ? [`Properties that cannot be checked for drift: ${report.undetectable.length}.`]
      : []),
    ...warnings.map((warning) => `Warning: ${markdownText(warning)}`),
    ...(report.warnings.length > warnings.length
      ? [`${formatCount(report.warnings.length - warnings.length, "more warning")}.`]
      : []),
    `${formatCost(report)}, ${formatMinute(report.at)}.`,
  ];
  const foot = ["", ...notes.map((note) => `- ${note}`), ""];
  const rest = (left: number) => (left > 0 ? ["", `… and ${left} more.${more}`] : []);
  const table = ["", "| severity | case | what | where | change |", "| --- | --- | --- | --- | --- |"];
  const sorted = [...report.findings].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
  );
  if (sorted.length === 0) return [...head, ...foot].join("\n");
  return fitTable({ head: [...head, ...table], rows: sorted.map(rowOf), rest, foot }, limit);
}

function rowOf(finding: DriftFinding): string {
  const { severity, project, repository, link, title, name } = finding;
  const where = [project, repository].filter((part) => part !== undefined).join(" / ");
  const what = `${markdownText(title)} ${markdownText(name)}`;
  return `| ${[
    severity === "critical" ? "**critical**" : severity,
    caseWords[finding.case],
    link === undefined ? what : `[${what}](${markdownTarget(link)})`,
    markdownText(where),
    markdownText(summarizeFinding(finding)),
  ].join(" | ")} |`;
}
