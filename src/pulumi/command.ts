/** Runs a command of the engine's command line to its end. */
import { type AsyncProgramOptions, type ProgramResult, runProgram } from "../process/run";

export interface CommandOptions
  extends Pick<AsyncProgramOptions, "signal" | "again" | "signalName" | "onStart"> {
  /** The engine's file. Default: the one on PATH. */
  readonly file?: string | undefined;
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Passed to standard input: data that must be neither in arguments nor in a file. */
  readonly input?: string | undefined;
}

export function runPulumi(args: readonly string[], options: CommandOptions): Promise<ProgramResult> {
  const { file = "pulumi", ...rest } = options;
  // What changes a state is not cut off by Ctrl-C or by a terminal that closes: whoever runs it decides what ends it.
  return runProgram(file, [...args, "--non-interactive", "--color", "never"], { ...rest, apart: true });
}
