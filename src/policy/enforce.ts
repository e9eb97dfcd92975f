/** What follows from findings: what stops a run, what is a warning, and what another run decides. */
import { DesiredStateError, type Diagnostic, type StackPolicies } from "../desired";
import { applyExceptions, describeException } from "./exceptions";
import { formatFinding, type PolicyFinding } from "./finding";

/**
 * The run that asks. Validate has the YAML alone; a preview or an apply has all values, and the live state as the apply
 * would leave it; drift has the live state as it is, and the secrets only where they are supplied.
 */
export type PolicyRun = "validate" | "apply" | "drift";

export interface PolicyDecision {
  /** Exceptions that have ended, which stop an apply as well. */
  readonly expired: readonly Diagnostic[];
  /** What stops an apply, with expired exceptions. */
  readonly refusals: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** What only a run with the live state, or after the apply, decides. */
  readonly pending: readonly PolicyFinding[];
  /** What the policies were not held against, in a sentence. */
  readonly leftOut?: string | undefined;
  /** Findings that no exception covers, and that no other run decides. */
  readonly findings: readonly DecidedFinding[];
}

interface DecidedFinding {
  readonly finding: PolicyFinding;
  /** Whether an apply stops at it. */
  readonly isRefusal: boolean;
}

/** A mandatory policy is broken. */
export class PolicyError extends DesiredStateError {
  override readonly name = "PolicyError";

  constructor(refusals: readonly Diagnostic[], outcome: string) {
    super(refusals, {
      heading: `A mandatory policy is not kept. ${outcome}`,
      ending:
        'Change what breaks it, or have an exception allowed: an entry under "exceptions" with policy, who, why, until, and ' +
        "the project, repository or resource. See docs/how-to/policies.md.",
    });
  }
}

/** @param isWhole Whether all findings there are were looked for: only then an exception can be unused. */
export function decide(
  found: readonly PolicyFinding[],
  { rules, exceptions }: StackPolicies,
  run: PolicyRun,
  now: Date,
  isWhole: boolean,
): PolicyDecision {
  const { open, expired, unused } = applyExceptions(unique(found), exceptions, now);
  const refusals: Diagnostic[] = [...expired];
  const warnings: Diagnostic[] = [];
  const pending: PolicyFinding[] = [];
  const findings: DecidedFinding[] = [];
  for (const finding of open) {
    const outcome = outcomeOf(finding, run);
    if (outcome === "elsewhere") continue;
    if (outcome === "pending") {
      pending.push(finding);
      continue;
    }
    const isRefusal = outcome === "refusal";
    findings.push({ finding, isRefusal });
    (isRefusal ? refusals : warnings).push(toDiagnostic(finding, isRefusal ? "error" : "warning"));
  }
  // What only the live state shows may be what an exception covers.
  const unseen = new Set([
    ...pending.map(({ policy }) => policy.name),
    ...(run === "validate" ? rules.filter(({ states }) => states.has("live")).map(({ name }) => name) : []),
  ]);
  for (const exception of unused) {
    if (!isWhole || unseen.has(exception.policy)) continue;
    warnings.push({
      severity: "warning",
      ...exception.position,
      message: `the exception from the policy "${exception.policy}" for ${describeException(exception)} covers nothing: remove it`,
    });
  }
  return { expired, refusals, warnings, pending, findings };
}

function toDiagnostic(finding: PolicyFinding, severity: Diagnostic["severity"]): Diagnostic {
  const { file, line, column, path } = finding.position;
  return { severity, file, line, column, path, message: formatFinding(finding) };
}

/** Undecided never counts as kept: it stops an apply, unless nobody could know the value before one. */
function outcomeOf(
  { verdict, reason, policy, state }: PolicyFinding,
  run: PolicyRun,
): "refusal" | "warning" | "pending" | "elsewhere" {
  const strict = policy.level === "mandatory" ? "refusal" : "warning";
  if (verdict === "violated") return strict;
  if (reason === "undeclared" && policy.states.has("live") && state === "desired")
    return run === "validate" ? "pending" : "elsewhere";
  if (reason === "lookup" && run === "validate") return "pending";
  if (reason === "lookup" && run === "drift") return "warning";
  // The value that the server keeps is part of the live state.
  if (reason === "lookup" && policy.states.has("live") && state === "desired") return "elsewhere";
  if (reason === "afterApply") return "warning";
  return strict;
}

/** The same of the desired and of the live state is said once, of the desired one. */
function unique(findings: readonly PolicyFinding[]): readonly PolicyFinding[] {
  const known = new Map<string, PolicyFinding>();
  for (const finding of findings) {
    const { policy, verdict, subject, message, project, repository, position } = finding;
    const key = JSON.stringify([
      ...[policy.name, verdict, subject, message, project, repository],
      ...[position.file, position.line, position.column],
    ]);
    if (!known.has(key)) known.set(key, finding);
  }
  return [...known.values()].sort(
    (a, b) =>
      compare(a.position.file, b.position.file) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column ||
      compare(a.policy.name, b.policy.name) ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
