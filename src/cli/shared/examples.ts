/** The examples at the end of a command's help. */
import type { Command } from "commander";

/** Adds examples to a command's help and returns the command. Each line works as it is. */
export function addExamples(command: Command, lines: readonly string[]): Command {
  const title = lines.length === 1 ? "Example:" : "Examples:";
  return command.addHelpText("after", `\n${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
