/** Labels and values as text reports show them. */
import { escapeUnprintable } from "../../bitbucket/printable";
import { groupBy } from "../../model/groupBy";
import { isBlind } from "../exit";
import { type DriftCase, type DriftFinding, type DriftReport, type FieldFinding, severities } from "../model";

/** The name of a case in a list. */
export const caseWords: Readonly<Record<DriftCase, string>> = {
  drift: "changed",
  deleted: "deleted",
  recreated: "recreated",
  unmanaged: "unmanaged",
  pending: "pending",
  unreadable: "unreadable",
};

/** Values, one per line, cut to `most` characters: if they begin alike, to the part that differs. */
export function formatValues(values: readonly unknown[], most: number): string[] {
  const lines = values.map((value) => [...lineOf(value)]);
  if (lines.every((line) => line.length <= most)) return lines.map((line) => line.join(""));
  const [first = [], ...others] = lines.filter((_, index) => values[index] !== undefined);
  let same = 0;
  while (same < first.length && others.every((line) => line[same] === first[same])) same += 1;
  const alike =
    others.length === 0 || (same === first.length && others.every(({ length }) => length === same));
  const from = alike ? 0 : Math.max(0, same - Math.floor(most / 3));
  return lines.map((line, index) => {
    const start = from > 0 && values[index] !== undefined ? ["…", ...line.slice(from + 1)] : line;
    return (start.length > most ? [...start.slice(0, most - 1), "…"] : start).join("");
  });
}

/** A value on one line. An unset value is a dash. */
function lineOf(value: unknown): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  return escapeUnprintable(text).replace(/\s+/g, " ");
}

/** `PLAT / api`, or `acme` for resources of the workspace. */
export function groupOf({ project, repository }: DriftFinding, workspace: string): string {
  const name = [project, repository].filter((part) => part !== undefined).join(" / ");
  return escapeUnprintable(name === "" ? `workspace ${workspace}` : name);
}

/** Groups findings by owner. Those that explain others come first. */
export function groupFindings({
  findings,
  workspace,
}: DriftReport): ReadonlyMap<string, readonly DriftFinding[]> {
  return groupBy(findings, (finding) => groupOf(finding, workspace));
}

/** A resource in a sentence: `webhook api:ci`. */
export function nameOf({ title, name }: DriftFinding): string {
  return escapeUnprintable(`${title} ${name}`);
}

/** A finding in a few words. */
export function summarizeFinding(finding: DriftFinding): string {
  const { operation } = finding;
  if (finding.case === "pending" && operation === "create") return "to be created";
  if (finding.case === "pending" && operation === "delete") return "to be deleted";
  if (finding.case === "unreadable")
    return finding.scopes ? `needs ${finding.scopes.join(", ")}` : escapeUnprintable(finding.note ?? "");
  if (finding.case === "deleted" || finding.case === "unmanaged") return "";
  return finding.fields.map((field) => formatChange(field, finding.case)).join(", ");
}

/** `isPrivate: true → false`; for a list, what was added and removed: `events: +issue:created -repo:push`. */
export function formatChange(field: FieldFinding, of: DriftCase): string {
  const [from, to] = of === "pending" ? [field.last, field.desired] : [field.last, field.live];
  const change = field.secret
    ? secretText(field, of)
    : (listText(from, to) ?? formatValues([from, to], 30).join(" → "));
  return `${escapeUnprintable(field.field)}: ${change}${field.conflict ? " (also changed in YAML)" : ""}${field.notApplied ? " (accepted by Bitbucket earlier and not applied)" : ""}`;
}

/** Items of a list that are named in one line, at most. */
const maxItems = 3;

function listText(from: unknown, to: unknown): string | undefined {
  if (!Array.isArray(from) || !Array.isArray(to)) return undefined;
  const [before, after] = [from.map(lineOf), to.map(lineOf)];
  const changes = [
    ...after.filter((item) => !before.includes(item)).map((item) => `+${item}`),
    ...before.filter((item) => !after.includes(item)).map((item) => `-${item}`),
  ];
  if (changes.length === 0) return undefined;
  const more = changes.length - maxItems;
  const shown = changes.slice(0, maxItems).flatMap((change) => formatValues([change], 40));
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(" ");
}

function secretText({ live, last }: FieldFinding, of: DriftCase): string {
  if (of === "pending") return "different secret";
  if (last !== undefined && live === undefined) return "secret removed";
  return "changed (secret)";
}

/** `2 changed on the server, 1 deleted, 3 not applied`, or that there are none. */
export function formatSummary(report: DriftReport): string {
  const parts = Object.entries(report.counts.cases).flatMap(([name, count]) =>
    count > 0 ? [`${count} ${caseWords[name as DriftCase]}`] : [],
  );
  const found = parts.length > 0 ? parts.join(", ") : "no drift";
  if (isBlind(report)) return `${found}; nothing could be compared: it is unknown whether there is drift`;
  const left = report.notLookedAt === undefined ? "" : `, ${report.notLookedAt} not looked at`;
  const { oldestReadSeconds: age } = report;
  const old = age === undefined ? "" : `, read up to ${Math.ceil(age / 60)} min ago`;
  return `${found}; ${report.unchanged} of ${report.compared} in sync${left}${old}`;
}

/** `only svc-*, PLAT` if the run was filtered; otherwise empty. */
export function formatFilter({ filter }: DriftReport): string {
  const asked = Object.values(filter ?? {}).flat();
  return asked.length === 0 ? "" : escapeUnprintable(`only ${asked.join(", ")}`);
}

/** `worst: critical`, without unreadable resources. */
export function formatWorst(report: DriftReport): string {
  const worst = severities.find((severity) => report.counts.severities[severity] > 0);
  return worst === undefined ? "" : `worst: ${worst}`;
}
