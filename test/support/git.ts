/** Real git, without the user's settings. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, exampleTokens } from "./emulator";
import { quickStart } from "./quickStart";

export interface Done {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder that is removed after the tests. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-git-"));
  folders.push(folder);
  return folder;
}

export const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? "",
  HOME: devNull,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Tess",
  GIT_AUTHOR_EMAIL: "tess@example.com",
  GIT_COMMITTER_NAME: "Tess",
  GIT_COMMITTER_EMAIL: "tess@example.com",
};

/** The environment in which git gets a password when it asks for one. */
export function askpass(password: string): Record<string, string> {
  return { GIT_ASKPASS: join(__dirname, "askpass.sh"), TEST_PASSWORD: password };
}

/**
 * A URL's password, which everybody on the machine could see in an argument, is passed to git when it asks.
 */
function withoutPasswords(args: readonly string[]): {
  args: readonly string[];
  env: Record<string, string>;
} {
  const env: Record<string, string> = {};
  if (!["clone", "fetch", "ls-remote", "pull", "push"].includes(args[0] ?? "")) return { args, env };
  const plain = args.map((arg) =>
    arg.replace(/^(https?:\/\/[^:@/]+):([^@/]+)@/, (_, start: string, password: string) => {
      Object.assign(env, askpass(password));
      return `${start}@`;
    }),
  );
  return { args: plain, env };
}

/** Runs a program to its end. */
export function run(
  command: string,
  given: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>>; input?: string } = {},
): Promise<Done> {
  const { args, env } = withoutPasswords(given);
  const child = spawn(command, args, { cwd: options.cwd, env: { ...gitEnv, ...env, ...options.env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

/** Runs git in a folder, and returns its output. Throws if it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run("git", args, { cwd });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** A user's environment: a home folder, and the emulator with a credential that has every permission. */
export function environmentOf(emulator: Emulator, home: string): Record<string, string> {
  return {
    ...quickStart,
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
    NO_COLOR: "1",
    BITBUCKET_API_URL: emulator.url,
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.admin,
  };
}
