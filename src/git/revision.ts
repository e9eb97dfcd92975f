/** Files as they were in an earlier revision. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors";
import { type GitOptions, reasonOf, runGit } from "./run";

/**
 * Writes a folder's files as they were in a revision. The checkout and its index stay as they are.
 *
 * @param folder In a clone.
 * @param revision A commit, branch or tag.
 * @param into An empty folder for git's own file and the files.
 * @returns The folder that corresponds to `folder`.
 * @throws {UserError} if there is no such revision, or it does not have the folder.
 */
export async function writeRevision(folder: string, revision: string, into: string): Promise<string> {
  const commit = await ask(["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`], {
    cwd: folder,
  });
  const prefix = (await ask(["rev-parse", "--show-prefix"], { cwd: folder })).replace(/\/$/, "");
  const files = join(into, "files");
  mkdirSync(files);
  const env = { GIT_INDEX_FILE: join(into, "index") };
  await ask(["read-tree", prefix === "" ? commit : `${commit}:${prefix}`], { cwd: folder, env });
  await ask(["checkout-index", "--all", "--quiet", `--prefix=${files}/`], { cwd: folder, env });
  return files;
}

async function ask(args: readonly string[], options: GitOptions): Promise<string> {
  const result = await runGit(args, options);
  if (result.exitCode === 0) return result.stdout.trim();
  throw new UserError(`The earlier YAML cannot be read from git: ${reasonOf(result)}`);
}
