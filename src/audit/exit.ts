/** The exit code of an audit, as of `drift`. */
import { type Severity, severities } from "../kinds/severity";
import type { AuditReport } from "./model";
import { openFindings } from "./report/text";

interface AuditExitOptions {
  /** Less severe findings do not count. */
  readonly failOn: Severity;
  readonly allowUnreadable?: boolean | undefined;
  /** Whether findings exit with 0. */
  readonly exitZero?: boolean | undefined;
}

/** Returns 2 for findings that count; else 4 if something could not be read, so that it is not known; else 0. */
export function auditExitCode(report: AuditReport, options: AuditExitOptions): 0 | 2 | 4 {
  const counts = openFindings(report).some(
    ({ severity }) => severities.indexOf(severity) <= severities.indexOf(options.failOn),
  );
  if (counts && !options.exitZero) return 2;
  return report.complete || options.allowUnreadable ? 0 : 4;
}
