/** The audit of files on this machine. */
import { createReadStream, existsSync } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { codeOf } from "../errors";
import { auditLines } from "./audit";
import type { MigrationFinding } from "./finding";
import { logicalLines } from "./lines";

interface TreeOptions {
  /** Skips what `.gitignore` files name. */
  readonly gitignore: boolean;
  /** Skips what these name, in the syntax of `.gitignore`, in each audited folder. */
  readonly exclude?: readonly string[] | undefined;
  /** Called for each file, for the progress. */
  readonly onFile?: (path: string) => void;
}

export interface TreeAudit {
  readonly findings: readonly MigrationFinding[];
  readonly files: number;
  /** Unreadable files with the reason. They do not count as clean. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Folders that nobody edits by hand. */
const skipped = new Set(["node_modules", ".terraform", ".venv", "__pycache__", ".tox", ".gradle"]);

/** File extensions of binary files. */
const binary =
  /\.(png|jpe?g|gif|webp|ico|pdf|zip|gz|tgz|xz|bz2|zst|7z|jar|war|class|so|dylib|dll|exe|o|a|woff2?|ttf|eot|mp[34]|mov|avi|wasm|pyc|bundle|pack|idx)$/i;

/** A user's files that hold credentials for git. */
export function homeFiles(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME || homedir();
  const config = env.XDG_CONFIG_HOME || join(home, ".config");
  return [
    join(home, ".netrc"),
    join(home, "_netrc"),
    join(home, ".git-credentials"),
    env.GIT_CONFIG_GLOBAL ?? join(home, ".gitconfig"),
    join(config, "git", "config"),
    join(config, "git", "credentials"),
    join(config, "composer", "auth.json"),
  ].filter((path) => existsSync(path));
}

/** Audits files and folders. Each file is read once, however many paths lead to it. */
export async function auditPaths(paths: readonly string[], options: TreeOptions): Promise<TreeAudit> {
  const seen = new Set<string>();
  const findings: MigrationFinding[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const path of paths) {
    for await (const file of filesOf(resolve(path), options, unreadable)) {
      const real = await realpath(file);
      if (seen.has(real)) continue;
      seen.add(real);
      options.onFile?.(file);
      try {
        findings.push(...(await auditLines(file, logicalLines(createReadStream(file)))));
      } catch (error) {
        unreadable.push({ path: file, reason: codeOf(error) ?? String(error) });
      }
    }
  }
  return { findings, files: seen.size, unreadable };
}

async function* filesOf(
  start: string,
  { gitignore, exclude = [] }: TreeOptions,
  unreadable: { path: string; reason: string }[],
): AsyncGenerator<string> {
  // A link that is named is followed; those found on the way are not, so that there are no cycles.
  if ((await stat(start)).isFile()) {
    yield start;
    return;
  }
  const excluded = [{ folder: start, rules: ignore().add(exclude) }];
  yield* walk(start, []);

  async function* walk(folder: string, above: readonly IgnoreRules[]): AsyncGenerator<string> {
    let entries: Awaited<ReturnType<typeof list>>;
    try {
      entries = await list(folder);
    } catch (error) {
      unreadable.push({ path: folder, reason: codeOf(error) ?? String(error) });
      return;
    }
    const rules = gitignore ? [...above, ...(await rulesIn(folder))] : above;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (isIgnored(excluded, path, entry.isDirectory())) continue;
      if (entry.isDirectory()) {
        if (entry.name === ".git") yield* gitFiles(path);
        else if (!skipped.has(entry.name) && !isIgnored(rules, path, true)) yield* walk(path, rules);
      } else if (entry.isFile() && !binary.test(entry.name) && !isIgnored(rules, path, false)) yield path;
    }
  }
}

async function list(folder: string) {
  return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Git's own files: the configuration, that of submodules and worktrees, and the hooks. */
async function* gitFiles(folder: string): AsyncGenerator<string> {
  for (const entry of await list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile() && /^config(\.worktree)?$/.test(entry.name)) yield path;
    if (!entry.isDirectory()) continue;
    if (entry.name === "hooks") {
      for (const hook of await list(path))
        if (hook.isFile() && !hook.name.endsWith(".sample")) yield join(path, hook.name);
    } else if (entry.name === "modules" || entry.name === "worktrees") yield* modules(path);
  }
}

async function* modules(folder: string): AsyncGenerator<string> {
  if (existsSync(join(folder, "config")) && (await lstat(join(folder, "config"))).isFile()) {
    yield* gitFiles(folder);
    return;
  }
  for (const entry of await list(folder)) if (entry.isDirectory()) yield* modules(join(folder, entry.name));
}

interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

async function rulesIn(folder: string): Promise<IgnoreRules[]> {
  const found: IgnoreRules[] = [];
  for (const name of [".gitignore", join(".git", "info", "exclude")])
    try {
      found.push({ folder, rules: ignore().add(await readFile(join(folder, name), "utf8")) });
    } catch {
      // There is no such file.
    }
  return found;
}

/** The rules nearest to a file take precedence. */
function isIgnored(rules: readonly IgnoreRules[], path: string, isFolder: boolean): boolean {
  let ignored = false;
  for (const { folder, rules: own } of rules) {
    const name = relative(folder, path).split(sep).join("/") + (isFolder ? "/" : "");
    const answer = own.test(name);
    if (answer.ignored) ignored = true;
    if (answer.unignored) ignored = false;
  }
  return ignored;
}
