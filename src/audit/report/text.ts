/** Words that all reports of an audit have in common. */
import { severities } from "../../kinds/severity";
import type { AuditedCheck, AuditFinding, AuditReport } from "../model";

/** Those that the baseline does not accept. */
export function openFindings({ findings }: AuditReport): readonly AuditFinding[] {
  return findings.filter(({ accepted }) => accepted === undefined);
}

/** `2 critical, 5 high`, or that there is nothing. */
export function describeCounts({ counts }: AuditReport): string {
  const parts = severities.flatMap((name) => (counts[name] > 0 ? [`${counts[name]} ${name}`] : []));
  return parts.length > 0 ? parts.join(", ") : "no findings";
}

export function checkOf({ checks }: AuditReport, { check: id }: AuditFinding): AuditedCheck {
  const found = checks.find((check) => check.id === id);
  if (!found) throw new Error(`The report has no check ${id}`);
  return found;
}

/** `78 of 100`, with what limits it. */
export function formatScore({ score, complete }: AuditReport): string {
  return `${score} of 100${complete ? "" : " as far as it could be read"}`;
}
