/** `validate`: checks a stack's YAML without a token, a network or an engine. */
import { Command } from "commander";
import { loadStack } from "../desired";
import { stackFile } from "./project";

export function validateCommand(): Command {
  return new Command("validate")
    .description("Check a stack's YAML: no token, no network, nothing changed")
    .argument("[stack]", "the stack's name, or the path of its file", "example")
    .action(async (stack: string) => {
      const path = stackFile(stack);
      const { resources, warnings, files } = await loadStack(path);
      for (const warning of warnings)
        process.stderr.write(
          `${warning.file}:${warning.line}:${warning.column} warning: ${warning.message}\n`,
        );
      process.stdout.write(`${path} is valid: ${resources.length} resources from ${files.length} files\n`);
    });
}
