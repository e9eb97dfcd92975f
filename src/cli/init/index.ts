/** `init`: a new project, and further files of one. */
import { Command } from "commander";
import { addExamples } from "../shared/examples";
import { createInitPipelinesCommand } from "./pipelines";
import { addInitOptions } from "./project";

export function createInitCommand(): Command {
  const init = addInitOptions(
    new Command("init")
      .description("Create a project: the files that a workspace as code begins with")
      // Options behind a subcommand are the subcommand's.
      .enablePositionalOptions(),
  );
  init.addCommand(createInitPipelinesCommand());
  return addExamples(init, [
    "bitbucket-as-code init acme",
    "bitbucket-as-code init acme --language typescript --import",
    "bitbucket-as-code init acme --workspace acme --backend s3://acme-state --yes",
    "bitbucket-as-code init pipelines",
  ]);
}
