/**
 * `report`: posts the results of a plan or a comparison to Bitbucket: a comment, Code Insights, a build
 * status.
 */
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { auditReportSchema } from "../../audit";
import { reportSchema } from "../../drift/model";
import { environment } from "../../environment";
import { messageOf, UserError } from "../../errors";
import { findGitTop } from "../../git/top";
import { parsePlan, planKeyFrom, verifyPlan } from "../../plan/file";
import {
  defaultProxy,
  formatComment,
  type Notice,
  type PipelineContext,
  type PublishResult,
  previewOutcomeSchema,
  publishComment,
  publishInsights,
  publishStatus,
  readPipelineContext,
  sendThroughProxy,
  toAuditNotice,
  toDriftNotice,
  toFailedDriftNotice,
  toFailedPlanNotice,
  toPlanNotice,
  toPreviewNotice,
  toProblemsNotice,
} from "../../publish";
import { withClient } from "../shared/connect";
import { addExamples } from "../shared/examples";
import { failureSchema } from "../shared/output/failure";
import { printOutput } from "../shared/output/print";
import { validationSchema } from "../shared/output/stack";
import { findProject, UsageError } from "../shared/project";
import { checkRepositoryName } from "../shared/repositoryName";
import { parseWholeNumber } from "../shared/wholeNumber";

interface ReportCommandOptions {
  readonly stack?: string;
  readonly failedPlan?: string;
  readonly failedDrift?: string;
  readonly comment?: boolean;
  readonly insights?: boolean;
  readonly status?: boolean;
  readonly repository?: string;
  readonly commit?: string;
  readonly pullRequest?: number;
  readonly link?: string | undefined;
  readonly proxy?: string | boolean;
  readonly print?: boolean;
  readonly json?: boolean;
}

export function createReportCommand(): Command {
  return addExamples(
    new Command("report")
      .description("Post a plan, a drift or audit report, or the result of a validation to Bitbucket")
      .argument(
        "[file]",
        "a plan, or what preview, drift, audit or validate printed with --json; - is standard input",
      )
      .option("--stack <stack>", "the stack of what preview --json printed")
      .option(
        "--failed-plan <stack>",
        "instead of a file: report that there is no plan, because its step failed",
      )
      .option("--failed-drift <stack>", "instead of a file: report that the comparison failed")
      .option("--comment", "post one comment on the pull request, and update it each time")
      .option(
        "--insights",
        "post a Code Insights report on the commit, with annotations on the lines of the YAML",
      )
      .option("--status", "post a build status of the commit")
      .option("--repository <repository>", "workspace/repository. Default: the pipeline's")
      .option("--commit <hash>", "default: the pipeline's")
      .option("--pull-request <number>", "default: the pipeline's", parseWholeNumber)
      .option("--link <url>", "the URL with details. Default: the pipeline run")
      .option(
        "--proxy [url]",
        `send Code Insights through the proxy of Pipelines, ${defaultProxy}, which requires no token`,
      )
      .option("--print", "print the comment instead of sending it")
      .option("--json", "print what was published as JSON")
      .addHelpText(
        "after",
        `
Without --comment, --insights and --status, it posts a comment in a pull request's pipeline, and Code Insights in every
pipeline. In a step of Pipelines without BITBUCKET_TOKEN, Code Insights are sent through the proxy.`,
      )
      .action(report),
    [
      "npx bitbucket-as-code report plan.json",
      "npx bitbucket-as-code drift acme --json --exit-zero | npx bitbucket-as-code report - --status",
      "npx bitbucket-as-code report plan.json --comment --repository acme/infrastructure --pull-request 12",
      "npx bitbucket-as-code preview acme --changed --json | npx bitbucket-as-code report - --stack acme",
      "npx bitbucket-as-code report --failed-plan acme",
      "npx bitbucket-as-code validate acme --team-file teams/payments.yaml --json | npx bitbucket-as-code report -",
    ],
  );
}

async function report(file: string | undefined, options: ReportCommandOptions): Promise<void> {
  const notice = noticeOf(file, options);
  const place = toPlace(options);
  const link = options.link ?? place.run;
  if (options.print) {
    const text = formatComment(notice, { commit: place.commit, link });
    if (options.json) printOutput("comment", { comment: text });
    else process.stdout.write(`${text}\n`);
    return;
  }
  const published: PublishResult[] = [];
  const problems: string[] = [];
  for (const channel of channelsOf(options, place)) {
    try {
      published.push(await publish(channel, notice, place, { ...options, link }));
    } catch (error) {
      // A channel that fails does not stop the others.
      problems.push(`${channel}: ${messageOf(error)}`);
    }
  }
  if (options.json) printOutput("report", { published, problems });
  else
    for (const { what, done, link: where } of published)
      process.stdout.write(`${names[what]} ${done}${where === undefined ? "" : `: ${where}`}\n`);
  if (problems.length > 0)
    throw new UserError(
      `Some reports could not be published.\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
}

type Channel = PublishResult["what"];

const names: Readonly<Record<Channel, string>> = {
  comment: "The comment is",
  insights: "The Code Insights report is",
  status: "The build status is",
};

function channelsOf({ comment, insights, status }: ReportCommandOptions, place: PipelineContext): Channel[] {
  const asked = { comment, insights, status };
  const chosen = (Object.keys(asked) as Channel[]).filter((channel) => asked[channel]);
  if (chosen.length > 0) return chosen;
  return place.pullRequest === undefined ? ["insights"] : ["comment", "insights"];
}

async function publish(
  channel: Channel,
  notice: Notice,
  place: PipelineContext,
  options: ReportCommandOptions,
): Promise<PublishResult> {
  const { link } = options;
  const repository = requireValue(
    place.repository,
    "the repository",
    "--repository, or BITBUCKET_REPO_FULL_NAME",
  );
  if (channel === "comment") {
    const pullRequest = requireValue(
      place.pullRequest,
      "the pull request",
      "--pull-request, or BITBUCKET_PR_ID",
    );
    return withClient({ write: true }, ({ client }) =>
      publishComment(client, { repository, pullRequest }, notice, { commit: place.commit, link }),
    );
  }
  const commit = requireValue(place.commit, "the commit", "--commit, or BITBUCKET_COMMIT");
  if (channel === "status")
    return withClient({ write: true }, ({ client }) =>
      publishStatus(
        client,
        { repository, commit, branch: place.branch },
        notice,
        link ?? `https://bitbucket.org/${repository}/commits/${commit}`,
      ),
    );
  // Only lines of the YAML are relative to a project: an audit has none.
  const folder = notice.rows.some(({ position }) => position !== undefined) ? folderOf(place) : "";
  const insights = { repository, commit, folder, link };
  const proxy = proxyOf(options, place);
  return proxy === undefined
    ? withClient({ write: true }, ({ client }) => publishInsights(client, notice, insights))
    : sendThroughProxy(proxy, (sender) => publishInsights(sender, notice, insights));
}

function proxyOf({ proxy }: ReportCommandOptions, place: PipelineContext): string | undefined {
  if (typeof proxy === "string") return proxy;
  if (proxy === true) return defaultProxy;
  return place.inPipelines && !environment().BITBUCKET_TOKEN ? defaultProxy : undefined;
}

/** The path from the root of the git repository to the project. */
function folderOf(place: PipelineContext): string {
  const { root } = findProject();
  const top = place.folder ?? findGitTop(root);
  const way = top === undefined ? "" : relative(top, root).split(sep).join("/");
  return way.startsWith("..") ? "" : way;
}

function noticeOf(
  file: string | undefined,
  { failedPlan: plan, failedDrift: drift, stack }: ReportCommandOptions,
): Notice {
  const notices = [
    ...(file === undefined ? [] : [() => noticeIn(file, stack)]),
    ...(plan === undefined ? [] : [() => toFailedPlanNotice(plan)]),
    ...(drift === undefined ? [] : [() => toFailedDriftNotice(drift)]),
  ];
  const [notice, ...others] = notices;
  if (!notice || others.length > 0)
    throw new UsageError("Pass one of these: a file, --failed-plan <stack>, --failed-drift <stack>.");
  return notice();
}

/** A plan with a valid signature, or what a command printed with `--json`. */
function noticeIn(file: string, stack: string | undefined): Notice {
  const name = file === "-" ? "standard input" : file;
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON: pass a plan, or the output of "drift --json".`);
  }
  if (z.object({ format: z.string() }).safeParse(content).success) {
    const plan = parsePlan(text, name);
    verifyPlan(plan, planKeyFrom(environment()));
    return toPlanNotice(plan);
  }
  const drift = reportSchema.safeParse(content);
  if (drift.success) return toDriftNotice(drift.data);
  const audit = auditReportSchema.safeParse(content);
  if (audit.success) return toAuditNotice(audit.data);
  const preview = previewOutcomeSchema.safeParse(content);
  if (preview.success) {
    if (stack === undefined)
      throw new UsageError(
        `${name} is the outcome of a preview, which does not name its stack: pass --stack <stack>.`,
      );
    return toPreviewNotice(preview.data, stack);
  }
  const failure = failureSchema.safeParse(content);
  if (failure.success && failure.data.error.problems)
    return toProblemsNotice(failure.data.error.problems, "");
  const valid = validationSchema.safeParse(content);
  if (valid.success)
    return toProblemsNotice(valid.data.warnings, `${valid.data.team?.file ?? valid.data.path} is valid.`);
  throw new UsageError(
    `${name} is neither a plan nor what "drift --json", "audit --json" or "validate --json" prints.`,
  );
}

function toPlace({ repository, commit, pullRequest }: ReportCommandOptions): PipelineContext {
  const place = readPipelineContext(environment());
  return {
    ...place,
    ...(repository === undefined ? {} : { repository: checkRepositoryName(repository) }),
    ...(commit === undefined ? {} : { commit }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
  };
}

/** The named repository, or that of the pipeline. */
export function repositoryOf({ repository }: { readonly repository?: string }): string {
  return checkRepositoryName(
    requireValue(
      repository ?? readPipelineContext(environment()).repository,
      "the repository",
      "--repository, or BITBUCKET_REPO_FULL_NAME",
    ),
  );
}

function requireValue<Value>(value: Value | undefined, what: string, how: string): Value {
  if (value === undefined)
    throw new UsageError(`It is not known which ${what.replace("the ", "")} is meant. Give ${how}.`);
  return value;
}
