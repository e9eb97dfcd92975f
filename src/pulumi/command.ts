/** Runs a command of the engine's command line to its end. */
import { setTimeout as sleep } from "node:timers/promises";
import { type AsyncProgramOptions, type ProgramResult, runProgram } from "../process/run";
import { isCutOff } from "./incompleteFiles";

interface CommandOptions extends Pick<AsyncProgramOptions, "signal" | "again" | "signalName" | "onStart"> {
  /** The engine's file. Default: the one on PATH. */
  readonly file?: string | undefined;
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Passed to standard input: data that must be neither in arguments nor in a file. */
  readonly input?: string | undefined;
}

/** Commands that read states and write nothing. */
const reading: ReadonlySet<string> = new Set(["stack ls", "stack export", "stack --show-name"]);

/** Milliseconds before what meets a file that another engine is just writing is tried again. */
const waits = [100, 300, 600];

export async function runPulumi(args: readonly string[], options: CommandOptions): Promise<ProgramResult> {
  for (const wait of reading.has(args.slice(0, 2).join(" ")) ? waits : []) {
    const result = await runOnce(args, options);
    if (result.exitCode === 0 || !isCutOff(result.stderr)) return result;
    await sleep(wait);
  }
  return runOnce(args, options);
}

function runOnce(args: readonly string[], options: CommandOptions): Promise<ProgramResult> {
  const { file = "pulumi", ...rest } = options;
  // What changes a state is not cut off by Ctrl-C or by a terminal that closes: whoever runs it decides what ends it.
  return runProgram(file, [...args, "--non-interactive", "--color", "never"], { ...rest, apart: true });
}
