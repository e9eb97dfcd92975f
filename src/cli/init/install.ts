/** Installs a project's packages with the package manager that runs this command. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { runProgram } from "../../process/run";
import type { PackageManager } from "../../scaffold";

/** npm, unless another one has started this process: https://docs.npmjs.com/cli/using-npm/config#user-agent */
export function packageManager(): PackageManager {
  const agent = environment().npm_config_user_agent ?? "";
  return (["pnpm", "yarn", "bun"] as const).find((name) => agent.startsWith(`${name}/`)) ?? "npm";
}

/**
 * @param source Where this package comes from, for the message of a failure.
 * @throws {UserError} with the package manager's output, if it fails. The files stay.
 */
export async function installPackages(root: string, source: string | undefined): Promise<void> {
  const manager = packageManager();
  process.stderr.write(`Installing with ${manager} …\n`);
  const args = manager === "npm" ? ["install", "--no-audit", "--no-fund", "--loglevel=error"] : ["install"];
  const isWindows = process.platform === "win32";
  const { exitCode, stdout, stderr, failure } = await runProgram(
    isWindows ? "cmd.exe" : manager,
    isWindows ? ["/c", manager, ...args] : args,
    { cwd: root, env: environment() },
  );
  if (exitCode === 0 && existsSync(join(root, "node_modules", "bitbucket-as-code"))) return;
  throw new UserError(
    [
      `${manager} install failed: ${failure?.message ?? (`${stdout}${stderr}`.trim() || `exit code ${exitCode}`)}`,
      `The files are written. ${source === undefined ? "To install from a tarball or from git, set the version of bitbucket-as-code in package.json to it" : "Check --package"}, run "${manager} install", and go on.`,
    ].join("\n"),
  );
}
