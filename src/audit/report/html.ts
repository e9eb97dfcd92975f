/** The audit as a page for the browser, in the same frame as that of drift. */
import { operationWords, type PageData, type PageFinding } from "../../drift/page/data";
import { renderPage } from "../../drift/page/html";
import { formatCount } from "../../errors/count";
import { severities } from "../../kinds/severity";
import { type Area, areas } from "../checks/shared/check";
import type { AuditFinding, AuditReport } from "../model";
import { checkOf, describeCounts, formatPlace, openFindings } from "./text";

const words: Readonly<Record<Area, { readonly word: string; readonly meaning: string }>> = {
  visibility: { word: "visibility", meaning: "who can see the code" },
  branches: { word: "branches", meaning: "how the main branch is protected" },
  access: { word: "access", meaning: "who may do what" },
  keys: { word: "keys", meaning: "deploy keys" },
  webhooks: { word: "webhooks", meaning: "what is sent where" },
  pipelines: { word: "pipelines", meaning: "variables, deployments and runners" },
  activity: { word: "activity", meaning: "what is still in use" },
};

export function renderAuditHtml(report: AuditReport): string {
  const { workspace, score, requests, seconds, at, complete, warnings, unread, findings } = report;
  const open = openFindings(report);
  const accepted = findings.length - open.length;
  const worst = severities.find((severity) => report.counts[severity] > 0);
  const notes = [
    ...warnings,
    ...unread.map(
      ({ project, repository, part, reason }) =>
        `${formatPlace({ project, repository }, workspace)}: ${part}: ${reason}`,
    ),
  ];
  const said = [
    ...(complete
      ? []
      : [`${formatCount(unread.length, "part")} could not be read: nothing is known of them.`]),
    ...(warnings.length === 0 ? [] : [`${formatCount(warnings.length, "warning")} about the baseline.`]),
  ];
  return renderPage(
    {
      title: `Audit of ${workspace}`,
      verdict: `${score} of 100`,
      tone: worst ?? "fine",
      meta: [
        describeCounts(report),
        ...(accepted > 0 ? [`${accepted} accepted`] : []),
        formatCount(report.repositories.length, "repository", "repositories"),
        `${formatCount(requests, "request")} in ${seconds.toFixed(1)} s`,
        `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`,
      ],
      banner: said.length === 0 ? undefined : { text: said.join(" "), isFolded: true },
      fine: { count: report.checks.reduce((sum, { passed }) => sum + passed, 0), word: "passed" },
      kinds: "checks",
      summary: describeCounts(report),
    },
    pageData(report, open, notes),
  );
}

function pageData(report: AuditReport, open: readonly AuditFinding[], notes: readonly string[]): PageData {
  const found = byPlace(open).map((finding) => toPageFinding(finding, report));
  const count = (area: Area) => found.filter((finding) => finding.case === area).length;
  return {
    report: {
      workspace: report.workspace,
      at: report.at,
      findings: found,
      counts: {
        cases: Object.fromEntries(areas.map((area) => [area, count(area)])),
        severities: report.counts,
      },
    },
    days: [],
    cases: areas.filter((area) => count(area) > 0),
    severities,
    words,
    operations: operationWords,
    gists: Object.fromEntries(open.map(({ id, message }) => [id, message])),
    notes,
    calm: {
      title: "No findings",
      text: report.complete ? "Every check passed." : "Every check that could be made passed.",
    },
  };
}

/** Findings of one place stand together, those of the place with the most severe ones first. */
function byPlace(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const groups = new Map<string, AuditFinding[]>();
  for (const finding of findings) {
    const place = JSON.stringify([finding.project, finding.repository]);
    groups.set(place, [...(groups.get(place) ?? []), finding]);
  }
  return [...groups.values()].flat();
}

function toPageFinding(finding: AuditFinding, report: AuditReport): PageFinding {
  const { id, severity, project, repository, subject, message, link, yaml } = finding;
  const { title, area, why, fix, benchmarks } = checkOf(report, finding);
  const numbers = benchmarks.map((one) => `${one.source} ${one.id}`).join(", ");
  return {
    id,
    case: area,
    severity,
    kind: finding.check,
    title,
    name: subject,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
    ...(link === undefined ? {} : { link }),
    fields: [],
    note: message,
    facts: [
      ["Problem", `${subject} ${message}`],
      ["Why it matters", why],
      ["How to fix it", fix],
      ...(numbers === "" ? [] : [["Benchmarks", numbers] as const]),
    ],
    ...(yaml === undefined ? {} : { snippet: { title: "YAML that fixes it", text: yaml } }),
  };
}
