/** `audit`: holds a workspace's live state against checks. It only reads, and takes no project. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type AuditCheck,
  type AuditSettings,
  auditWorkspace,
  checkNamed,
  checks,
  defaultSettings,
} from "../../audit";
import { acceptFindings, type BaselineEntry, parseBaseline, writeBaseline } from "../../audit/baseline";
import { auditExitCode } from "../../audit/exit";
import { type FixOutcome, fixYaml } from "../../audit/fix";
import { renderAuditTerminal } from "../../audit/report/terminal";
import { escapeUnprintable } from "../../bitbucket/printable";
import { environment } from "../../environment";
import { messageOf } from "../../errors";
import { formatCount } from "../../errors/count";
import { type Severity, severities } from "../../kinds/severity";
import type { LiveReader } from "../../live";
import { isDay } from "../../model/day";
import { renderJson } from "../../report/json";
import { formatPlace } from "../../report/text";
import { withClient } from "../shared/connect";
import { checkOutputs, type Output, pipelineLink, showReport, webAddress } from "../shared/outputs";
import { withProgress } from "../shared/progress";
import { findOnlyStack, findProject, stackFile, UsageError } from "../shared/project";
import { repositoryFilesBeside } from "../shared/repositoryFiles";
import { parseWholeNumber } from "../shared/wholeNumber";
import { type AuditFormat, auditFormats, collectAuditOutputs, renderAudit } from "./output";
import { refuseEmpty, selectOwners } from "./select";

interface AuditCommandOptions {
  readonly repository?: readonly string[];
  readonly project?: readonly string[];
  readonly check?: readonly string[];
  readonly admins?: readonly string[];
  readonly webhookHosts?: readonly string[];
  readonly approvals: number;
  readonly maxAdmins: number;
  readonly keyDays: number;
  readonly unusedDays: number;
  readonly inactiveDays: number;
  readonly failOn: Severity;
  readonly allowUnreadable?: boolean;
  readonly exitZero?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly report: readonly Output<AuditFormat>[];
  readonly link?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly fix?: readonly string[];
  readonly stack?: string;
}

const help = `
Exit codes: 0 no findings, 2 findings, 1 an error, 4 not everything could be read (see docs/how-to/audit.md)

Examples:
  bitbucket-as-code audit acme
  bitbucket-as-code audit acme --repository 'svc-*' --check plain-secret webhook-encryption --verbose
  bitbucket-as-code audit acme --json --exit-zero | jq .score
  bitbucket-as-code audit acme --fail-on high --admins alice bob --webhook-hosts '*.acme.example'`;

/** Options that are numbers, with their defaults. */
const thresholds = [
  ["--approvals <number>", "the number of approvals that a merge must require", defaultSettings.approvals],
  [
    "--max-admins <number>",
    "the maximum number of users with admin permission on a repository or project",
    defaultSettings.maxAdmins,
  ],
  ["--key-days <days>", "the age from which a deploy key is old, in days", defaultSettings.keyDays],
  [
    "--unused-days <days>",
    "the time without use from which a deploy key is unused, in days",
    defaultSettings.unusedDays,
  ],
  ["--inactive-days <days>", "a repository without a commit is inactive after", defaultSettings.inactiveDays],
] as const;

export function createAuditCommand(): Command {
  const command = new Command("audit")
    .description(
      "Check the security of a workspace's settings, and show how to fix what it finds. Reads only; requires no project",
    )
    .argument("<workspace>", "the workspace's slug")
    .option("-r, --repository <pattern...>", "only these repositories: globs, ! excludes")
    .option("--project <pattern...>", "only these projects and what is in them, by key")
    .option("--check <ids...>", "only these checks")
    .option(
      "--admins <users...>",
      "users who may have admin permission: UUIDs, account IDs or names of members",
    )
    .option("--webhook-hosts <hosts...>", "hosts that webhooks may send to: names or globs");
  for (const [flags, description, value] of thresholds)
    command.addOption(new Option(flags, description).argParser(parseWholeNumber).default(value));
  return command
    .option("--baseline <file>", "accept the findings in this file, each with a reason and an expiry date")
    .option("--write-baseline <file>", "write a baseline that accepts all findings; requires --reason")
    .option("--reason <text>", "why the findings of --write-baseline are accepted")
    .option("--until <day>", "the last day on which they are accepted: 2027-01-31", day)
    .option("--fix <ids...>", "write the YAML that fixes the findings of these checks, and nothing else")
    .option("-s, --stack <stack>", "the stack whose YAML --fix writes. Default: the only one")
    .addOption(
      new Option("--fail-on <severity>", "exit with 2 only for findings at least this severe")
        .choices(severities)
        .default("low"),
    )
    .option("--allow-unreadable", "exit with 0 instead of 4 if the credential cannot read something")
    .option("--exit-zero", "exit with 0 if there are findings")
    .option("-v, --verbose", "show every finding, with the YAML that fixes it")
    .option("--json", "print the report as JSON")
    .option(
      "--report <format=path...>",
      `write reports: ${auditFormats.join(", ")}, each with a path, or - for standard output`,
      collectAuditOutputs,
      [],
    )
    .option("--link <url>", "the URL of the whole report, for a truncated Markdown report", webAddress)
    .addHelpText("after", help)
    .action(audit);
}

async function audit(workspace: string, options: AuditCommandOptions): Promise<void> {
  checkOutputs(options.report, options.json === true);
  const chosen = chosenChecks(options.check);
  const baseline = readBaseline(options.baseline);
  const newBaseline = checkNewBaseline(options);
  const fixing = checkFix(options);
  const { report, found, reading } = await withClient({ summary: true }, async ({ client, reader }) => {
    const settings = await settingsOf(workspace, options, reader);
    return withProgress("reads", client, (shown) =>
      auditWorkspace(client, reader, {
        workspace,
        checks: chosen,
        settings,
        ...selectOwners(options),
        ...(baseline === undefined
          ? {}
          : { accept: (findings) => acceptFindings(baseline, findings, settings.now) }),
        onProgress: ({ total }) => shown.step(total),
      }),
    );
  });
  if (reading.repositories.length + reading.projects.length === 0) refuseEmpty(options, workspace);
  showReport(options, {
    json: () => renderJson(report),
    text: () => renderAuditTerminal(report, options),
    render: (format) => renderAudit(report, format, options.link ?? pipelineLink(environment())),
  });
  if (newBaseline) {
    writeFileSync(newBaseline.path, writeBaseline(report.findings, newBaseline));
    process.stderr.write(
      `${newBaseline.path} accepts ${formatCount(report.findings.length, "finding")}. Read it, keep what may stay, and commit it.\n`,
    );
  }
  if (fixing) {
    const wanted = found.filter(
      ({ finding }) => finding.accepted === undefined && fixing.checks.includes(finding.check),
    );
    const { objects } = reading;
    const repositoryFiles = repositoryFilesBeside(fixing.place);
    sayFixed(await fixYaml({ ...fixing, workspace, objects, found: wanted, repositoryFiles }), workspace);
  }
  process.exitCode = auditExitCode(report, options);
}

function readBaseline(file: string | undefined): readonly BaselineEntry[] | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`The baseline cannot be read: ${messageOf(error)}`);
  }
  return parseBaseline(text, file);
}

/** The stack to write to, which is found before anything is read. */
function checkFix({ fix, stack, check }: AuditCommandOptions) {
  if (fix === undefined) {
    if (stack !== undefined) throw new UsageError("--stack is for --fix: name the checks with it.");
    return undefined;
  }
  const chosen = chosenChecks(fix).map(({ id }) => id);
  const unread = chosen.filter((id) => check !== undefined && !check.includes(id));
  if (unread.length > 0) throw new UsageError(`--check leaves out what --fix names: ${unread.join(", ")}.`);
  const project = findProject();
  return {
    checks: chosen,
    root: project.root,
    place: resolve(project.root, stackFile(stack ?? findOnlyStack(project), project)),
  };
}

function sayFixed({ files, fixed, left }: FixOutcome, workspace: string): void {
  for (const { finding, reason } of left)
    process.stderr.write(
      `Not written: ${escapeUnprintable(`${formatPlace(finding, workspace)}: ${finding.subject}`)}: ${reason}\n`,
    );
  process.stderr.write(
    files.length === 0
      ? "Nothing was written.\n"
      : `${formatCount(fixed.length, "finding is", "findings are")} fixed in ${files.join(", ")}. Review it, then preview and apply.\n`,
  );
}

/** Refuses a baseline without a reason, and one in the place of another file. */
function checkNewBaseline({ writeBaseline: path, reason, until, baseline }: AuditCommandOptions) {
  if (path === undefined) {
    if (reason !== undefined || until !== undefined)
      throw new UsageError("--reason and --until are for --write-baseline: name a file with it.");
    return undefined;
  }
  if (!reason?.trim()) throw new UsageError("Say with --reason why the findings may stay.");
  if (existsSync(path) && path !== baseline)
    throw new UsageError(`${path} exists. To add to it, pass it as --baseline as well.`);
  return { path, reason, until };
}

function day(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError("Write a day, such as 2027-01-31.");
}

function chosenChecks(ids: readonly string[] | undefined): readonly AuditCheck[] {
  return (
    ids?.map((id) => {
      const check = checkNamed(id);
      if (check) return check;
      throw new UsageError(
        `There is no check "${id}". These are there: ${checks.map((one) => one.id).join(", ")}.`,
      );
    }) ?? checks
  );
}

async function settingsOf(
  workspace: string,
  options: AuditCommandOptions,
  reader: LiveReader,
): Promise<AuditSettings> {
  const { admins, webhookHosts, approvals, maxAdmins, keyDays, unusedDays, inactiveDays } = options;
  return {
    ...{ approvals, maxAdmins, keyDays, unusedDays, inactiveDays },
    ...(webhookHosts === undefined ? {} : { webhookHosts }),
    ...(admins === undefined
      ? {}
      : { admins: new Set(await Promise.all(admins.map((user) => reader.people.uuidOf(workspace, user)))) }),
    now: new Date(),
  };
}
