/** `validate`: checks a stack's YAML without a token, a network or an engine. */
import { Command } from "commander";
import { loadStack } from "../../desired";
import { formatCount } from "../../errors/count";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { stackFile } from "../shared/project";

export function createValidateCommand(): Command {
  return addExamples(new Command("validate"), [
    "npx bitbucket-as-code validate acme",
    "npx bitbucket-as-code validate stacks/acme.yaml --json",
  ])
    .description("Validate a stack's YAML. Requires no token and no network")
    .argument("[stack]", "the stack's name, or the path of its file", "example")
    .option("--json", "print the result as JSON")
    .action(async (stack: string, options: { json?: boolean }) => {
      const path = stackFile(stack);
      const { resources, warnings, files } = await loadStack(path);
      if (options.json) {
        printOutput("validate", { path, resources: resources.length, files: files.length, warnings });
        return;
      }
      for (const warning of warnings)
        process.stderr.write(
          `${warning.file}:${warning.line}:${warning.column} warning: ${warning.message}\n`,
        );
      process.stdout.write(
        `${path} is valid: ${formatCount(resources.length, "resource")} from ${formatCount(files.length, "file")}\n`,
      );
    });
}
