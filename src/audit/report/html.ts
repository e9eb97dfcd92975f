/** The audit as a page for the browser, in the same frame as that of drift. */
import { otherPageData, type PageFinding } from "../../drift/page/data";
import { renderPage } from "../../drift/page/html";
import { formatCount } from "../../errors/count";
import { groupBy } from "../../model/groupBy";
import { formatPlace } from "../../report/text";
import type { Area } from "../checks/shared/check";
import type { AuditFinding, AuditReport } from "../model";
import { checkOf, describeCounts, openFindings } from "./text";

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
      meta: [
        describeCounts(report),
        ...(accepted > 0 ? [`${accepted} accepted`] : []),
        formatCount(report.repositories.length, "repository", "repositories"),
      ],
      requests,
      seconds,
      banner: said.length === 0 ? undefined : { text: said.join(" "), isFolded: true },
      fine: { count: report.checks.reduce((sum, { passed }) => sum + passed, 0), word: "passed" },
      kinds: "checks",
      summary: describeCounts(report),
    },
    otherPageData({
      workspace,
      at,
      findings: byPlace(open).map((finding) => toPageFinding(finding, report)),
      words,
      notes,
      calm: {
        title: "No findings",
        text: complete ? "Every check passed." : "Every check that could be made passed.",
      },
    }),
  );
}

/** Findings of one place stand together, those of the place with the most severe ones first. */
function byPlace(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const groups = groupBy(findings, ({ project, repository }) => JSON.stringify([project, repository]));
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
