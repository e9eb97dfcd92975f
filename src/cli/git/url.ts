/** `git url`: the clone URLs of a repository, for each kind of credential. */
import { Command, Option } from "commander";
import colors from "picocolors";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { serverOf } from "../../git/login";
import { cloneUrls, parseRepositoryName } from "../../git/urls";
import { printOutput } from "../shared/output/print";

interface GitUrlOptions {
  readonly form?: string;
  readonly json?: boolean;
}

export function createGitUrlCommand(): Command {
  return new Command("url")
    .description("Print the clone URLs of a repository, for each type of credential. Sends no request")
    .argument("<repository>", "workspace/repository, or one of its URLs")
    .addOption(
      new Option("--form <form>", "print only this one").choices([
        "https",
        "api-token",
        "access-token",
        "ssh",
        "ssh-443",
      ]),
    )
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      '\nExample: git remote add origin "$(npx bitbucket-as-code git url acme/api --form https)"',
    )
    .action((text: string, options: GitUrlOptions) => {
      const server = serverOf(environment());
      const urls = cloneUrls(parseRepositoryName(text, server, environment().BITBUCKET_WORKSPACE), server);
      if (options.json) {
        printOutput("gitUrl", urls);
        return;
      }
      const chosen = urls.filter(({ form }) => options.form === undefined || form === options.form);
      if (chosen.length === 0) throw new UserError(`There is no ${options.form} on ${server.host}.`);
      for (const { form, url, note } of chosen)
        process.stdout.write(
          options.form === undefined
            ? `${form.padEnd(13)} ${url}\n${" ".repeat(14)}${colors.dim(note)}\n`
            : `${url}\n`,
        );
    });
}
