/** Runs the checks over what was read. It makes no request. */
import { severities } from "../kinds/severity";
import { digestOf } from "../model/canonical";
import { buildLink } from "../model/settingsPage";
import { type AuditCheck, findProblems, type Problem } from "./checks/shared/check";
import type { AuditSettings } from "./checks/shared/settings";
import type { AuditedWorkspace, View } from "./checks/shared/views";
import type { AuditedCheck, AuditFinding } from "./model";
import { type Outcome, Score } from "./score";
import { formatRemedy } from "./yaml";

/** A finding with what it was made from. */
export interface FoundProblem {
  readonly finding: AuditFinding;
  readonly problem: Problem;
  readonly view: View;
}

interface CheckedWorkspace {
  /** The most severe first. */
  readonly found: readonly FoundProblem[];
  readonly outcomes: readonly Outcome[];
}

export function runChecks(
  audited: AuditedWorkspace,
  checks: readonly AuditCheck[],
  settings: AuditSettings,
): CheckedWorkspace {
  const found: FoundProblem[] = [];
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    if (check.skip?.(settings) !== undefined) continue;
    for (const view of [audited.workspace, ...audited.projects, ...audited.repositories]) {
      const problems = findProblems(check, view, settings);
      if (problems === undefined) continue;
      const here = problems.map((problem) => ({ finding: toFinding(check, view, problem), problem, view }));
      found.push(...here);
      outcomes.push({ check, view, findings: here.map(({ finding }) => finding) });
    }
  }
  const rank = ({ finding }: FoundProblem) => severities.indexOf(finding.severity);
  return { found: found.sort((a, b) => rank(a) - rank(b)), outcomes };
}

function toFinding(check: AuditCheck, view: View, problem: Problem): AuditFinding {
  const { subject, message, remedy, object } = problem;
  const place = placeOf(view);
  const kind = object?.kind ?? (view.level === "workspace" ? undefined : view.object.kind);
  const workspace = view.level === "workspace" ? view.slug : view.workspace.slug;
  return {
    id: digestOf([check.id, place, object?.found.id ?? subject]).slice(0, 16),
    check: check.id,
    severity: problem.severity ?? check.severity,
    ...place,
    subject,
    message,
    ...(remedy === undefined ? {} : { yaml: formatRemedy(remedy) }),
    ...(kind === undefined
      ? {}
      : { link: buildLink(kind, { workspace, ...place }, object?.found.args ?? {}) }),
  };
}

function placeOf(view: View): Pick<AuditFinding, "project" | "repository"> {
  if (view.level === "workspace") return {};
  if (view.level === "project") return { project: view.key };
  return {
    ...(view.project === undefined ? {} : { project: view.project }),
    repository: view.slug,
  };
}

/** Each check with how many passed and failed. */
export function countChecks(
  checks: readonly AuditCheck[],
  outcomes: readonly Outcome[],
  settings: AuditSettings,
): AuditedCheck[] {
  return checks.map((check) => {
    const own = outcomes.filter((outcome) => outcome.check === check);
    const failed = own.filter(Score.isFailed).length;
    const skipped = check.skip?.(settings);
    const { id, title, area, severity, why, fix, benchmarks } = check;
    return {
      id,
      title,
      area,
      severity,
      why,
      fix,
      benchmarks: [...benchmarks],
      passed: own.length - failed,
      failed,
      ...(skipped === undefined ? {} : { skipped }),
    };
  });
}
