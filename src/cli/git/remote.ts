/** `git remote set`: brings the remotes of a folder of clones to one form. */

import { resolve } from "node:path";
import { Argument, Command } from "commander";
import colors from "picocolors";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { serverOf } from "../../git/login";
import { applyRemote, planRemotes } from "../../git/remotes";
import { maskPasswords } from "../../git/run";
import type { RemoteForm } from "../../git/urls";
import { confirm } from "../shared/ask";
import { printOutput } from "../shared/output/print";

interface GitRemoteOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function createGitRemoteCommand(): Command {
  const remote = new Command("remote").description("Manage the remotes of clones");
  remote
    .command("set")
    .description("Rewrite remotes and push URLs of Bitbucket, after showing the changes")
    .addArgument(new Argument("<form>", "the new protocol").choices(["https", "ssh"]))
    .argument("[folder]", "a clone, or a folder of clones", ".")
    .option("-y, --yes", "skip the confirmation prompt")
    .option("--dry-run", "show the changes without applying them")
    .option("--json", "print the findings as JSON; with --yes, the changes")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code git remote set ssh\n  npx bitbucket-as-code git remote set https ~/clones --dry-run`,
    )
    .action(async (form: RemoteForm, folder: string, options: GitRemoteOptions) => {
      const plan = await planRemotes(resolve(folder), form, serverOf(environment()));
      const shown = plan.changes.map((change) => ({ ...change, before: maskPasswords(change.before) }));
      if (options.json) printOutput("gitRemotes", { ...plan, changes: shown });
      else {
        for (const { folder: clone, remote: name, key, before, after } of shown)
          process.stdout.write(
            `${clone}: ${name}${key === "pushurl" ? " (push)" : ""}\n  ${colors.red(`- ${before}`)}\n  ${colors.green(`+ ${after}`)}\n`,
          );
        for (const note of plan.notes) process.stdout.write(`${colors.yellow("note")} ${note}\n`);
        process.stdout.write(
          `${formatCount(plan.clones.length, "clone")}: ${formatCount(shown.length, "URL")} to rewrite, ${plan.right} unchanged\n`,
        );
      }
      if (plan.changes.length === 0 || options.dryRun || (options.json && !options.yes)) return;
      if (!(await confirm("Rewrite them?", options.yes))) return;
      let rewritten = 0;
      for (const change of plan.changes) {
        const failed = await applyRemote(change);
        if (failed === undefined) {
          rewritten += 1;
          continue;
        }
        process.stderr.write(`${change.folder}: ${change.remote} was not rewritten: ${failed}\n`);
        process.exitCode = 1;
      }
      process.stderr.write(`${formatCount(rewritten, "URL")} rewritten.\n`);
    });
  return remote;
}
