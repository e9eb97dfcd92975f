/** `drift`: finds changes on the server, pending changes and unmanaged resources. It only reads. */
import { Command, InvalidArgumentError, Option } from "commander";
import { type DriftReport, severities } from "../../drift";
import { exitCodeOf } from "../../drift/exit";
import { type FindingChanges, History } from "../../drift/history";
import { formatChanges } from "../../drift/report/changes";
import { renderTerminalReport } from "../../drift/report/terminal";
import { type Schedule, ScheduleError, scheduleOf } from "../../drift/schedule";
import { watchDrift } from "../../drift/watch";
import { environment } from "../../environment";
import { messageOf, UserError } from "../../errors";
import { notifyChannels } from "../../notify/settings";
import { renderJson } from "../../report/json";
import { printJson } from "../shared/output/print";
import { checkOutputs, pipelineLink, showReport, webAddress, writeOutputs } from "../shared/outputs";
import { UsageError } from "../shared/project";
import { parseWholeNumber } from "../shared/wholeNumber";
import { systemClock } from "./clock";
import { type DriftOptions, findDriftOf } from "./find";
import { collectOutputs, type Format, formats, renderReport } from "./output";
import { doWork, prepareWork } from "./work";

const help = `
Exit codes: 0 no drift, 2 drift, 1 an error, 4 something that the last apply could read is unreadable (see docs/how-to/drift-reports.md)

Examples:
  npx bitbucket-as-code drift acme
  npx bitbucket-as-code drift acme --repository 'svc-*' --kinds Webhook DeployKey
  npx bitbucket-as-code drift acme --report html=drift.html,json=drift.json --fail-on high
  npx bitbucket-as-code drift acme --open-pull-request --notify slack jira
  npx bitbucket-as-code drift acme --watch 1h --history drift.jsonl --report html=drift.html`;

export function createDriftCommand(): Command {
  return new Command("drift")
    .description("Report drift and pending changes. Reads only")
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .option("-r, --repository <pattern...>", "only these repositories: globs, ! excludes")
    .option("--project <pattern...>", "only resources of these projects")
    .option("--kinds <names...>", "only these resource types: Webhook, deployKeys, …")
    .addOption(
      new Option("--fail-on <severity>", "exit with 2 only for drift of at least this severity")
        .choices(severities)
        .default("low"),
    )
    .option("--changed", "compare only what the YAML changes since the last apply")
    .option("--since <revision>", "with --changed: what the YAML changes since this revision of git")
    .option("--spread <hours>", "spread the requests over this many hours", parseWholeNumber)
    .option("--fresh", "ignore the cached responses of an interrupted run")
    .option("--unmanaged", "also report unmanaged resources where YAML sets no policy (more requests)")
    .option("--fail-on-pending", "also exit with 2 for pending changes")
    .option("--strict", "also exit with 1 if the credential cannot read something")
    .option(
      "--allow-unreadable",
      "exit with 0 instead of 4 if the credential cannot read what the last apply could",
    )
    .option("--exit-zero", "exit with 0 if there is drift")
    .option("-v, --verbose", "show every property, and values that cannot be compared")
    .option("--json", "print the report as JSON")
    .option(
      "--report <format=path...>",
      `write reports: ${formats.join(", ")}, each with a path, or - for standard output`,
      collectOutputs,
      [],
    )
    .option("--link <url>", "the URL of the whole report, for a truncated Markdown report", webAddress)
    .option("--history <file>", "a file that records findings over time")
    .option(
      "--watch <schedule>",
      "repeat the check and report changes: an interval such as 15m or 6h, or a cron expression of five fields",
      parseSchedule,
    )
    .option(
      "--open-pull-request [repository]",
      "create or update one pull request that brings the YAML to the live state: workspace/repository, by default the clone's",
    )
    .option("--revert", "with --open-pull-request: describe the apply that reverts the drift instead")
    .addOption(
      new Option("--notify <channels...>", "post the findings; Jira: one issue for each repository").choices(
        notifyChannels,
      ),
    )
    .addHelpText("after", help)
    .action(reportDrift);
}

async function reportDrift(stack: string, options: DriftOptions): Promise<void> {
  checkScope(options);
  checkOutputs(options.report, options.json === true);
  const work = prepareWork(stack, options);
  const asked = { repositories: options.repository, projects: options.project, kinds: options.kinds };
  const filter = Object.fromEntries(Object.entries(asked).filter(([, patterns]) => patterns));
  const history =
    options.history !== undefined || options.watch ? new History(stack, filter, options.history) : undefined;
  const look = () => findDriftOf(stack, filter, options);
  let isDelivered = true;
  let report: DriftReport | undefined;
  if (options.watch && history)
    report = await watchReports(options.watch, history, async () => (await look()).report, options);
  else {
    const found = await look();
    const recorded = recordOnce(found.report, history, options);
    report = recorded.report;
    isDelivered = await doWork(work, { ...found, ...recorded });
  }
  if (!report)
    throw new UserError("Stopped before the first check completed: it is unknown whether there is drift.");
  const code = exitCodeOf(report, options);
  // Drift counts before a failed delivery, which is never taken for success.
  process.exitCode = code === 0 && !isDelivered ? 1 : code;
  if (code === 4)
    process.stderr.write(
      "Something that the last apply could read is unreadable: it is unknown whether it drifted (exit code 4). " +
        "Add the missing scopes, exclude the resource type with --kinds, or pass --allow-unreadable.\n",
    );
}

/** @throws {UsageError} if the options contradict each other. */
function checkScope({ changed, since, unmanaged, history, watch, spread, fresh }: DriftOptions): void {
  const long = Object.entries({ spread, fresh }).find(([, value]) => value !== undefined);
  const short = changed ? "changed" : watch ? "watch" : undefined;
  if (long && short)
    throw new UsageError(
      `--${long[0]} is for one reading of everything, and --${short} is another: leave one out.`,
    );

  if (since !== undefined && !changed)
    throw new UsageError("--since says what --changed compares with: write both.");
  const other = Object.entries({ unmanaged, history, watch }).find(([, value]) => value !== undefined);
  if (changed && other)
    throw new UsageError(
      `--changed looks at a part of the stack, and --${other[0]} needs all of it: leave one out.`,
    );
}

function recordOnce(
  found: DriftReport,
  history: History | undefined,
  options: DriftOptions,
): { readonly report: DriftReport; readonly changes?: FindingChanges } {
  const recorded = history ? history.add(found) : { report: found };
  const { report } = recorded;
  showReport(options, {
    json: () => renderJson(report),
    text: () => shortReport(report, options),
    render: rendererOf(report, history, options),
  });
  return recorded;
}

/** Reports everything once, and after that only what is new. */
async function watchReports(
  schedule: Schedule,
  history: History,
  look: () => Promise<DriftReport>,
  options: DriftOptions,
): Promise<DriftReport | undefined> {
  const stop = new AbortController();
  let looking = false;
  const end = () => {
    if (looking) process.stderr.write("Stopping after this check. Interrupt again to stop immediately.\n");
    stop.abort();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  let first = true;
  try {
    return await watchDrift({
      schedule,
      history,
      clock: systemClock,
      signal: stop.signal,
      look: async () => {
        looking = true;
        return look().finally(() => {
          looking = false;
        });
      },
      onRun(report, changes) {
        if (options.json) printJson(renderJson(report, 0));
        else if (!options.report.some(({ path }) => path === "-"))
          process.stdout.write(`${first ? shortReport(report, options) : formatChanges(report, changes)}\n`);
        first = false;
        writeOutputs(options.report, rendererOf(report, history, options));
      },
      onError(error, next) {
        const message = messageOf(error);
        process.stderr.write(`${message}\nNext check at ${new Date(next).toISOString()}\n`);
      },
    });
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
}

function shortReport(report: DriftReport, { verbose }: DriftOptions): string {
  return renderTerminalReport(report, {
    verbose,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  });
}

function rendererOf(report: DriftReport, history: History | undefined, options: DriftOptions) {
  const link = options.link ?? pipelineLink(environment());
  const context = { days: history?.days() ?? [], link };
  return (format: Format) => renderReport(report, format, context);
}

function parseSchedule(text: string): Schedule {
  try {
    return scheduleOf(text);
  } catch (error) {
    throw error instanceof ScheduleError ? new InvalidArgumentError(error.message) : error;
  }
}
