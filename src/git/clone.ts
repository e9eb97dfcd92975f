/** Clones one of many repositories, or updates its clone. Local work is never touched. */
import { existsSync, realpathSync } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, messageOf } from "../errors";
import { formatCount } from "../errors/count";
import type { GitServer } from "./login";
import { askGit, type GitOptions, reasonOf, runGit } from "./run";
import { parseRemote, type RemoteForm, type RepositoryName, remoteUrl } from "./urls";

interface CloneRequest extends RepositoryName {
  /** The clone's folder. */
  readonly folder: string;
  readonly form: RemoteForm;
  readonly server: GitServer;
  /** Passed to `git clone`, as `--depth=1`. */
  readonly options: readonly string[];
  /** Leaves what exists unchanged. */
  readonly leaveExisting: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * `cloned`: it did not exist. `updated`: its branch was fast-forwarded. `current`: it was up to date.
 * `fetched`: new commits were fetched and the branch was left unchanged, for the reason in `detail`.
 * `skipped`: the folder holds something else.
 */
export type CloneOutcome = "cloned" | "updated" | "current" | "fetched" | "skipped" | "failed";

export interface CloneReport extends RepositoryName {
  readonly folder: string;
  readonly outcome: CloneOutcome;
  /** The reason, or the progress. */
  readonly detail: string;
}

export async function cloneOrUpdate(wish: CloneRequest): Promise<CloneReport> {
  const { workspace, slug, folder } = wish;
  const done = (outcome: CloneOutcome, detail: string): CloneReport => ({
    workspace,
    slug,
    folder,
    outcome,
    detail,
  });
  try {
    const [outcome, detail] = (await isFree(folder)) ? await clone(wish) : await update(wish);
    return done(outcome, detail);
  } catch (error) {
    return done("failed", messageOf(error));
  }
}

type CloneStep = readonly [CloneOutcome, string];

/** Whether the folder does not exist or is empty. */
async function isFree(folder: string): Promise<boolean> {
  try {
    // A broken link counts as existing.
    if ((await lstat(folder)).isDirectory()) return (await readdir(folder)).length === 0;
    return false;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true;
    throw error;
  }
}

/**
 * Clones into a temporary folder and renames it when complete, so that a killed run leaves no partial clone.
 */
async function clone(wish: CloneRequest): Promise<CloneStep> {
  const { folder, form, server, options, env, signal } = wish;
  const url = remoteUrl(form, wish, server);
  const parent = dirname(folder);
  const partial = join(parent, `.${basename(folder)}.being-cloned`);
  await mkdir(parent, { recursive: true });
  // Left by an earlier run that was killed.
  await rm(partial, { recursive: true, force: true });
  try {
    const result = await runGit(["clone", "--quiet", ...options, "--", url, partial], {
      cwd: parent,
      env,
      signal,
    });
    if (signal.aborted) return ["failed", "stopped"];
    if (result.exitCode !== 0) return ["failed", reasonOf(result)];
    // Removes an empty folder, and fails if somebody has put something there meanwhile.
    if (existsSync(folder)) await rmdir(folder);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  const branch = await askGit(["symbolic-ref", "--short", "HEAD"], { cwd: folder });
  const empty = (await askGit(["rev-parse", "--verify", "--quiet", "HEAD"], { cwd: folder })) === undefined;
  return ["cloned", empty ? "it is empty" : (branch ?? "")];
}

async function update(wish: CloneRequest): Promise<CloneStep> {
  const { folder, server, env, signal, leaveExisting } = wish;
  const options: GitOptions = { cwd: folder, env, signal };
  const ask = (...args: string[]) => askGit(args, options);
  const top = existsSync(folder)
    ? await ask("rev-parse", "--show-toplevel").catch(() => undefined)
    : undefined;
  // A folder inside of another clone is not one itself.
  if (top === undefined || realpathSync(top) !== realpathSync(folder))
    return ["skipped", "the folder contains something other than a clone"];
  const remote = await remoteOf(wish, options);
  if (remote === undefined)
    return [
      "skipped",
      `the folder contains another clone: none of its remotes points to ${server.host}/${wish.workspace}/${wish.slug}`,
    ];
  if (leaveExisting) return ["current", "it exists"];

  const before = await ask("rev-parse", "--verify", "--quiet", "HEAD");
  const fetched = await runGit(["fetch", "--quiet", "--", remote], options);
  if (signal.aborted) return ["failed", "stopped"];
  if (fetched.exitCode !== 0) return ["failed", reasonOf(fetched)];

  const branch = await ask("symbolic-ref", "--quiet", "--short", "HEAD");
  if (branch === undefined) return ["fetched", "no branch is checked out"];
  const upstream = await ask("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}");
  if (upstream === undefined)
    return before === undefined
      ? ["current", "it is empty"]
      : ["fetched", `${branch} has no upstream branch`];
  const [ahead = 0, behind = 0] =
    before === undefined
      ? [0, 1]
      : ((await ask("rev-list", "--left-right", "--count", `HEAD...${upstream}`)) ?? "")
          .split(/\s+/)
          .map(Number);
  const unpushed = ahead > 0 ? `${formatCount(ahead, "commit")} not pushed` : "";
  if (behind === 0) return ["current", [branch, unpushed].filter(Boolean).join(", ")];
  const waiting = `${branch} is ${formatCount(behind, "commit")} behind ${upstream}`;
  if (ahead > 0) return ["fetched", `${waiting}, with ${unpushed}`];
  const changed = await ask("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty");
  if (changed !== "") return ["fetched", `${waiting}, with uncommitted changes`];
  if ((await ask("rev-parse", "--verify", "--quiet", "MERGE_HEAD")) !== undefined)
    return ["fetched", `${waiting}, with a merge in progress`];
  const merged = await runGit(["merge", "--quiet", "--ff-only", "--no-autostash", upstream], options);
  // Git refuses to fast-forward if it would overwrite an untracked file.
  if (merged.exitCode !== 0) return ["fetched", `${waiting}: ${reasonOf(merged)}`];
  return ["updated", before === undefined ? branch : `${branch}, ${formatCount(behind, "commit")}`];
}

/** The remote of the repository; `origin` before others. */
async function remoteOf(wish: CloneRequest, options: GitOptions): Promise<string | undefined> {
  const lines = (await askGit(["config", "--get-regexp", "^remote\\..*\\.url$"], options))?.split("\n") ?? [];
  const names = lines.flatMap((line) => {
    const [, name = "", url = ""] = /^remote\.(.*)\.url (.*)$/.exec(line) ?? [];
    const found = parseRemote(url, wish.server);
    const same =
      found?.workspace.toLowerCase() === wish.workspace.toLowerCase() &&
      found.slug.toLowerCase() === wish.slug.toLowerCase();
    return same ? [name] : [];
  });
  return names.includes("origin") ? "origin" : names[0];
}
