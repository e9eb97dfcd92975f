/** Reports of audits to render. */
import { type AuditFinding, type AuditReport, auditVersion, checks } from "../../src/audit";
import { now } from "./support";

export function finding(check: string, fields: Partial<AuditFinding> = {}): AuditFinding {
  return {
    id: `${check}-${fields.repository ?? ""}`,
    check,
    severity: checks.find(({ id }) => id === check)?.severity ?? "low",
    project: "PLAT",
    repository: "api",
    subject: "webhook ci",
    message: "is wrong",
    link: "https://bitbucket.org/acme/api/admin/webhooks",
    ...fields,
  };
}

export function reportOf(findings: readonly AuditFinding[], more: Partial<AuditReport> = {}): AuditReport {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const count = (name: string) => open.filter(({ severity }) => severity === name).length;
  return {
    version: auditVersion,
    workspace: "acme",
    at: now.toISOString(),
    seconds: 3.2,
    requests: 88,
    complete: true,
    score: 71,
    projects: [{ key: "PLAT", score: 71 }],
    repositories: [{ slug: "api", project: "PLAT", score: 71 }],
    counts: { critical: count("critical"), high: count("high"), medium: count("medium"), low: count("low") },
    checks: checks.map(({ id, title, area, severity, why, fix, benchmarks }) => ({
      id,
      title,
      area,
      severity,
      why,
      fix,
      benchmarks: [...benchmarks],
      passed: 3,
      failed: open.some(({ check }) => check === id) ? 1 : 0,
    })),
    findings: [...findings],
    unread: [],
    warnings: [],
    ...more,
  };
}
