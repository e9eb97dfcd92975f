/** `caches clear`: clears the caches of a repository's pipelines. */
import { Command } from "commander";
import { apiPath } from "../../bitbucket";
import { withClient } from "../shared/connect";
import { printOutput } from "../shared/output/print";
import { checkRepositoryName } from "../shared/repositoryName";

export function createCachesCommand(): Command {
  const caches = new Command("caches").description("Manage the pipeline caches of a repository");
  caches
    .command("clear")
    .description("Clear all caches, or one by name. Requires the scope write:pipeline:bitbucket")
    .argument("<repository>", "workspace/repository")
    .option("--name <name>", "the cache's name in bitbucket-pipelines.yml: node, docker, …")
    .addHelpText("after", "\nExample: npx bitbucket-as-code caches clear acme/api --name node")
    .option("--json", "print what was cleared as JSON")
    .action(async (repository: string, options: { name?: string; json?: boolean }) => {
      const [workspace = "", slug = ""] = checkRepositoryName(repository).split("/");
      await withClient({ write: true }, ({ client }) =>
        client.send({
          method: "DELETE",
          path: apiPath`/repositories/${workspace}/${slug}/pipelines-config/caches`,
          ...(options.name === undefined ? {} : { query: { name: options.name } }),
        }),
      );
      if (options.json) {
        printOutput("caches", { repository, cleared: options.name ?? "all" });
        return;
      }
      process.stdout.write(
        `${options.name === undefined ? "All caches" : `The cache ${options.name}`} of ${repository} cleared\n`,
      );
    });
  return caches;
}
