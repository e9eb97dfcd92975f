/**
 * The emulator's state, in an append-only file. Its first line is a copy of everything, and each further line
 * holds the changes of a request. A line is written before the request is answered, so that no confirmed
 * change is lost if the process is killed. From time to time, and at the end, the file is replaced by a new
 * copy.
 */
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import type { GitStore } from "./gitStore";
import { fromJson, type Repository, type State, toJson, type Workspace } from "./state";

/** Bytes of changes, at least, before the file is rewritten. */
const minChanges = 1024 * 1024;

/** Git's content is large and rarely changes: it is written separately. */
type RepositoryContent = Pick<Repository, "bundle" | "commits">;

type JournalLine =
  /** Everything but the repositories. */
  | { readonly rest: State }
  | { readonly repository: Repository; readonly workspace: string }
  | { readonly content: RepositoryContent; readonly of: string; readonly workspace: string }
  | { readonly gone: string; readonly workspace: string };

interface JournaledRepository {
  readonly workspace: string;
  readonly slug: string;
  text: string;
  bundle: string | undefined;
  commits: number;
}

/** Returns the state in a file, if there is one. Throws if it cannot be read. */
export function readJournal(file: string): State | undefined {
  try {
    const text = readFileSync(file, "utf8");
    if (text === "") return undefined;
    const lines = text.split("\n");
    // An incomplete line was being written when the process was killed. Its request was not answered.
    if (lines.length > 1) lines.pop();
    const [first = "", ...changes] = lines;
    const state = fromJson(first);
    if (!(state.workspaces instanceof Map)) throw new Error("it is no state of an emulator");
    for (const change of changes) apply(state, fromJson<JournalLine>(change));
    return state;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `The state file ${file} cannot be read: ${(error as Error).message}. Remove it to begin anew.`,
    );
  }
}

function apply(state: State, line: JournalLine): void {
  if ("rest" in line) {
    const { workspaces } = state;
    for (const key of Object.keys(state)) delete (state as unknown as Record<string, unknown>)[key];
    Object.assign(state, line.rest);
    for (const [slug, workspace] of state.workspaces)
      workspace.repositories = workspaces.get(slug)?.repositories ?? new Map();
    return;
  }
  const repositories = state.workspaces.get(line.workspace)?.repositories;
  if (!repositories) return;
  const uuid = "gone" in line ? line.gone : "of" in line ? line.of : line.repository.uuid;
  const known = [...repositories.values()].find((one) => one.uuid === uuid);
  if ("gone" in line) repositories.delete(known?.slug ?? "");
  else if ("of" in line) {
    if (known) Object.assign(known, line.content);
  } else {
    const { repository } = line;
    if (known && known.slug !== repository.slug) repositories.delete(known.slug);
    repositories.set(repository.slug, {
      ...repository,
      commits: known?.commits ?? new Map(),
      bundle: known?.bundle,
    });
  }
}

export class StateJournal {
  /** By UUID. */
  readonly #repositories = new Map<string, JournaledRepository>();
  #rest = "";
  #copyBytes = 0;
  #changeBytes = 0;
  #closed = false;

  constructor(
    private readonly file: string,
    private readonly state: () => State,
    private readonly git: GitStore,
  ) {
    this.copy();
  }

  /** Writes the changes of a request. `path` is the requested path, which determines where to look. */
  recordChange(path: string): void {
    if (this.#closed) return;
    const state = this.state();
    const lines: string[] = [];
    const rest = restOf(state);
    if (rest !== this.#rest) lines.push(rest);
    this.#rest = rest;
    const seen = new Set<string>();
    for (const workspace of state.workspaces.values()) {
      // A project's new key is also written in its repositories.
      const all = path.includes("/projects/");
      for (const found of workspace.repositories.values()) {
        seen.add(found.uuid);
        const before = this.#repositories.get(found.uuid);
        const moved = before?.slug !== found.slug || before.workspace !== workspace.slug;
        if (all || moved || isNamed(path, found)) lines.push(...this.#linesOf(workspace, found));
      }
    }
    for (const [uuid, { workspace }] of this.#repositories) {
      if (seen.has(uuid)) continue;
      this.#repositories.delete(uuid);
      lines.push(toJson({ gone: uuid, workspace }));
    }
    if (lines.length === 0) return;
    const text = lines.map((line) => `${line}\n`).join("");
    appendFileSync(this.file, text);
    this.#changeBytes += text.length;
    if (this.#changeBytes > Math.max(minChanges, 2 * this.#copyBytes)) this.copy();
  }

  /** Replaces the file by a copy of everything, atomically. */
  copy(): void {
    const state = this.state();
    this.git.keep(state);
    const text = `${toJson(state)}\n`;
    const made = `${this.file}.new`;
    writeFileSync(made, text);
    const handle = openSync(made, "r+");
    fsyncSync(handle);
    closeSync(handle);
    renameSync(made, this.file);
    [this.#copyBytes, this.#changeBytes] = [text.length, 0];
    this.#rest = restOf(state);
    this.#repositories.clear();
    for (const workspace of state.workspaces.values())
      for (const found of workspace.repositories.values()) this.#linesOf(workspace, found);
  }

  /** Ends with a copy. Does not wait for a push that git is still processing. */
  close(): void {
    if (!this.#closed) this.copy();
    this.#closed = true;
  }

  #linesOf(workspace: Workspace, found: Repository): string[] {
    const before = this.#repositories.get(found.uuid);
    const { commits, bundle: _, ...repository } = found;
    const bundle = this.git.bundleOf(found);
    const text = toJson({ repository, workspace: workspace.slug });
    const contentChanged = before?.bundle !== bundle || before?.commits !== commits.size;
    this.#repositories.set(found.uuid, {
      workspace: workspace.slug,
      slug: found.slug,
      text,
      bundle,
      commits: commits.size,
    });
    return [
      ...(before?.text === text ? [] : [text]),
      ...(contentChanged
        ? [toJson({ content: { commits, bundle }, of: found.uuid, workspace: workspace.slug })]
        : []),
    ];
  }
}

function restOf(state: State): string {
  const workspaces = new Map(
    [...state.workspaces].map(([slug, workspace]) => [slug, { ...workspace, repositories: new Map() }]),
  );
  return toJson({ rest: { ...state, workspaces } });
}

function isNamed(path: string, found: Repository): boolean {
  const decoded = path.toLowerCase().replaceAll("%7b", "{").replaceAll("%7d", "}");
  return decoded.includes(found.slug) || decoded.includes(found.uuid);
}
