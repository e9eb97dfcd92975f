/** `migrate audit`: finds what still depends on app passwords, or on a form that no longer works. */

import { resolve } from "node:path";
import { Command } from "commander";
import colors from "picocolors";
import picomatch from "picomatch";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { helperSettings, helperValue } from "../../git/helperSettings";
import { serverOf } from "../../git/login";
import { applySetup, planSetup } from "../../git/setup";
import type { MigrationFinding } from "../../migrate/finding";
import { applyFixes, backupFolder, planFixes } from "../../migrate/fix";
import { findingsText, formatCounts, withoutEdits } from "../../migrate/report";
import { auditWorkspace } from "../../migrate/workspace";
import { helperProgram } from "../git/setup";
import { confirm } from "../shared/ask";
import { withClient } from "../shared/connect";
import { printOutput } from "../shared/output/print";
import { startProgress } from "../shared/progress";
import { UsageError } from "../shared/project";
import { parseWholeNumber } from "../shared/wholeNumber";
import { auditLocal } from "./files";

interface MigrateAuditOptions {
  readonly workspace?: string;
  readonly repositories?: readonly string[];
  readonly maxRequests: number;
  readonly depth: number;
  readonly gitignore?: boolean;
  readonly exclude?: readonly string[];
  readonly home: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function createMigrateAuditCommand(): Command {
  return new Command("audit")
    .description("Find what still depends on app passwords, or on logins and endpoints that no longer work")
    .argument("[paths...]", "files and folders; default: this folder")
    .option("--no-home", "exclude .netrc, .git-credentials and git's configuration in the home folder")
    .option("--gitignore", "exclude what .gitignore files list")
    .option("--exclude <patterns...>", "exclude these patterns, as in .gitignore: 'test/fixtures/'")
    .option(
      "--workspace <workspace>",
      "read the main branches of a workspace's repositories over REST, without clones",
    )
    .option("--repositories <patterns...>", "with --workspace: only these, with * and ?")
    .option("--max-requests <n>", "with --workspace: the maximum number of requests", parseWholeNumber, 2000)
    .option("--depth <n>", "with --workspace: the maximum depth of folders", parseWholeNumber, 6)
    .option(
      "--fix",
      "fix remotes, .git-credentials, .netrc and git's settings, after showing a diff; keeps a copy",
    )
    .option("--dry-run", "with --fix: only show the diff")
    .option("-y, --yes", "with --fix: skip the confirmation prompt")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      `
Exit codes: 0 nothing to do (except notes), 1 something could not be read, or an error, 2 findings.
Secrets are never shown. --workspace requires the scope read:repository:bitbucket.

Examples:
  npx bitbucket-as-code migrate audit ~/projects
  npx bitbucket-as-code migrate audit ~/projects --fix
  npx bitbucket-as-code migrate audit --exclude test/ '*.md'
  npx bitbucket-as-code migrate audit --workspace acme --repositories 'team-*'`,
    )
    .action((paths: string[], options: MigrateAuditOptions) =>
      options.workspace === undefined
        ? auditFiles(paths, options)
        : auditRemote(options.workspace, paths, options),
    );
}

async function auditFiles(paths: readonly string[], options: MigrateAuditOptions): Promise<void> {
  const { findings, files, unreadable } = await auditLocal(paths, {
    gitignore: options.gitignore === true,
    exclude: options.exclude,
    home: options.home,
  });
  show(findings, { files, unreadable }, options, process.cwd());
  if (options.fix) await fix(findings, options);
}

async function auditRemote(
  workspace: string,
  paths: readonly string[],
  options: MigrateAuditOptions,
): Promise<void> {
  if (paths.length > 0) throw new UsageError("Use paths or --workspace, not both.");
  if (options.fix)
    throw new UsageError("--fix changes files on this machine. Clone the repositories to fix them.");
  const bar = startProgress("repositories");
  const patterns = options.repositories ?? ["*"];
  const audit = await withClient({ summary: true }, ({ client }) =>
    auditWorkspace(client, {
      workspace,
      repositories: picomatch([...patterns], { nocase: true }),
      exclude: options.exclude,
      requests: options.maxRequests,
      depth: options.depth,
      onRepositories: (count) => bar.expect(count),
      onRepository: (slug) => {
        bar.done();
        bar.doing(slug);
      },
    }),
  ).finally(() => bar.stop());
  const { findings, ...rest } = audit;
  show(findings, rest, options, "/");
  if (audit.left.length > 0) {
    process.stderr.write(
      `${formatCount(audit.left.length, "repository was", "repositories were")} not completely read: the limit of ${formatCount(options.maxRequests, "request")} was reached. ` +
        `Increase --max-requests, or select with --repositories: ${audit.left.join(" ")}\n`,
    );
    process.exitCode = 1;
  }
}

interface AuditExtent {
  readonly files: number;
  readonly repositories?: number;
  readonly requests?: number;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

function show(
  findings: readonly MigrationFinding[],
  looked: AuditExtent,
  options: MigrateAuditOptions,
  from: string,
): void {
  if (options.json) printOutput("migrateAudit", { findings: withoutEdits(findings), ...looked });
  else {
    if (findings.length > 0) process.stdout.write(`${findingsText(findings, from)}\n\n`);
    for (const { path, reason } of looked.unreadable)
      process.stdout.write(`${colors.red("not read")} ${path}: ${reason}\n`);
    const scope = [
      ...(looked.repositories === undefined
        ? []
        : [formatCount(looked.repositories, "repository", "repositories")]),
      formatCount(looked.files, "file"),
      ...(looked.requests === undefined ? [] : [formatCount(looked.requests, "request")]),
    ];
    process.stdout.write(`${scope.join(", ")}: ${formatCounts(findings)}\n`);
  }
  if (looked.unreadable.length > 0) process.exitCode = 1;
  else if (findings.some(({ level }) => level !== "note")) process.exitCode = 2;
}

async function fix(findings: readonly MigrationFinding[], options: MigrateAuditOptions): Promise<void> {
  const out = options.json ? process.stderr : process.stdout;
  const fixes = await planFixes(findings);
  if (fixes.length === 0) {
    out.write("Nothing can be fixed automatically.\n");
    return;
  }
  const setup = await planSetup(
    helperSettings(serverOf(environment()), helperValue(helperProgram, environment())),
    {
      scope: "--global",
      cwd: resolve("."),
    },
  );
  out.write(`\n${fixes.map(({ diff }) => diff).join("\n\n")}\n`);
  if (setup.lines.length > 0) out.write(`\ngit config --global\n${setup.lines.join("\n")}\n`);
  if (options.dryRun) return;
  if (!(await confirm(`Change ${formatCount(fixes.length, "file")}?`, options.yes))) return;
  const backup = backupFolder(environment(), new Date());
  await applyFixes(fixes, backup);
  await applySetup(setup);
  const left = findings.some(({ level, edit }) => level !== "note" && edit === undefined);
  if (process.exitCode === 2 && !left) process.exitCode = 0;
  out.write(
    `${formatCount(fixes.length, "file")} changed. The originals are in ${backup}, with their secrets: delete it when everything works.\n`,
  );
}
