/** The report for a terminal: grouped by project and repository, one line per finding. */
import colors from "picocolors";
import { escapeUnprintable } from "../../bitbucket/printable";
import { formatCount } from "../../errors/count";
import type { DriftCase, DriftFinding, DriftReport, Severity } from "../model";
import {
  caseWords,
  formatChange,
  formatSummary,
  formatValues,
  formatWorst,
  groupFindings,
  nameOf,
  summarizeFinding,
} from "./text";

const caseColours: Readonly<Record<DriftCase, (text: string) => string>> = {
  drift: colors.yellow,
  deleted: colors.red,
  recreated: colors.magenta,
  unmanaged: colors.cyan,
  pending: colors.blue,
  unreadable: colors.dim,
};

const severityColours: Readonly<Record<Severity, (text: string) => string>> = {
  critical: (text) => colors.bold(colors.red(text)),
  high: colors.red,
  medium: colors.yellow,
  low: colors.dim,
};

interface TerminalOptions {
  /** Shows every field with all three values, and what cannot be detected. */
  readonly verbose?: boolean | undefined;
  /**
   * Columns of the terminal: short lines are cut to fit, so that a finding takes one line. Where little room is left
   * beside a name, the change has a line of its own. Default: nothing is cut.
   */
  readonly columns?: number | undefined;
}

export function renderTerminalReport(report: DriftReport, options: TerminalOptions = {}): string {
  const { verbose = false, columns } = options;
  const lines: string[] = [];
  for (const [name, findings] of groupFindings(report)) {
    const shown = verbose
      ? findings
      : findings.filter(({ within }) => within === undefined || !hasFinding(report, within));
    if (shown.length === 0) continue;
    lines.push(colors.bold(name));
    for (const finding of shown) lines.push(...linesOf(finding, findings, verbose, columns));
    lines.push("");
  }
  if (verbose && report.undetectable.length > 0) {
    lines.push(colors.bold("Cannot be compared"));
    for (const { kind, name, field, reason } of report.undetectable)
      lines.push(`  ${kind} ${escapeUnprintable(name)} ${field}: ${colors.dim(escapeUnprintable(reason))}`);
    lines.push("");
  }
  for (const warning of report.warnings)
    lines.push(`${colors.yellow("warning:")} ${escapeUnprintable(warning)}`);
  const { undetectable, requests, seconds } = report;
  const worst = formatWorst(report);
  lines.push(colors.bold([formatSummary(report), worst].filter(Boolean).join("; ")));
  const hidden = undetectable.length;
  const notes = [
    ...(hidden > 0
      ? [`${formatCount(hidden, "value")} that cannot be compared${verbose ? "" : " (--verbose)"}`]
      : []),
    formatCount(requests, "request"),
    `${seconds.toFixed(1)} s`,
  ];
  lines.push(colors.dim(notes.join(", ")));
  return lines.join("\n");
}

function linesOf(
  finding: DriftFinding,
  group: readonly DriftFinding[],
  verbose: boolean,
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const word = caseColours[finding.case](caseWords[finding.case].padEnd(11));
  const severity = severityColours[finding.severity](finding.severity.padEnd(8));
  const short = verbose ? "" : summarizeFinding(finding);
  const inside = verbose ? 0 : group.filter(({ within }) => within === finding.id).length;
  const more = inside > 0 ? `with ${formatCount(inside, "resource")} in it` : "";
  const since = finding.since ? `since ${finding.since.slice(0, 10)}` : "";
  const name = nameOf(finding);
  const taken = [name, more, since].reduce((sum, part) => sum + (part === "" ? 0 : part.length + gap), 21);
  const room = columns - taken - gap;
  const isBeside = [...short].length <= room || room >= narrowest;
  const parts = [isBeside ? fitText(short, room) : "", more, since].filter(Boolean);
  const lines = [[`  ${severity} ${word} ${name}`, ...parts.map(colors.dim)].join(" ".repeat(gap))];
  if (!isBeside) lines.push(colors.dim(`      ${fitText(short, columns - 6)}`));
  if (!verbose) return lines;
  if (finding.operation) lines.push(`      an apply would ${finding.operation} it`);
  if (finding.note) lines.push(`      ${escapeUnprintable(finding.note).split("\n").join("\n      ")}`);
  if (finding.scopes) lines.push(`      missing scopes: ${finding.scopes.join(", ")}`);
  for (const field of finding.fields) {
    if (field.secret) {
      lines.push(`      ${formatChange(field, finding.case)}`);
      continue;
    }
    lines.push(
      `      ${escapeUnprintable(field.field)}${field.conflict ? colors.yellow(" (changed on the server and in YAML)") : ""}`,
    );
    const values = formatValues([field.last, field.live, field.desired], 200);
    for (const [index, label] of ["applied", "server", "YAML"].entries())
      lines.push(`        ${colors.dim(label.padEnd(8))} ${values[index] ?? ""}`);
  }
  if (finding.position) {
    const { file, line } = finding.position;
    lines.push(colors.dim(`      ${escapeUnprintable(file)}:${line}`));
  }
  if (finding.link) lines.push(colors.dim(`      ${finding.link}`));
  return lines;
}

/** Columns between the parts of a line. */
const gap = 2;

/** Fewer columns than this are not worth showing a change in, beside its resource. */
const narrowest = 20;

function fitText(text: string, room: number): string {
  const points = [...text];
  if (points.length <= room) return text;
  return `${points.slice(0, Math.max(room, narrowest) - 1).join("")}…`;
}

/** Whether the finding that explains another is in the report. */
function hasFinding({ findings }: DriftReport, id: string): boolean {
  return findings.some((finding) => finding.id === id);
}
