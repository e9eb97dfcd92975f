/** `migrate checklist`: lists the steps to replace app passwords, each checked if possible. */

import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { environment } from "../../environment";
import { environmentFor, resolveGitLogin, serverOf } from "../../git/login";
import { askGit } from "../../git/run";
import { parseRemote, parseRepositoryName, type RepositoryName } from "../../git/urls";
import { formatChecklist, runChecklist } from "../../migrate/checklist";
import { withClient } from "../shared/connect";
import { printOutput } from "../shared/output/print";
import { auditLocal } from "./files";

interface ChecklistOptions {
  readonly repository?: string;
  readonly home: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

export function createMigrateChecklistCommand(): Command {
  return new Command("checklist")
    .description("List the steps of a migration from app passwords, and check those that can be checked")
    .argument("[paths...]", "files and folders to audit; default: this folder")
    .option(
      "--repository <repository>",
      "the workspace/repository to test git with; default: that of this clone",
    )
    .option("--no-home", "exclude the files in the home folder")
    .option("-o, --output <file>", "write the Markdown to a file")
    .option("--json", "print the steps as JSON")
    .addHelpText("after", "\nExit codes: 0 all checked steps are done, 2 a step is open")
    .addHelpText(
      "after",
      "\nExamples:\n  npx bitbucket-as-code migrate checklist\n  npx bitbucket-as-code migrate checklist --json",
    )
    .action(async (paths: string[], options: ChecklistOptions) => {
      const server = serverOf(environment());
      const cwd = process.cwd();
      const { findings, files } = await auditLocal(paths, { gitignore: true, home: options.home });
      const repository =
        options.repository === undefined
          ? await repositoryHere(cwd)
          : parseRepositoryName(options.repository, server, environment().BITBUCKET_WORKSPACE);
      const env = environmentFor(environment(), repository?.workspace);
      const steps = await runChecklist({
        env,
        server,
        cwd,
        repository,
        findings,
        files,
        withClient: (work) => withClient({}, ({ client }) => work(client)),
        login: () => resolveGitLogin({ env }),
      });
      if (options.output !== undefined)
        await writeFile(
          options.output,
          options.json ? `${JSON.stringify(steps, undefined, 2)}\n` : formatChecklist(steps, new Date()),
        );
      else if (options.json) printOutput("migrateChecklist", steps);
      else process.stdout.write(formatChecklist(steps, new Date()));
      if (steps.some(({ state }) => state === "open")) process.exitCode = 2;
    });

  async function repositoryHere(cwd: string): Promise<RepositoryName | undefined> {
    const url = await askGit(["config", "--get", "remote.origin.url"], { cwd });
    return url === undefined ? undefined : parseRemote(url, serverOf(environment()));
  }
}
