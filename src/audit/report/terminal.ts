/** The audit for a terminal: by check, the worst first, with why it matters and what to do. */
import colors from "picocolors";
import { escapeUnprintable } from "../../bitbucket/printable";
import { formatCount } from "../../errors/count";
import { type Severity, severities } from "../../kinds/severity";
import { formatPlace } from "../../report/text";
import type { AuditedCheck, AuditFinding, AuditReport } from "../model";
import { describeCounts, formatScore, openFindings } from "./text";

const severityColours: Readonly<Record<Severity, (text: string) => string>> = {
  critical: (text) => colors.bold(colors.red(text)),
  high: colors.red,
  medium: colors.yellow,
  low: colors.dim,
};

/** Findings of a check that are shown, and the worst repositories, at most. */
const maxShown = 5;

interface AuditTerminalOptions {
  /** Shows every finding, with the YAML that solves it, and what could not be read. */
  readonly verbose?: boolean | undefined;
}

export function renderAuditTerminal(
  report: AuditReport,
  { verbose = false }: AuditTerminalOptions = {},
): string {
  const lines: string[] = [];
  const rank = ({ severity }: AuditedCheck) => severities.indexOf(severity);
  for (const check of [...report.checks].sort((a, b) => rank(a) - rank(b))) {
    const findings = openFindings(report).filter((finding) => finding.check === check.id);
    if (findings.length > 0) lines.push(...checkLines(check, findings, report, verbose), "");
  }
  const repositories = report.repositories.filter(({ score }) => score < 100);
  if (repositories.length > 1) {
    lines.push(colors.bold("The worst repositories"));
    for (const { slug, project, score } of repositories.slice(0, verbose ? undefined : maxShown))
      lines.push(
        `  ${String(score).padStart(3)}  ${escapeUnprintable([project, slug].filter(Boolean).join(" / "))}`,
      );
    lines.push("");
  }
  lines.push(...notes(report, verbose));
  lines.push(
    colors.bold(
      `Workspace ${escapeUnprintable(report.workspace)}: ${formatScore(report)}; ${describeCounts(report)}`,
    ),
    colors.dim(
      `${formatCount(report.repositories.length, "repository", "repositories")}, ${formatCount(report.requests, "request")}, ${report.seconds.toFixed(1)} s`,
    ),
  );
  return lines.join("\n");
}

function checkLines(
  { id, title, severity, why, fix, benchmarks }: AuditedCheck,
  findings: readonly AuditFinding[],
  { workspace }: AuditReport,
  verbose: boolean,
): string[] {
  const numbers = benchmarks.map((one) => `${one.source} ${one.id}`).join(", ");
  const shown = findings.slice(0, verbose ? undefined : maxShown);
  return [
    `${severityColours[severity](severity.padEnd(8))} ${colors.bold(title)} ${colors.dim(`${id}${numbers && `; ${numbers}`}`)}`,
    ...shown.flatMap((finding) => [
      `  ${escapeUnprintable(formatPlace(finding, workspace))}: ${escapeUnprintable(`${finding.subject} ${finding.message}`)}`,
      ...(verbose && finding.yaml !== undefined
        ? finding.yaml
            .trimEnd()
            .split("\n")
            .map((line) => colors.dim(`      ${escapeUnprintable(line)}`))
        : []),
    ]),
    ...(findings.length > shown.length ? [`  … and ${findings.length - shown.length} more (--verbose)`] : []),
    colors.dim(`  Why: ${why}`),
    colors.dim(`  Fix: ${fix}`),
  ];
}

function notes(report: AuditReport, verbose: boolean): string[] {
  const { checks, findings, unread, warnings } = report;
  const accepted = findings.filter((finding) => finding.accepted !== undefined).length;
  const skipped = checks.filter((check) => check.skipped !== undefined);
  return [
    ...warnings.map((warning) => `${colors.yellow("warning:")} ${escapeUnprintable(warning)}`),
    ...skipped.map(({ id, skipped: reason }) => colors.dim(`Not checked: ${id}: ${reason}`)),
    ...(accepted > 0 ? [colors.dim(`${accepted} accepted by the baseline`)] : []),
    ...(unread.length > 0
      ? [
          colors.yellow(
            `${formatCount(unread.length, "part")} could not be read: nothing is known of them${verbose ? "" : " (--verbose)"}`,
          ),
          ...(verbose
            ? unread.map(({ project, repository, part, reason }) =>
                escapeUnprintable(
                  `  ${formatPlace({ project, repository }, report.workspace)}: ${part}: ${reason}`,
                ),
              )
            : []),
        ]
      : []),
  ];
}
