/** `git setup`: tells git to ask the credential helper for Bitbucket. */

import { Command } from "commander";
import { environment } from "../../environment";
import { helperSettings, helperValue } from "../../git/helperSettings";
import { serverOf } from "../../git/login";
import { applySetup, planSetup } from "../../git/setup";
import { confirm } from "../shared/ask";
import { compiledPath } from "../shared/paths";

interface GitSetupOptions {
  readonly local?: boolean;
  readonly remove?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The helper's own file. */
export const helperProgram = compiledPath("cli", "git", "credential.js");

export function createGitSetupCommand(): Command {
  return new Command("setup")
    .description("Configure git to get Bitbucket credentials from bitbucket-as-code")
    .option("--local", "only for the clone in this folder")
    .option("--remove", "remove the settings")
    .option("--dry-run", "show the settings without changing them")
    .option("-y, --yes", "skip the confirmation prompt")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code git setup\n  npx bitbucket-as-code git setup --local --dry-run`,
    )
    .action(async (options: GitSetupOptions) => {
      const scope = options.local ? "--local" : "--global";
      const settings = helperSettings(serverOf(environment()), helperValue(helperProgram, environment()));
      const plan = await planSetup(settings, { scope, cwd: process.cwd(), remove: options.remove === true });
      if (plan.lines.length === 0) {
        process.stdout.write(options.remove ? "Not set up.\n" : "Already set up.\n");
        return;
      }
      process.stdout.write(`${plan.lines.join("\n")}\n`);
      if (options.dryRun) return;
      if (
        !(await confirm(
          `Write this to git's ${options.local ? "local" : "global"} configuration?`,
          options.yes,
        ))
      )
        return;
      await applySetup(plan);
      process.stdout.write(
        options.remove
          ? "Git no longer uses bitbucket-as-code for Bitbucket.\n"
          : 'Git asks here from now on. Try it with "git ls-remote <a clone URL>"; "npx bitbucket-as-code auth status" shows which credential counts.\n',
      );
    });
}
