/** A report of an audit as a notice. */
import type { AuditFinding, AuditReport } from "../audit";
import { auditExitCode } from "../audit/exit";
import { checkOf, describeCounts, formatScore, openFindings } from "../audit/report/text";
import type { Severity } from "../kinds/severity";
import { formatPlace } from "../report/text";
import type { Notice, Row } from "./notice";

const severities: Readonly<Record<Severity, Row["severity"]>> = {
  critical: "CRITICAL",
  high: "HIGH",
  medium: "MEDIUM",
  low: "LOW",
};

export function toAuditNotice(report: AuditReport): Notice {
  const { workspace, score, counts, complete } = report;
  return {
    id: `bitbucket-as-code-audit-${workspace}`,
    title: `Audit of ${workspace}`,
    summary: `${formatScore(report)}; ${describeCounts(report)}`,
    // As the command itself exits.
    passed: auditExitCode(report, { failOn: "low" }) === 0,
    counts: [
      ["Score", score],
      ["Critical", counts.critical],
      ["High", counts.high],
      ["Medium", counts.medium],
      ["Low", counts.low],
    ],
    rows: openFindings(report).map((finding) => rowOf(finding, report)),
    nothing: "No check has found anything.",
    remarks: complete ? [] : ["Not everything could be read: there may be more."],
  };
}

function rowOf(finding: AuditFinding, report: AuditReport): Row {
  const { title, fix } = checkOf(report, finding);
  return {
    sign: "!",
    what: `${formatPlace(finding, report.workspace)}: ${finding.subject} ${finding.message}`,
    details: [title, fix],
    severity: severities[finding.severity],
    link: finding.link,
  };
}
