/**
 * A Code Insights report on a commit, with an annotation on each affected line of the YAML.
 * https://support.atlassian.com/bitbucket-cloud/docs/code-insights/
 */
import { createHash } from "node:crypto";
import { type ApiRequest, apiPath, BitbucketError } from "../bitbucket";
import type { PublishResult } from "./comment";
import { type Notice, plainLine, type Row, shortenText } from "./notice";

/** Sends requests: the client, or a step's proxy. */
export interface Sender {
  send(request: ApiRequest): Promise<{ readonly body: unknown }>;
}

const maxAnnotations = 1000;
const maxAtOnce = 100;
const maxData = 10;
const maxTitleLength = 450;
const maxDetailsLength = 2000;

interface InsightsOptions {
  readonly repository: string;
  readonly commit: string;
  /**
   * The path from the root of the git repository to the project, which the YAML's file names are relative to.
   */
  readonly folder: string;
  readonly link?: string | undefined;
}

export async function publishInsights(
  sender: Sender,
  notice: Notice,
  { repository, commit, folder, link }: InsightsOptions,
): Promise<PublishResult> {
  const [workspace = "", slug = ""] = repository.split("/");
  const path = apiPath`/repositories/${workspace}/${slug}/commit/${commit}/reports/${notice.id}`;
  const rows = [...notice.rows]
    .sort((a, b) => toInsightsSeverity(a) - toInsightsSeverity(b))
    .slice(0, maxAnnotations);
  const cutOff = notice.rows.length - rows.length;
  // Otherwise, an earlier run's annotations on this commit would stay.
  await sender.send({ method: "DELETE", path }).catch((error: unknown) => {
    if (!(error instanceof BitbucketError && error.status === 404)) throw error;
  });
  await sender.send({
    method: "PUT",
    path,
    body: {
      title: shortenText(notice.title, maxTitleLength),
      details: shortenText(
        [
          notice.summary,
          ...(notice.rows.length === 0 ? [notice.nothing] : []),
          ...notice.remarks,
          ...(cutOff > 0
            ? [`Only the first ${maxAnnotations} of ${notice.rows.length} are shown here.`]
            : []),
        ].join("\n"),
        maxDetailsLength,
      ),
      report_type: "TEST",
      reporter: "bitbucket-as-code",
      result: notice.passed ? "PASSED" : "FAILED",
      ...(link === undefined ? {} : { link }),
      data: notice.counts.slice(0, maxData).map(([title, value]) => ({ title, type: "NUMBER", value })),
    },
  });
  const ids = idsOf(notice, rows);
  const annotations = rows.map((row, index) => annotation(ids[index] ?? "", row, folder));
  for (let start = 0; start < annotations.length; start += maxAtOnce)
    await sender.send({
      method: "POST",
      path: `${path}/annotations`,
      body: annotations.slice(start, start + maxAtOnce),
    });
  return { what: "insights", done: "updated" };
}

const order = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

function toInsightsSeverity({ severity }: Row): number {
  return order.indexOf(severity);
}

/** Ids that are stable across runs and unique: there can be several rows for one resource. */
function idsOf({ id }: Notice, rows: readonly Row[]): string[] {
  const seen = new Map<string, number>();
  return rows.map(({ sign, what }) => {
    const row = `${sign} ${what}`;
    const count = (seen.get(row) ?? 0) + 1;
    seen.set(row, count);
    const named = count === 1 ? row : `${row}\n${count}`;
    return `${id}-${createHash("sha256").update(named).digest("hex").slice(0, 24)}`;
  });
}

function annotation(id: string, row: Row, folder: string): Record<string, unknown> {
  const details = row.details.map(plainLine).join("\n");
  return {
    external_id: id,
    annotation_type: "CODE_SMELL",
    summary: shortenText(plainLine(`${row.sign} ${row.what}`), maxTitleLength),
    severity: row.severity,
    ...(details === "" ? {} : { details: shortenText(details, maxDetailsLength) }),
    ...(row.link === undefined ? {} : { link: row.link }),
    ...(row.position === undefined || row.position.line < 1
      ? {}
      : {
          path: folder === "" ? row.position.file : `${folder}/${row.position.file}`,
          line: row.position.line,
        }),
  };
}
