/** The audit as a comment on a pull request: the most severe first, and how many do not fit. */

import { commentLimit, fitTable, markdownTarget, markdownText } from "../../report/markdown";
import { formatCost, formatMinute, formatPlace } from "../../report/text";
import type { AuditFinding, AuditReport } from "../model";
import { checkOf, describeCounts, formatScore, openFindings } from "./text";

interface AuditMarkdownOptions {
  /** The address of the whole report. */
  readonly link?: string | undefined;
  /** Characters, at most. */
  readonly limit?: number | undefined;
}

export function renderAuditMarkdown(report: AuditReport, options: AuditMarkdownOptions = {}): string {
  const { limit = commentLimit, link } = options;
  const more = link === undefined ? "" : ` [Full report](${markdownTarget(link)})`;
  const findings = openFindings(report);
  const head = [
    `### Audit of ${markdownText(report.workspace)}`,
    "",
    `**${formatScore(report)}**; ${describeCounts(report)}.${more}`,
  ];
  const accepted = report.findings.length - findings.length;
  const notes = [
    ...(report.complete ? [] : ["Not everything could be read: nothing is known of that."]),
    ...(accepted > 0 ? [`Accepted by the baseline: ${accepted}.`] : []),
    ...report.warnings.slice(0, 5).map((warning) => `Warning: ${markdownText(warning)}`),
    `${formatCost(report)}, ${formatMinute(report.at)}.`,
  ];
  const foot = ["", ...notes.map((note) => `- ${note}`), ""];
  if (findings.length === 0) return [...head, ...foot].join("\n");
  const table = ["", "| severity | check | where | what |", "| --- | --- | --- | --- |"];
  const rest = (left: number) => (left > 0 ? ["", `… and ${left} more.${more}`] : []);
  return fitTable(
    { head: [...head, ...table], rows: findings.map((finding) => rowOf(finding, report)), rest, foot },
    limit,
  );
}

function rowOf(finding: AuditFinding, report: AuditReport): string {
  const { severity, link, subject, message } = finding;
  const what = markdownText(`${subject} ${message}`);
  return `| ${[
    severity === "critical" ? "**critical**" : severity,
    markdownText(checkOf(report, finding).title),
    markdownText(formatPlace(finding, report.workspace)),
    link === undefined ? what : `[${what}](${markdownTarget(link)})`,
  ].join(" | ")} |`;
}
