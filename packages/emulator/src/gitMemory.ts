/** A repository that git has not requested yet: its commits are in the state. */
import { commitObject, type StoredContent, treeObjects } from "./gitObjects";
import type { CommitChange, CommitInfo, TreeEntry, Walk } from "./gitStore";
import type { Commit, Repository } from "./state";

export function memoryHash(found: Repository, start: string): string | undefined {
  const [hash, other] = [...found.commits.keys()].filter((one) => one.startsWith(start));
  return other === undefined ? hash : undefined;
}

export function memoryLog(found: Repository, { include, exclude, path }: Walk): CommitInfo[] {
  const left = findReachable(found, exclude);
  const seen = findReachable(found, include);
  // Newer commits come later in the map; reversed, children come before their parents.
  return [...found.commits.values()]
    .reverse()
    .filter(({ hash }) => seen.has(hash) && !left.has(hash))
    .filter((commit) => path === undefined || isTouchedBy(found, commit, path));
}

function findReachable(found: Repository, starts: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const next = [...starts];
  for (let hash = next.pop(); hash !== undefined; hash = next.pop()) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    next.push(...(found.commits.get(hash)?.parents ?? []));
  }
  return seen;
}

function isTouchedBy(found: Repository, commit: Commit, path: string): boolean {
  const below = (files: ReadonlyMap<string, StoredContent> | undefined) =>
    JSON.stringify(
      [...(files ?? [])].filter(([name]) => name === path || name.startsWith(`${path}/`)).sort(),
    );
  return below(commit.files) !== below(found.commits.get(commit.parents[0] ?? "")?.files);
}

export function memoryEntries(commit: Commit, path: string, depth: number): TreeEntry[] | undefined {
  const prefix = path === "" ? "" : `${path}/`;
  const folders = new Map<string, TreeEntry>();
  const files: TreeEntry[] = [];
  for (const [name, content] of commit.files) {
    if (!name.startsWith(prefix)) continue;
    const parts = name.slice(prefix.length).split("/");
    for (let level = 1; level <= Math.min(depth, parts.length - 1); level += 1) {
      const folder = prefix + parts.slice(0, level).join("/");
      folders.set(folder, { path: folder, type: "folder", size: 0 });
    }
    if (parts.length <= depth) files.push({ path: name, type: "file", size: sizeOf(content) });
  }
  return path !== "" && folders.size + files.length === 0 ? undefined : [...folders.values(), ...files];
}

function sizeOf(content: StoredContent): number {
  return typeof content === "string"
    ? Buffer.byteLength(content)
    : Buffer.from(content.base64, "base64").length;
}

export function memoryCommit(found: Repository, change: CommitChange): string {
  const files = new Map(change.parent ? found.commits.get(change.parent)?.files : []);
  for (const path of change.removed) files.delete(path);
  for (const [path, content] of change.written) files.set(path, content);
  const { message, author, date } = change;
  const parents = change.parent ? [change.parent] : [];
  const tree = treeObjects(files).at(-1)?.hash ?? "";
  const { hash } = commitObject({ tree, parents, author, date, message });
  found.commits.set(hash, { hash, message, author, date, parents, files });
  found.branches.set(change.branch, hash);
  return hash;
}
