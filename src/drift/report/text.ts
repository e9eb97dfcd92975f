/** Words and values as reports in text show them. */
import { printable } from "../../bitbucket/errors";
import { isBlind } from "../exit";
import { type Case, type DriftReport, type FieldFinding, type Finding, severities } from "../model";

/** How a case is called in a list. */
export const caseWords: Readonly<Record<Case, string>> = {
  drift: "changed",
  deleted: "deleted",
  recreated: "made anew",
  unmanaged: "unmanaged",
  pending: "not applied",
  unreadable: "unreadable",
};

/** Text without half characters, which no encoding can hold. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** A value on one line, cut to `most` characters. What is not set is a dash. */
export function valueText(value: unknown, most = 60): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  const line = printable(text).replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** `PLAT / api`, or `acme` for what belongs to the workspace. */
export function groupOf({ project, repository }: Finding, workspace: string): string {
  const name = [project, repository].filter((part) => part !== undefined).join(" / ");
  return printable(name === "" ? `workspace ${workspace}` : name);
}

/** Findings by what they belong to. What explains others stands before them. */
export function grouped({ findings, workspace }: DriftReport): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const name = groupOf(finding, workspace);
    const group = groups.get(name) ?? [];
    group.push(finding);
    groups.set(name, group);
  }
  return groups;
}

/** A resource in a sentence: `webhook api:ci`. */
export function nameOf({ title, name }: Finding): string {
  return printable(`${title} ${name}`);
}

/** What a finding comes to, in a few words. */
export function gist(finding: Finding): string {
  const { operation } = finding;
  if (finding.case === "pending" && operation === "create") return "to be created";
  if (finding.case === "pending" && operation === "delete") return "to be deleted";
  if (finding.case === "unreadable")
    return finding.scopes ? `needs ${finding.scopes.join(", ")}` : printable(finding.note ?? "");
  if (finding.case === "deleted" || finding.case === "unmanaged") return "";
  return finding.fields.map((field) => changeText(field, finding.case)).join(", ");
}

/** `isPrivate: true → false`. */
export function changeText(field: FieldFinding, of: Case): string {
  const [from, to] = of === "pending" ? [field.last, field.desired] : [field.last, field.live];
  const same = field.secret ? secretText(field, of) : `${valueText(from, 30)} → ${valueText(to, 30)}`;
  return `${printable(field.field)}: ${same}${field.conflict ? " (YAML has changed as well)" : ""}`;
}

function secretText({ live, last }: FieldFinding, of: Case): string {
  if (of === "pending") return "another secret";
  if (last !== undefined && live === undefined) return "the secret is gone";
  return "changed (secret)";
}

/** `2 changed on the server, 1 deleted, 3 not applied`, or that there is nothing. */
export function summaryText(report: DriftReport): string {
  const parts = Object.entries(report.counts.cases).flatMap(([name, count]) =>
    count > 0 ? [`${count} ${caseWords[name as Case]}`] : [],
  );
  const found = parts.length > 0 ? parts.join(", ") : "no drift";
  if (isBlind(report)) return `${found}; nothing could be compared, and nothing is known of drift`;
  return `${found}; ${report.unchanged} of ${report.compared} as they should be`;
}

/** `worst: critical`, of findings other than what could not be read. */
export function worstText(report: DriftReport): string {
  const worst = severities.find((severity) => report.counts.severities[severity] > 0);
  return worst === undefined ? "" : `worst: ${worst}`;
}
