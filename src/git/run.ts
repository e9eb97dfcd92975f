/** Runs git. */
import { environment } from "../environment";
import { UserError } from "../errors";
import { runProgram } from "../process/run";

interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Variables that point git to another repository than the folder's, as in a hook.
 * https://git-scm.com/docs/git#_environment_variables
 */
const local = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_INDEX_FILE",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_WORK_TREE",
];

export interface GitOptions {
  readonly cwd: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Ends git, which then cleans up after itself. */
  readonly signal?: AbortSignal;
}

/**
 * Runs git to its end. It never prompts for a user name or password.
 *
 * @throws if git is not installed. A failure of git is in `exitCode`.
 */
export async function runGit(
  args: readonly string[],
  { cwd, env, input, signal }: GitOptions,
): Promise<GitResult> {
  const inherited = Object.entries(environment()).filter(([name]) => !local.includes(name));
  const { exitCode, stdout, stderr, failure } = await runProgram("git", args, {
    cwd,
    env: { ...Object.fromEntries(inherited), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C", ...env },
    input,
    signal,
    // Git cleans up when it is ended; the programs that it has started do not end with it.
    group: true,
  });
  if (failure?.reason === "not found") throw new UserError(`git is not installed, or ${cwd} does not exist.`);
  if (failure && failure.reason !== "signal") throw new UserError(`git did not run: ${failure.message}`);
  return { exitCode: exitCode ?? 1, stdout, stderr };
}

/** Git's output without the line end; undefined if it fails. */
export async function askGit(args: readonly string[], options: GitOptions): Promise<string | undefined> {
  const { exitCode, stdout } = await runGit(args, options);
  return exitCode === 0 ? stdout.replace(/\n$/, "") : undefined;
}

/** Git's reason for failing, in one line. URLs in it contain no password. */
export function reasonOf({ stderr, exitCode }: GitResult): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(Cloning into|hint:|From )/.test(line));
  const telling = lines.filter((line) => /^(remote:|fatal:|error:)/.test(line)).slice(0, 4);
  const text = (telling.length > 0 ? telling : lines.slice(-2)).join(" ");
  return maskPasswords(text) || `git ended with ${exitCode}`;
}

/** Masks passwords in URLs, and tokens used as user names. */
export function maskPasswords(text: string): string {
  return text.replace(
    /(\w+:\/\/)([^\s/:@]*)(:[^\s/]*)?@/g,
    (_whole, scheme: string, user: string, password?: string) => {
      const shown = /^AT[A-Z]{2}|^.{40,}$/.test(user) ? "***" : user;
      return `${scheme}${shown}${password === undefined ? "" : ":***"}@`;
    },
  );
}
