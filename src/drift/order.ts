/** The order of findings in every report: the worst first. */
import { groupBy } from "../model/groupBy";
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
  const inside = groupBy(findings, ({ id, within }) =>
    within === undefined || within === id || !ids.has(within) ? undefined : within,
  );
  const placed = (some: readonly DriftFinding[]): DriftFinding[] =>
    [...some]
      .sort((a, b) => rankOf(a) - rankOf(b))
      .flatMap((finding) => [finding, ...placed(inside.get(finding.id) ?? [])]);
  return placed(inside.get(undefined) ?? []);
}
