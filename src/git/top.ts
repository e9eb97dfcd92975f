import { environment } from "../environment";
import { runProgramSync } from "../process/run";

/** The top of the git repository that a folder is in; undefined where there is none, or no git. */
export function findGitTop(folder: string): string | undefined {
  const { exitCode, stdout } = runProgramSync("git", ["rev-parse", "--show-toplevel"], {
    cwd: folder,
    env: environment(),
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}
