/** `audit`: holds a workspace's live state against checks. It only reads, and takes no project. */
import { Command, Option } from "commander";
import picomatch from "picomatch";
import {
  type AuditCheck,
  type AuditReport,
  type AuditSettings,
  auditWorkspace,
  checkNamed,
  checks,
  defaultSettings,
} from "../../audit";
import { auditExitCode } from "../../audit/exit";
import { renderAuditJson } from "../../audit/report/json";
import { renderAuditTerminal } from "../../audit/report/terminal";
import { type Severity, severities } from "../../kinds/severity";
import type { LiveReader } from "../../live";
import { withClient } from "../shared/connect";
import { startProgress } from "../shared/progress";
import { UsageError } from "../shared/project";
import { parseWholeNumber } from "../shared/wholeNumber";

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
}

export function createAuditCommand(): Command {
  const days = (flag: string, description: string, value: number) =>
    new Option(`${flag} <days>`, description).argParser(parseWholeNumber).default(value);
  return new Command("audit")
    .description(
      "Show how safe a workspace's settings are, with what to do. It reads, and takes no project, YAML or state",
    )
    .argument("<workspace>", "the workspace's slug")
    .option("-r, --repository <pattern...>", "only these repositories: globs, ! leaves out")
    .option("--project <pattern...>", "only these projects and what is in them, by key")
    .option("--check <ids...>", "only these checks")
    .option("--admins <users...>", "who may have admin rights: UUIDs, account ids or names of members")
    .option("--webhook-hosts <hosts...>", "where webhooks may be sent to: host names, or globs")
    .addOption(
      new Option("--approvals <number>", "approvals that a merge must need")
        .argParser(parseWholeNumber)
        .default(defaultSettings.approvals),
    )
    .addOption(
      new Option("--max-admins <number>", "users with admin rights on a repository or project, at most")
        .argParser(parseWholeNumber)
        .default(defaultSettings.maxAdmins),
    )
    .addOption(days("--key-days", "a deploy key is old after", defaultSettings.keyDays))
    .addOption(days("--unused-days", "a deploy key counts as unused after", defaultSettings.unusedDays))
    .addOption(
      days(
        "--inactive-days",
        "a repository without a commit is inactive after",
        defaultSettings.inactiveDays,
      ),
    )
    .addOption(
      new Option("--fail-on <severity>", "exit with 2 only for findings at least this severe")
        .choices(severities)
        .default("low"),
    )
    .option("--allow-unreadable", "exit with 0 also where the credential may not read something")
    .option("--exit-zero", "exit with 0 also where there are findings")
    .option("-v, --verbose", "show every finding, with the YAML that fixes it")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Exit codes: 0 no findings, 2 findings, 1 an error, 4 not everything could be read (see docs/how-to/audit.md)

Examples:
  bitbucket-as-code audit acme
  bitbucket-as-code audit acme --repository 'svc-*' --check plain-secret webhook-encryption --verbose
  bitbucket-as-code audit acme --json --exit-zero | jq .score
  bitbucket-as-code audit acme --fail-on high --admins alice bob --webhook-hosts '*.acme.example'`,
    )
    .action(async (workspace: string, options: AuditCommandOptions) => {
      const chosen = chosenChecks(options.check);
      const report = await withClient({ summary: true }, async ({ client, reader }) => {
        const settings = await settingsOf(workspace, options, reader);
        const shown = startProgress("reads", () => client.budget.remaining());
        let total = 0;
        try {
          const { report: made } = await auditWorkspace(client, reader, {
            workspace,
            checks: chosen,
            settings,
            ...selection(options),
            onProgress(step) {
              shown.expect(step.total - total);
              total = step.total;
              shown.done();
            },
          });
          return made;
        } finally {
          shown.stop();
        }
      });
      show(report, options);
      process.exitCode = auditExitCode(report, options);
    });
}

function show(report: AuditReport, { json, verbose }: AuditCommandOptions): void {
  process.stdout.write(json ? renderAuditJson(report) : `${renderAuditTerminal(report, { verbose })}\n`);
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
      : { admins: new Set(await Promise.all(admins.map((user) => reader.userUuid(workspace, user)))) }),
    now: new Date(),
  };
}

/** Which projects and repositories are looked at. What belongs to the workspace itself always is. */
function selection({ repository, project }: AuditCommandOptions) {
  const isRepository = matcher(repository);
  const isProject = matcher(project);
  return {
    projects: (key: string) => isProject(key) && repository === undefined,
    repositories: (slug: string, key?: string) =>
      isRepository(slug) && (project === undefined || (key !== undefined && isProject(key))),
  };
}

function matcher(patterns: readonly string[] | undefined): (name: string) => boolean {
  const wanted = patterns?.filter((pattern) => !pattern.startsWith("!")) ?? [];
  const unwanted =
    patterns?.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1)) ?? [];
  const is = wanted.length === 0 ? () => true : picomatch(wanted);
  const isNot = picomatch(unwanted);
  return (name) => is(name) && !(unwanted.length > 0 && isNot(name));
}
