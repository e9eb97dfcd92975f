/** The exit code, for scripts: 0 none, 2 drift, 1 error, 4 something that the last apply could see was not seen. */
import { type DriftReport, isAtLeast, type Severity } from "./model";

export interface ExitOptions {
  /** Findings below it do not count. */
  readonly failOn: Severity;
  /** Whether what was not applied yet counts. */
  readonly failOnPending?: boolean | undefined;
  /** Whether what the credential may not read is an error. What went wrong always is. */
  readonly strict?: boolean | undefined;
  /** Whether it is no failure that what the last apply could read may not be read now. */
  readonly allowUnreadable?: boolean | undefined;
  /** Whether drift is no failure. */
  readonly exitZero?: boolean | undefined;
}

/**
 * 2 where something was changed on the server; else 1 where something went wrong, or nothing could be read; else 4 where
 * the credential may not read what the last apply could; else 0. An error is never taken for drift, and never for its
 * absence.
 */
export function exitCodeOf(
  report: Pick<DriftReport, "findings" | "compared"> & Partial<Pick<DriftReport, "undetectable">>,
  options: ExitOptions,
): 0 | 1 | 2 | 4 {
  const { findings, undetectable = [] } = report;
  const drift = findings.some((finding) => {
    if (finding.case === "unreadable" || (finding.case === "pending" && !options.failOnPending)) return false;
    return isAtLeast(finding.severity, options.failOn);
  });
  if (drift && !options.exitZero) return 2;
  const unread = findings.filter((finding) => finding.case === "unreadable");
  if (isBlind(report) || unread.some(({ failed }) => failed || options.strict)) return 1;
  const unseen = [...unread, ...undetectable].some(({ wasReadable }) => wasReadable);
  return unseen && !options.allowUnreadable ? 4 : 0;
}

/** Whether there is something to compare, and nothing of it could be read. */
export function isBlind({ findings, compared }: Pick<DriftReport, "findings" | "compared">): boolean {
  const unread = new Set(
    findings.flatMap((one) => (one.case === "unreadable" ? [`${one.kind} ${one.name}`] : [])),
  );
  return unread.size > 0 && unread.size >= compared;
}
