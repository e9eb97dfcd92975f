/**
 * The git content of repositories. It is kept in the state until git requests it; from then on a bare
 * repository holds it, and REST reads and writes it there. Branches and tags are always in the state as well.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { badRequest, notFound } from "./errors";
import { BareRepository } from "./gitBare";
import { memoryCommit, memoryEntries, memoryHash, memoryLog } from "./gitMemory";
import { type Merge, merge } from "./gitMerge";
import { isRefName, type StoredContent } from "./gitObjects";
import type { Repository, State } from "./state";

export interface CommitInfo {
  readonly hash: string;
  readonly message: string;
  /** `Name <address>`. */
  readonly author: string;
  readonly date: string;
  readonly parents: readonly string[];
}

export interface TreeEntry {
  readonly path: string;
  readonly type: "file" | "folder" | "submodule";
  readonly size: number;
  /** `link` or `executable`, as the API names them. */
  readonly attribute?: string;
}

/** A range of commits: those reachable from `include` and not from `exclude`, newest first. */
export interface Walk {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly path?: string | undefined;
}

/** A commit to add to a branch. */
export interface CommitChange {
  readonly branch: string;
  readonly parent: string | undefined;
  readonly message: string;
  readonly author: string;
  readonly date: string;
  readonly written: ReadonlyMap<string, StoredContent>;
  readonly removed: readonly string[];
}

export class GitStore {
  readonly #bare = new WeakMap<Repository, Promise<BareRepository>>();
  /** The created ones, whose commits must be written into the state. */
  readonly #ready = new Map<Repository, BareRepository>();
  #folder: Promise<string> | undefined;
  #made: string | undefined;

  /** The bare repository, created from the state on first use. */
  openBare(found: Repository): Promise<BareRepository> {
    let bare = this.#bare.get(found);
    if (!bare) {
      bare = this.#make(found);
      this.#bare.set(found, bare);
      bare.catch(() => this.#bare.delete(found));
    }
    return bare;
  }

  async #make(found: Repository): Promise<BareRepository> {
    // The state's content is taken before the first await: a concurrent request finds this one.
    const content = {
      bundle: found.bundle,
      commits: [...found.commits.values()],
      branches: [...found.branches],
      tags: [...found.tags],
    };
    this.#folder ??= mkdtemp(join(tmpdir(), "bitbucket-emulator-")).then((made) => {
      this.#made = made;
      return made;
    });
    const folder = await mkdtemp(join(await this.#folder, `${found.uuid.slice(1, -1)}-`));
    const made = await BareRepository.make(folder, content);
    found.commits.clear();
    this.#ready.set(found, made);
    return made;
  }

  /** The hash of a branch, a tag, or an abbreviated hash. */
  async resolve(found: Repository, name: string): Promise<string> {
    const named = found.branches.get(name) ?? found.tags.get(name)?.hash;
    if (named) return named;
    const hash = /^[0-9a-f]{7,40}$/.test(name)
      ? ((await this.#of(found))?.hash(name) ?? memoryHash(found, name))
      : undefined;
    const known = await hash;
    if (!known) throw notFound(`Commit not found: ${name}`);
    return known;
  }

  /** The information about some commits. */
  async commits(found: Repository, hashes: Iterable<string>): Promise<Map<string, CommitInfo>> {
    const wanted = [...new Set(hashes)];
    const bare = this.#of(found);
    const infos = bare
      ? await (await bare).commits(wanted)
      : wanted.flatMap((hash) => found.commits.get(hash) ?? []);
    return new Map(infos.map((info) => [info.hash, info]));
  }

  async commit(found: Repository, hash: string): Promise<CommitInfo | undefined> {
    return (await this.commits(found, [hash])).get(hash);
  }

  async log(found: Repository, walk: Walk): Promise<CommitInfo[]> {
    const bare = this.#of(found);
    return bare ? (await bare).log(walk) : memoryLog(found, walk);
  }

  /** The entries of a folder, down to a depth; undefined if there is no such folder. */
  async entries(
    found: Repository,
    hash: string,
    path: string,
    depth: number,
  ): Promise<TreeEntry[] | undefined> {
    const bare = this.#of(found);
    if (bare) return (await bare).entries(hash, path, depth);
    const commit = found.commits.get(hash);
    return commit && memoryEntries(commit, path, depth);
  }

  async file(found: Repository, hash: string, path: string): Promise<StoredContent | Buffer | undefined> {
    const bare = this.#of(found);
    return bare ? (await bare).file(hash, path) : found.commits.get(hash)?.files.get(path);
  }

  /** Commits, and returns the hash. */
  async change(found: Repository, change: CommitChange): Promise<string> {
    if (!found.branches.has(change.branch)) checkRef(change.branch, found.branches.keys());
    const bare = this.#of(found);
    if (!bare) return memoryCommit(found, change);
    const hash = await (await bare).change(change);
    found.branches.set(change.branch, hash);
    return hash;
  }

  /** Merges one branch into another, and returns the commit; undefined if that is not possible. */
  async merge(found: Repository, branch: string, wanted: Merge): Promise<string | undefined> {
    const bare = await this.openBare(found);
    const hash = await merge(bare, wanted);
    if (hash === undefined) return undefined;
    await bare.setRef(`refs/heads/${branch}`, hash);
    found.branches.set(branch, hash);
    return hash;
  }

  async setBranch(found: Repository, name: string, hash: string): Promise<void> {
    checkRef(name, found.branches.keys());
    const bare = this.#of(found);
    if (bare) await (await bare).setRef(`refs/heads/${name}`, hash);
    found.branches.set(name, hash);
  }

  async setTag(found: Repository, name: string, tag: { hash: string; message: string }): Promise<void> {
    checkRef(name, found.tags.keys());
    const bare = this.#of(found);
    if (bare) await (await bare).setTag(name, tag);
    found.tags.set(name, tag);
  }

  /** Returns false if there is none. */
  async removeBranch(found: Repository, name: string): Promise<boolean> {
    if (!found.branches.delete(name)) return false;
    const bare = this.#of(found);
    if (bare) await (await bare).removeRef(`refs/heads/${name}`);
    return true;
  }

  async removeTag(found: Repository, name: string): Promise<boolean> {
    if (!found.tags.delete(name)) return false;
    const bare = this.#of(found);
    if (bare) await (await bare).removeRef(`refs/tags/${name}`);
    return true;
  }

  /** Records the changes of a push. The first branch becomes the main branch. */
  async recordPush(found: Repository, at: string): Promise<void> {
    const { branches, tags } = await (await this.openBare(found)).refs();
    found.branches = branches;
    // The information about unchanged tags is kept.
    for (const [name, tag] of tags) {
      const before = found.tags.get(name);
      if (before?.hash === tag.hash && before.message === tag.message) tags.set(name, before);
    }
    found.tags = tags;
    found.mainbranch ??=
      ["main", "master"].find((name) => branches.has(name)) ?? [...branches.keys()][0] ?? null;
    found.updated_on = at;
  }

  /**
   * Writes the bare repositories' content into the state, as bundles, so that a copy of the state is
   * complete.
   */
  keep(state: State): void {
    const held = new Set([...state.workspaces.values()].flatMap((one) => [...one.repositories.values()]));
    for (const [found, bare] of this.#ready) {
      if (held.has(found)) found.bundle = bare.bundle();
      else this.drop(found);
    }
  }

  /** The content of one repository, as a bundle; undefined while all of it is in the state. */
  bundleOf(found: Repository): string | undefined {
    const bare = this.#ready.get(found);
    return bare ? bare.bundle() : found.bundle;
  }

  /** Forgets a deleted repository. */
  drop(found: Repository): void {
    this.#ready.get(found)?.remove();
    this.#ready.delete(found);
    this.#bare.delete(found);
  }

  close(): void {
    if (this.#made) rmSync(this.#made, { recursive: true, force: true, maxRetries: 3 });
  }

  #of(found: Repository): Promise<BareRepository> | undefined {
    return this.#bare.get(found) ?? (found.bundle === undefined ? undefined : this.openBare(found));
  }
}

/** Throws for a name that git rejects, or that is a folder of another name. */
function checkRef(name: string, others: Iterable<string>): void {
  if (!isRefName(name)) throw badRequest(`"${name}" is not a valid name.`);
  for (const other of others)
    if (name.startsWith(`${other}/`) || other.startsWith(`${name}/`))
      throw badRequest(`"${name}" cannot be there beside "${other}".`);
}
