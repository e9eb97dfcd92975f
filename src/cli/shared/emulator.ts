/** Runs the emulator as a separate process. It is in another package, which only some users install. */
import type { ChildProcess } from "node:child_process";
import { environment } from "../../environment";
import { packageRoot, packageVersion } from "../../errors";
import { start } from "./child";
import { UsageError } from "./project";

const packageName = "bitbucket-as-code-emulator";

/** A running emulator, and a credential for it. */
export interface RunningEmulator {
  /** The base URL of the API. */
  readonly url: string;
  readonly email: string;
  readonly token: string;
  readonly child: ChildProcess;
}

/**
 * The entry file of the emulator.
 *
 * @throws UsageError that names the command to run, if the package is not installed.
 */
export function emulatorProgram(): string {
  try {
    return require.resolve(`${packageName}/main`, { paths: [__dirname, process.cwd()] });
  } catch {
    throw new UsageError(
      `The emulator is a separate package, and it is not installed. Install it, and run the command again:\n` +
        `  npm install --save-dev ${packageName}@${packageVersion()}`,
    );
  }
}

/** Starts an emulator on a free port, and waits until it listens. */
export async function startEmulator(
  options: readonly string[] = [],
  { detached = false } = {},
): Promise<RunningEmulator> {
  const { child, match } = await start(process.execPath, [emulatorProgram(), "--port", "0", ...options], {
    cwd: packageRoot,
    env: environment(),
    ready:
      /^export BITBUCKET_API_URL=(\S+)[\s\S]*^export BITBUCKET_EMAIL=(\S+)[\s\S]*^export BITBUCKET_TOKEN=(\S+)$/m,
    detached,
  });
  const [, url = "", email = "", token = ""] = match;
  return { url, email, token, child };
}
