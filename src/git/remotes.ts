/** Finds and rewrites the remotes of a folder of clones. */
import { readFileSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { GitServer } from "./login";
import { askGit, maskPasswords, reasonOf, runGit } from "./run";
import { parseRemote, type RemoteForm, remoteUrl } from "./urls";

/** The maximum depth of folders in which to look for clones. */
const deepest = 4;

interface RemoteChange {
  /** The clone's folder. */
  readonly folder: string;
  readonly remote: string;
  /** `pushurl` if pushes use a different URL. */
  readonly key: "url" | "pushurl";
  readonly before: string;
  readonly after: string;
}

interface RemotePlan {
  readonly clones: readonly string[];
  readonly changes: readonly RemoteChange[];
  /** The number of URLs that are already in the desired form. */
  readonly right: number;
  /** The remotes that are not rewritten, with the reason. */
  readonly notes: readonly string[];
}

/** The clones in a folder and below it. Links are not followed. */
async function findClones(folder: string, depth = deepest): Promise<string[]> {
  const names = await readdir(folder, { withFileTypes: true });
  if (names.some(({ name }) => name === ".git")) return [folder];
  if (depth === 0) return [];
  const found: string[] = [];
  for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
      found.push(...(await findClones(join(folder, entry.name), depth - 1)));
  return found;
}

/** Plans the rewrites without changing anything. */
export async function planRemotes(folder: string, form: RemoteForm, server: GitServer): Promise<RemotePlan> {
  const clones = await findClones(folder);
  const changes: RemoteChange[] = [];
  const notes: string[] = [];
  let right = 0;
  for (const clone of clones) {
    // A linked worktree and a submodule share the configuration of another clone.
    if (!(await lstat(join(clone, ".git"))).isDirectory()) {
      notes.push(`${clone}: a worktree or submodule, which has the remotes of its main clone.`);
      continue;
    }
    const text =
      (await askGit(["config", "--local", "--null", "--get-regexp", "^remote\\..*\\.(url|pushurl)$"], {
        cwd: clone,
      })) ?? "";
    for (const entry of text.split("\0").filter(Boolean)) {
      const [name = "", before = ""] = entry.split("\n");
      const [, remote = "", key = ""] = /^remote\.(.*)\.(url|pushurl)$/.exec(name) ?? [];
      const found = parseRemote(before, server);
      if (!found) continue;
      const after = remoteUrl(form, found, server);
      if (after === before) right += 1;
      else changes.push({ folder: clone, remote, key: key === "pushurl" ? "pushurl" : "url", before, after });
    }
    notes.push(...(await submoduleNotes(clone, form, server)), ...(await rewritingNotes(clone, server)));
  }
  return { clones, changes, right, notes: [...new Set(notes)] };
}

/** Submodules are in a file that belongs to the repository: changing it requires a commit. */
async function submoduleNotes(clone: string, form: RemoteForm, server: GitServer): Promise<string[]> {
  let text: string;
  try {
    text = readFileSync(join(clone, ".gitmodules"), "utf8");
  } catch {
    return [];
  }
  return [...text.matchAll(/^\s*url\s*=\s*(\S+)/gm)].flatMap(([, url = ""]) => {
    const found = parseRemote(url, server);
    return found && found.form !== form
      ? [
          `${join(clone, ".gitmodules")}: the submodule ${found.workspace}/${found.slug} stays at ${maskPasswords(url)}. Change it in this file, commit, and run "git submodule sync".`,
        ]
      : [];
  });
}

/** A rewrite rule of git's would change the new URL again. */
async function rewritingNotes(clone: string, server: GitServer): Promise<string[]> {
  const text =
    (await askGit(["config", "--get-regexp", "^url\\..*\\.(insteadof|pushinsteadof)$"], { cwd: clone })) ??
    "";
  return text
    .split("\n")
    .filter((line) => line.includes(server.host.replace(/:\d+$/, "")) || line.includes("bitbucket.org"))
    .map((line) => `Your git configuration rewrites URLs: ${maskPasswords(line)}`);
}

/** Rewrites one. A remote with several URLs keeps the others. Returns git's reason if it fails. */
export async function applyRemote(change: RemoteChange): Promise<string | undefined> {
  const { folder, remote, key, before, after } = change;
  // The URL to replace is matched by a pattern without its user and password: everybody can see arguments.
  const [, scheme = "", rest = before] = /^(\w+:\/\/)(?:[^/]*@)?(.*)$/.exec(before) ?? [];
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = scheme === "" ? `^${literal(before)}$` : `^${scheme}([^/]*@)?${literal(rest)}$`;
  const args = ["config", "--local", "--replace-all", `remote.${remote}.${key}`, after, pattern];
  const result = await runGit(args, { cwd: folder });
  return result.exitCode === 0 ? undefined : reasonOf(result);
}
