/** `init`: a new project, and further files of one. */
import { Command } from "commander";
import { addExamples } from "../shared/examples";
import { createInitPipelinesCommand } from "./pipelines";
import { addInitOptions } from "./project";

export function createInitCommand(): Command {
  const init = addInitOptions(
    new Command("init")
      .description("Create a project that manages a workspace")
      // Options behind a subcommand are the subcommand's.
      .enablePositionalOptions(),
  );
  init.addCommand(createInitPipelinesCommand());
  return addExamples(init, [
    "npx bitbucket-as-code init acme",
    "npx bitbucket-as-code init acme --language typescript --import",
    "npx bitbucket-as-code init acme --workspace acme --backend s3://acme-state --yes",
    "npx bitbucket-as-code init pipelines",
  ]);
}
