/** The order of findings in every report: the worst first. */
import { type DriftFinding, severities } from "./model";

/**
 * Sorts projects and repositories by their worst finding, then by name, and the findings of each by severity. What
 * explains others stays before them.
 */
export function sortFindings(findings: readonly DriftFinding[]): DriftFinding[] {
  const groups = new Map<string, DriftFinding[]>();
  for (const finding of findings) {
    const { project = "", repository = "" } = finding;
    const key = `${project}\n${repository}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups]
    .sort(([a, first], [b, second]) => worstOf(first) - worstOf(second) || (a < b ? -1 : 1))
    .flatMap(([, group]) => sortGroup(group));
}

function worstOf(findings: readonly DriftFinding[]): number {
  return Math.min(...findings.map(rankOf));
}

function rankOf({ severity }: DriftFinding): number {
  return severities.indexOf(severity);
}

function sortGroup(findings: readonly DriftFinding[]): DriftFinding[] {
  const ids = new Set(findings.map(({ id }) => id));
  const inside = new Map<string, DriftFinding[]>();
  const top: DriftFinding[] = [];
  for (const finding of findings) {
    const { within } = finding;
    if (within === undefined || within === finding.id || !ids.has(within)) top.push(finding);
    else inside.set(within, [...(inside.get(within) ?? []), finding]);
  }
  const placed = (some: readonly DriftFinding[]): DriftFinding[] =>
    [...some]
      .sort((a, b) => rankOf(a) - rankOf(b))
      .flatMap((finding) => [finding, ...placed(inside.get(finding.id) ?? [])]);
  return placed(top);
}
