/** Exceptions: what may break a policy, until when. */
import type { Diagnostic, PolicyException } from "../desired";
import type { PolicyFinding } from "./finding";

interface ExceptedFindings {
  /** Findings that no exception covers. */
  readonly open: readonly PolicyFinding[];
  /** Exceptions whose day has passed. */
  readonly expired: readonly Diagnostic[];
  /** Exceptions that cover nothing. */
  readonly unused: readonly PolicyException[];
}

export function applyExceptions(
  findings: readonly PolicyFinding[],
  exceptions: readonly PolicyException[],
  now: Date,
): ExceptedFindings {
  const today = now.toISOString().slice(0, 10);
  const valid = exceptions.filter(({ until }) => until >= today);
  const used = new Set<PolicyException>();
  const open: PolicyFinding[] = [];
  for (const finding of findings) {
    const covering = valid.filter((exception) => covers(exception, finding));
    for (const exception of covering) used.add(exception);
    if (covering.length === 0) open.push(finding);
  }
  return {
    open,
    unused: valid.filter((exception) => !used.has(exception)),
    expired: exceptions
      .filter(({ until }) => until < today)
      .map((exception) => ({
        severity: "error",
        ...exception.position,
        message:
          `the exception from the policy "${exception.policy}" for ${describeException(exception)} ended on ` +
          `${exception.until} (${exception.who}: ${exception.why}). Remove it, or have it allowed again until a later day`,
      })),
  };
}

/** All that an exception names has to be true of a finding. */
function covers(exception: PolicyException, finding: PolicyFinding): boolean {
  const { policy, project, repository, resource } = exception;
  return (
    policy === finding.policy.name &&
    (project === undefined || project === finding.project) &&
    (repository === undefined || finding.repositories.includes(repository)) &&
    (resource === undefined || resource === finding.resource || resource === finding.subject)
  );
}

export function describeException({ project, repository, resource }: PolicyException): string {
  return [
    resource === undefined ? "" : `the resource ${resource}`,
    repository === undefined ? "" : `the repository ${repository}`,
    project === undefined ? "" : `the project ${project}`,
  ]
    .filter(Boolean)
    .join(" in ");
}
