/**
 * The exit code, for scripts: 0 no drift, 2 drift, 1 error, 4 the credential cannot read something that the
 * last apply could.
 */
import { type DriftReport, isAtLeast, type Severity } from "./model";

interface ExitOptions {
  /** Less severe findings do not count. */
  readonly failOn: Severity;
  /** Whether pending changes count. */
  readonly failOnPending?: boolean | undefined;
  /** Whether an unreadable resource is an error. A failed read always is. */
  readonly strict?: boolean | undefined;
  /** Whether to accept that resources the last apply could read are unreadable now. */
  readonly allowUnreadable?: boolean | undefined;
  /** Whether drift exits with 0. */
  readonly exitZero?: boolean | undefined;
}

/**
 * Returns 2 if something changed on the server, or a mandatory policy is not kept; else 1 if something failed or nothing could be read; else 4
 * if the credential cannot read what the last apply could, or a mandatory policy cannot be decided; else 0. An error never counts as drift, nor as its
 * absence.
 */
export function exitCodeOf(
  report: Pick<DriftReport, "findings" | "compared"> &
    Partial<Pick<DriftReport, "undetectable" | "policies">>,
  options: ExitOptions,
): 0 | 1 | 2 | 4 {
  const { findings, undetectable = [], policies = [] } = report;
  const stopping = policies.filter(({ stopsApply }) => stopsApply);
  const drift = findings.some((finding) => {
    if (finding.case === "unreadable" || (finding.case === "pending" && !options.failOnPending)) return false;
    return isAtLeast(finding.severity, options.failOn);
  });
  const isBroken = stopping.some(({ verdict }) => verdict !== "undecided");
  if ((drift || isBroken) && !options.exitZero) return 2;
  const unread = findings.filter((finding) => finding.case === "unreadable");
  if (isBlind(report) || unread.some(({ failed }) => failed)) return 1;
  const unseen = [...unread, ...undetectable].some(({ wasReadable }) => wasReadable);
  const isUndecided = stopping.some(({ verdict }) => verdict === "undecided");
  if ((unseen || isUndecided) && !options.allowUnreadable) return 4;
  return unread.length > 0 && options.strict ? 1 : 0;
}

/** Whether there was something to compare and none of it could be read. */
export function isBlind({ findings, compared }: Pick<DriftReport, "findings" | "compared">): boolean {
  const unread = new Set(
    findings.flatMap((one) => (one.case === "unreadable" ? [`${one.kind} ${one.name}`] : [])),
  );
  return unread.size > 0 && unread.size >= compared;
}
