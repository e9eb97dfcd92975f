/** `compile`: what Pulumi's YAML host runs for a project whose stacks are YAML. */
import { Command } from "commander";
import { compileProgram, formatTemplate } from "../../compile";
import { addExamples } from "../shared/examples";
import { findProject } from "../shared/project";

export function createCompileCommand(): Command {
  return addExamples(new Command("compile"), ["npx bitbucket-as-code compile"])
    .description("Write the current stack as a Pulumi YAML program. Pulumi's YAML host runs this command")
    .action(async () => {
      process.stdout.write(formatTemplate(await compileProgram(findProject().root)));
    });
}
