/** The changes since the previous run, for a watch: reports each finding once. */
import colors from "picocolors";
import { escapeUnprintable } from "../../bitbucket/printable";
import type { FindingChanges } from "../history";
import type { DriftFinding, DriftReport } from "../model";
import { caseWords, formatSummary, groupOf, nameOf, summarizeFinding } from "./text";

export function formatChanges(report: DriftReport, { found, changed, gone }: FindingChanges): string {
  const at = report.at.slice(0, 16).replace("T", " ");
  const line = (sign: string, finding: DriftFinding) =>
    [
      `  ${sign} ${finding.severity.padEnd(8)} ${caseWords[finding.case].padEnd(11)} ${nameOf(finding)}`,
      colors.dim(groupOf(finding, report.workspace)),
      colors.dim(summarizeFinding(finding)),
    ].join("  ");
  const lines = [
    ...found.map((finding) => line(colors.red("+"), finding)),
    ...changed.map((finding) => line(colors.yellow("~"), finding)),
    ...gone.map(
      ({ kind, name, case: of }) =>
        `  ${colors.green("-")} ${escapeUnprintable(`${kind} ${name}`)} is no longer ${caseWords[of]}`,
    ),
  ];
  const counts = { new: found.length, different: changed.length, gone: gone.length };
  const news = Object.entries(counts).flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : []));
  return [
    `${colors.bold(`${at} UTC`)}  ${news.join(", ") || "nothing new"}; ${formatSummary(report)}`,
    ...lines,
  ].join("\n");
}
