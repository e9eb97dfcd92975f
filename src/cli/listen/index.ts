/** `listen`: takes Bitbucket's webhooks, and looks at the one repository that each is about. */
import { mkdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadStack, locateStack, type StackLocation, withoutRepositoryFiles } from "../../desired";
import { loadStates } from "../../drift/states";
import { environment, toWholeNumber, variable } from "../../environment";
import { registerSecret } from "../../errors";
import { findGitTop } from "../../git/top";
import { type LogEntry, listen, renderLogLine, renderLogText, type SubjectLook } from "../../listen";
import { filesOfSubject } from "../../listen/files";
import { publishLook } from "../../listen/insights";
import { ToldDrift } from "../../listen/told";
import { type NotifyChannel, notifyChannels } from "../../notify/settings";
import type { ConfigLookup } from "../../provider/configLookup";
import { systemClock } from "../drift/clock";
import { collectOutputs, type Format, formats, renderReport } from "../drift/output";
import { prepareWork } from "../drift/work";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { addExamples } from "../shared/examples";
import { type Output, writeOutputs } from "../shared/outputs";
import { findProject, readConfig, UsageError } from "../shared/project";
import { repositoryFilesNow } from "../shared/repositoryFiles";
import { deliverLook } from "./deliver";

interface ListenCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly queue?: string;
  readonly maxQueued: number;
  readonly settle: number;
  readonly unsigned?: boolean;
  readonly report: readonly Output<Format>[];
  readonly insights?: boolean;
  readonly openPullRequest?: string | boolean;
  readonly revert?: boolean;
  readonly notify?: readonly NotifyChannel[];
  readonly json?: boolean;
}

/** What stands for the repository in the path of a report. */
const placeholder = "{name}";

export function createListenCommand(): Command {
  return addExamples(
    new Command("listen")
      .description("Receive Bitbucket's webhooks, and report drift of the repository that each one concerns")
      .argument("<stack>", "the stack's name")
      .option("--port <number>", "the port; 0 takes any free one", parsePort, 8080)
      .option("--host <address>", "the address to listen on", "127.0.0.1")
      .option("--path <path>", "the path of the webhook's URL", parsePath, "/")
      .option("--queue <folder>", "the folder for accepted events. Default: .listen/<stack> in the project")
      .option(
        "--max-queued <number>",
        "respond with 503 if this many events are waiting",
        parseCount(1),
        1000,
      )
      .option(
        "--settle <milliseconds>",
        "wait this long after the last event of a repository before comparing it",
        parseCount(0),
        2000,
      )
      .option("--unsigned", "accept events without a secret, from anyone who can reach the port")
      .option(
        "--report <format=path...>",
        `write the report of each repository: ${formats.join(", ")}, each with a path that contains ${placeholder}`,
        collectOutputs,
        [],
      )
      .option(
        "--insights",
        "post a Code Insights report on the main branch of the repository in listen.desiredState",
      )
      .option(
        "--open-pull-request [repository]",
        "for each repository with drift, open or update a pull request that changes its YAML to the live values",
      )
      .option("--revert", "with --open-pull-request: describe the apply that undoes the drift instead")
      .addOption(
        new Option(
          "--notify <channels...>",
          "post drift that is new to chats, and keep an issue for each repository in Jira",
        ).choices(notifyChannels),
      )
      .option("--json", "print the log as JSON lines")
      .addHelpText(
        "after",
        `
The secret of the webhook is in BITBUCKET_WEBHOOK_SECRET, or in the configuration as bitbucket:webhookSecret. GET /healthz
and GET /metrics describe the listener. See docs/how-to/listen.md.`,
      ),
    [
      "npx bitbucket-as-code listen acme --port 8080",
      "npx bitbucket-as-code listen acme --json --report html=reports/{name}.html",
    ],
  ).action(run);
}

async function run(stack: string, options: ListenCommandOptions): Promise<void> {
  const { root, name } = findProject();
  const place = locateStack(root, stack);
  if (place.shard !== "")
    throw new UsageError(
      `${stack} is a shard: what the others declare would seem unmanaged. Listen for ${place.stack}.`,
    );
  const reports = options.report.find(({ path }) => !path.includes(placeholder));
  if (reports)
    throw new UsageError(
      `Each repository has a report of its own: ${reports.path} must contain ${placeholder}, as in ${reports.format}=reports/${placeholder}.${reports.format}.`,
    );
  const settings = readConfig(root, place.stack);
  const secret = variable("BITBUCKET_WEBHOOK_SECRET", environment(), settings) || undefined;
  if (secret === undefined && !options.unsigned)
    throw new UsageError(
      "There is no secret to check signatures with. Set BITBUCKET_WEBHOOK_SECRET to the webhook's secret; or, behind something " +
        "that checks them, pass --unsigned.",
    );
  if (secret !== undefined) registerSecret(secret);
  const stop = new AbortController();
  const end = () => {
    process.stderr.write("Stopping after this look. Interrupt again to stop immediately.\n");
    stop.abort();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  const print = options.json ? renderLogLine : renderLogText;
  const folder = resolve(root, options.queue ?? join(".listen", place.stack));
  const publish = await createPublisher(root, place, settings, { ...options, folder });
  try {
    await listen({
      ...options,
      place,
      folder,
      secret,
      capacity: options.maxQueued,
      load: (subject) =>
        loadStates(root, place.stack, useEngine, (readState) =>
          filesOfSubject(repositoryFilesNow(root, place.stack), subject.uuid, readState),
        ),
      connect: ({ write }, work) =>
        withClient({ config: settings, quiet: true, readsFew: true, write }, work),
      settings,
      config: (key) => settings(`${name}:${key}`),
      publish,
      log: (entry: LogEntry) => process.stdout.write(`${print(entry)}\n`),
      clock: systemClock,
      signal: stop.signal,
    });
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
}

/** @throws {UsageError} if Code Insights have no place. */
async function createPublisher(
  root: string,
  { path, stack }: StackLocation,
  config: ConfigLookup,
  { report: outputs, insights, folder: queue, ...work }: ListenCommandOptions & { readonly folder: string },
): Promise<(result: SubjectLook) => Promise<void>> {
  const { listen: settings, workspace } = await loadStack(path, {
    repositoryFiles: withoutRepositoryFiles,
  });
  const slug = settings?.desiredState;
  if (insights && slug === undefined)
    throw new UsageError(
      "--insights posts on the repository with the YAML. Name it in the YAML: listen: { desiredState: <slug> }.",
    );
  const folder = relative(findGitTop(root) ?? root, root)
    .split(sep)
    .join("/");
  const delivers = prepareWork(stack, work);
  const told = new ToldDrift(join(queue, "told.json"));
  return async (result) => {
    const { report, name } = result;
    if (name === undefined) return;
    if (!report) {
      await deliverLook(delivers, stack, result, told);
      return;
    }
    const places = outputs.map(({ format, path: to }) => ({
      format,
      path: to.replaceAll(placeholder, name.replace(/[^\w.-]/g, "_")),
    }));
    for (const { path: to } of places) mkdirSync(dirname(to), { recursive: true });
    writeOutputs(places, (format) => renderReport(report, format, { days: [] }));
    if (insights && slug !== undefined)
      await withClient({ config, quiet: true, write: true }, ({ client }) =>
        publishLook(client, { workspace, slug, folder }, result),
      );
    await deliverLook(delivers, stack, result, told);
  };
}

function parseCount(least: number): (text: string) => number {
  return (text) => {
    const number = toWholeNumber(text, least);
    if (number === undefined) throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return number;
  };
}

function parsePort(text: string): number {
  const port = toWholeNumber(text, 0);
  if (port === undefined || port > 65_535)
    throw new InvalidArgumentError("It must be a port, from 0 to 65535.");
  return port;
}

function parsePath(text: string): string {
  if (/^\/[\w./~-]*$/.test(text) && text !== "/healthz" && text !== "/metrics") return text;
  throw new InvalidArgumentError("It must be a path such as /bitbucket, and neither /healthz nor /metrics.");
}
