/** Runs a command of the engine's command line to its end. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Bytes of a command's output, at most. */
const defaultMaxBytes = 1024 * 1024 * 1024;

export interface CommandOptions {
  /** The engine's file. Default: the one on PATH. */
  readonly file?: string | undefined;
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Passed to standard input: data that must be neither in arguments nor in a file. */
  readonly input?: string | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * @returns Its standard output.
 * @throws {Error} as `execFile` does: with `stdout` and `stderr` if the command failed, with `code` `ENOENT`
 * if there is no such file.
 */
export async function runPulumi(args: readonly string[], options: CommandOptions): Promise<string> {
  const { file = "pulumi", cwd, env, input, maxBytes = defaultMaxBytes } = options;
  const running = execute(file, [...args, "--non-interactive", "--color", "never"], {
    env,
    maxBuffer: maxBytes,
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A command that exits before it has read all of its input prints the reason itself.
  running.child.stdin?.on("error", () => {});
  running.child.stdin?.end(input);
  return (await running).stdout;
}
