import { UserError } from "../errors";
import { failureText, type ProgramOptions, runProgram } from "./run";

/**
 * Runs a program that must succeed.
 *
 * @returns Its standard output, trimmed.
 * @throws {UserError} with its output if it fails.
 */
export async function requireRun(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const result = await runProgram(program, args, options);
  if (result.exitCode === 0) return result.stdout.trim();
  throw new UserError(`${[program, ...args.slice(0, 1)].join(" ")} failed: ${failureText(result)}`);
}
