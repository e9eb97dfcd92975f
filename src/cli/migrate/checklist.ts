/** `migrate checklist`: the steps away from app passwords, each checked where it can be. */

import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { environment } from "../../environment";
import { environmentFor, gitLogin, serverOf } from "../../git/login";
import { askGit } from "../../git/run";
import { parseRemote, type RepositoryName, repositoryNamed } from "../../git/urls";
import { checklist, checklistMarkdown } from "../../migrate/checklist";
import { auditPaths, homeFiles } from "../../migrate/tree";
import { connected } from "../shared/connect";
import { progress } from "../shared/progress";

interface Options {
  readonly repository?: string;
  readonly home: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

export function migrateChecklistCommand(): Command {
  return new Command("checklist")
    .description("Walk through the steps away from app passwords, and check those that can be checked")
    .argument("[paths...]", "files and folders to audit; this folder where none is given")
    .option(
      "--repository <repository>",
      "workspace/repository that git is tried with; the one of this clone otherwise",
    )
    .option("--no-home", "leave out the files in the home folder")
    .option("-o, --output <file>", "write the Markdown to a file")
    .option("--json", "print the steps as JSON")
    .addHelpText("after", "\nExit codes: 0 no step that was checked is open, 2 one is.")
    .addHelpText(
      "after",
      "\nExamples:\n  bitbucket-as-code migrate checklist\n  bitbucket-as-code migrate checklist --json",
    )
    .action(async (paths: string[], options: Options) => {
      const server = serverOf(environment());
      const cwd = process.cwd();
      const bar = progress("files");
      const { findings, files } = await auditPaths(
        [...(paths.length > 0 ? paths : [cwd]), ...(options.home ? homeFiles(environment()) : [])],
        {
          gitignore: true,
          onFile: (path) => {
            bar.expect(1);
            bar.done();
            bar.doing(path);
          },
        },
      ).finally(() => bar.stop());
      const repository =
        options.repository === undefined
          ? await repositoryHere(cwd)
          : repositoryNamed(options.repository, server, environment().BITBUCKET_WORKSPACE);
      const env = environmentFor(environment(), repository?.workspace);
      const steps = await checklist({
        env,
        server,
        cwd,
        repository,
        findings,
        files,
        withClient: (work) => connected({}, ({ client }) => work(client)),
        login: () => gitLogin({ env }),
      });
      const text = options.json
        ? `${JSON.stringify(steps, undefined, 2)}\n`
        : checklistMarkdown(steps, new Date());
      if (options.output === undefined) process.stdout.write(text);
      else await writeFile(options.output, text);
      if (steps.some(({ state }) => state === "open")) process.exitCode = 2;
    });

  async function repositoryHere(cwd: string): Promise<RepositoryName | undefined> {
    const url = await askGit(["config", "--get", "remote.origin.url"], { cwd });
    return url === undefined ? undefined : parseRemote(url, serverOf(environment()));
  }
}
