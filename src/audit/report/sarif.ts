/**
 * The audit as SARIF 2.1.0, which code scanners read
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). What is found is in a workspace and not in a
 * file: results have logical locations.
 */
import { escapeUnprintable, escapeUnprintableJson } from "../../bitbucket/printable";
import { packageVersion } from "../../errors";
import type { Severity } from "../../kinds/severity";
import { formatPlace } from "../../report/text";
import type { AuditedCheck, AuditFinding, AuditReport } from "../model";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** What GitHub and others sort by: a CVSS-like number as text. */
const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.0",
  low: "2.0",
};

export function renderAuditSarif(report: AuditReport): string {
  const rules = report.checks.map(ruleOf);
  const sarif = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "bitbucket-as-code audit", semanticVersion: packageVersion(), rules },
        },
        invocations: [
          {
            executionSuccessful: report.complete,
            startTimeUtc: report.at,
            toolExecutionNotifications: report.unread.map(({ project, repository, part, reason }) => ({
              level: "warning",
              message: {
                text: escapeUnprintable(
                  `${formatPlace({ project, repository }, report.workspace)}: ${part} could not be read: ${reason}`,
                ),
              },
            })),
          },
        ],
        properties: { score: report.score },
        results: report.findings.map((finding) => resultOf(finding, report)),
      },
    ],
  };
  return `${escapeUnprintableJson(JSON.stringify(sarif, null, 2))}\n`;
}

function ruleOf({ id, title, severity, why, fix, benchmarks }: AuditedCheck) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      "security-severity": securitySeverities[severity],
      tags: ["security", ...benchmarks.map((one) => `${one.source} ${one.id}`)],
    },
  };
}

function resultOf(finding: AuditFinding, report: AuditReport) {
  const { check, severity, subject, message, id, accepted, link, yaml } = finding;
  const place = formatPlace(finding, report.workspace);
  const name = [report.workspace, finding.project, finding.repository]
    .filter((part) => part !== undefined)
    .join("/");
  return {
    ruleId: check,
    ruleIndex: report.checks.findIndex((one) => one.id === check),
    level: levels[severity],
    message: { text: escapeUnprintable(`${place}: ${subject} ${message}`) },
    locations: [{ logicalLocations: [{ fullyQualifiedName: escapeUnprintable(name), kind: "resource" }] }],
    partialFingerprints: { "finding/v1": id },
    ...(link === undefined ? {} : { hostedViewerUri: link }),
    ...(accepted === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: accepted.reason }] }),
    ...(yaml === undefined ? {} : { properties: { yaml } }),
  };
}
