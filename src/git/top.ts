import { environment } from "../environment";
import { runProgramSync } from "../process/run";

/** The root of the git repository that contains a folder; undefined without a repository or git. */
export function findGitTop(folder: string): string | undefined {
  const { exitCode, stdout } = runProgramSync("git", ["rev-parse", "--show-toplevel"], {
    cwd: folder,
    env: environment(),
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}
