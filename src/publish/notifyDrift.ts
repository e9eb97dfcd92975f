/** A drift report as messages to chats, and as Jira issues: one for each repository. */
import { createHash } from "node:crypto";
import { type DriftFinding, type DriftReport, severities } from "../drift/model";
import { caseWords, formatSummary, groupOf, nameOf, summarizeFinding } from "../drift/report/text";
import { groupBy } from "../model/groupBy";
import { bulletList, link as linkTo, paragraph } from "../notify/adf";
import type { ChatMessage } from "../notify/chat";
import { DeliveryError } from "../notify/deliver";
import type { IssueContent, IssueResult, Jira } from "../notify/jira";

/** Findings that are named in a message, and in an issue: Jira takes 32,767 characters. */
const maxLines = 20;
const maxItems = 60;
const maxLength = 300;

/** What somebody changed on the server: pending changes and what could not be read are no drift. */
export function findDrift({ findings }: Pick<DriftReport, "findings">): readonly DriftFinding[] {
  return findings.filter((finding) => finding.case !== "pending" && finding.case !== "unreadable");
}

/** @param findings Those to tell: of a report with a history, only the new ones. */
export function driftMessage(
  report: DriftReport,
  findings: readonly DriftFinding[],
  link?: string,
): ChatMessage {
  const sorted = [...findings].sort(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
  return {
    title: `Drift of ${report.stack}`,
    summary: `${formatSummary(report)}${report.complete ? "" : "; not everything could be read"}`,
    lines: sorted
      .slice(0, maxLines)
      .map((finding) => `${finding.severity}: ${groupOf(finding, report.workspace)}: ${lineOf(finding)}`),
    more: Math.max(0, sorted.length - maxLines),
    link,
  };
}

function lineOf(finding: DriftFinding): string {
  const gist = summarizeFinding(finding);
  const line = `${nameOf(finding)} ${caseWords[finding.case]}${gist === "" ? "" : `: ${gist}`}`;
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}

/** The label that all issues of a stack share. */
function driftLabel(stack: string): string {
  return `bitbucket-as-code-drift-${stack}`;
}

/** The one repository or project that was looked at, by its name in the stack. */
export interface DriftPart {
  readonly kind: "repository" | "project";
  readonly name: string;
}

function issueLabel(stack: string, place: string): string {
  return `${driftLabel(stack)}-${toLabel(place)}`;
}

/** An issue for each repository; for what is in none, for its project, or for the workspace. */
function driftIssues(report: DriftReport, link?: string): readonly IssueContent[] {
  // A repository that moves to another project keeps its issue.
  const places = groupBy(findDrift(report), ({ project, repository }) => {
    if (repository !== undefined) return `repository-${repository}`;
    return project === undefined ? "workspace" : `project-${project}`;
  });
  return [...places].map(([place, findings]) => {
    const name = groupOf(findings[0], report.workspace);
    const items = findings.slice(0, maxItems).map((finding) => `${finding.severity}: ${lineOf(finding)}`);
    return {
      group: driftLabel(report.stack),
      label: issueLabel(report.stack, place),
      title: `Drift in Bitbucket: ${name}`,
      body: [
        paragraph(
          `Somebody changed this outside of the desired state of the stack ${report.stack}. Adopt it in the YAML, or apply: npx bitbucket-as-code up ${report.stack}`,
        ),
        bulletList([
          ...items,
          ...(findings.length > items.length ? [`${findings.length - items.length} more`] : []),
        ]),
        ...(link === undefined ? [] : [paragraph(linkTo("The whole report", link))]),
      ],
      // The link leads to another run each time: it alone is no change.
      compared: JSON.stringify([name, findings.map((finding) => [finding.id, finding.fingerprint])]),
    };
  });
}

/** A name without spaces, and without what a branch cannot be called. */
export function toLabel(place: string): string {
  const plain = place.replace(/[^A-Za-z0-9_.-]/g, "-");
  return plain === place ? plain : `${plain}-${createHash("sha256").update(place).digest("hex").slice(0, 8)}`;
}

/**
 * Creates and updates the issues, those of a part alone if only that was looked at, and closes those of what is gone; tells
 * of each once it is done. Nothing is closed after an incomplete or filtered report: what could not be read is not gone.
 *
 * @throws {DeliveryError} once the others are closed, if some could not be.
 */
export async function* publishIssues(
  jira: Jira,
  report: DriftReport,
  link?: string,
  part?: DriftPart,
): AsyncGenerator<IssueResult> {
  const contents = driftIssues(report, link);
  const open = await jira.findOpen(
    part ? issueLabel(report.stack, `${part.kind}-${part.name}`) : driftLabel(report.stack),
  );
  for (const content of contents) yield await jira.put(content, open);
  if (!report.complete || report.filter !== undefined) return;
  if (part === undefined && report.notLookedAt !== undefined) return;
  const labels = new Set(contents.map(({ label }) => label));
  const failed: string[] = [];
  for (const issue of open) {
    if (issue.labels.some((label) => labels.has(label))) continue;
    try {
      yield await jira.closeIssue(issue, "The drift is gone: the workspace matches the desired state.");
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      failed.push(error.message);
    }
  }
  if (failed.length > 0) throw new DeliveryError(failed.join("\n"));
}
