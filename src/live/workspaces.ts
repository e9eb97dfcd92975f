/**
 * Which workspace a slug or a UUID means now. Slugs change and can be taken by others; UUIDs stay.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#universally-unique-identifier
 */
import { z } from "zod";
import { apiPath, NotFoundError, PermissionError, type ReadClient } from "../bitbucket";
import { repository } from "../kinds";
import { toCanonicalUuid } from "../kinds/uuid";
import { parseShape } from "./shape";
import type { SharedReads } from "./shared";
import {
  NoWorkspaceError,
  OtherWorkspaceError,
  RenamedWorkspaceError,
  RepositoryElsewhereError,
  UndecidableWorkspaceError,
} from "./workspaceErrors";

const identity = z.object({ uuid: z.string().transform(toCanonicalUuid), slug: z.string() });

/** Of a repository or project. */
const inRepository = z.object({ workspace: identity });

/** A workspace as the server names it now. */
export type WorkspaceIdentity = Readonly<z.output<typeof identity>>;

/**
 * What a look at a workspace came to. `missing`: there is none of that name, or none that the credential may see.
 * `unknown`: the credential may not tell.
 */
export type WorkspaceLookup = WorkspaceIdentity | "missing" | "unknown";

/** The place of an object according to the state. */
export interface WorkspaceReference {
  /** The slug, or the UUID in braces, as it is written. */
  readonly workspace: string;
  /** Left out where the state does not hold it. */
  readonly uuid?: unknown;
  /** The UUID of the repository to which it belongs, or that it is. It tells the workspace as well. */
  readonly repository?: unknown;
  /** Whether the state says so, and not what is asked for now. */
  readonly inState?: boolean;
}

/** Where a resource of the state or of the program lives. */
export interface WorkspaceHome {
  /** The slug or UUID by which the workspace is addressed now. */
  readonly workspace: string;
  /** Undefined where the credential may not tell. */
  readonly uuid: string | undefined;
}

export class Workspaces {
  readonly #looks = new Map<string, Promise<WorkspaceLookup>>();
  /** Former slugs by which the state knew a workspace, with its UUID. */
  readonly #former = new Map<string, string>();
  readonly #repositories = new Map<string, Promise<WorkspaceLookup>>();
  #log: (line: string) => void = () => {};

  constructor(
    private readonly client: ReadClient,
    private readonly shared?: SharedReads,
  ) {}

  /** @param tell Gets a line for the user about each workspace whose slug has changed. */
  onRename(tell: (line: string) => void): void {
    this.#log = tell;
  }

  /** @param asked A slug, or a UUID in braces. One request a run for each name. */
  async lookUp(asked: string): Promise<WorkspaceLookup> {
    const name = toCanonicalUuid(asked);
    let look = this.#looks.get(name);
    if (!look) {
      look = this.#look(name);
      this.#looks.set(name, look);
      // A failure is not remembered: the next one asks again.
      look.catch(() => this.#looks.delete(name));
      const found = await look;
      // Its other name is known by now.
      if (typeof found === "object")
        for (const other of [found.slug, found.uuid])
          if (!this.#looks.has(other)) this.#looks.set(other, look);
    }
    return look;
  }

  /** @throws {NoWorkspaceError} if there is no workspace of this slug, or the credential may not see it. */
  async requireAccess(slug: string): Promise<void> {
    if ((await this.lookUp(slug)) === "missing") throw new NoWorkspaceError(slug);
  }

  /**
   * Finds where an object is now, from the inputs or the state.
   *
   * @throws {OtherWorkspaceError} where the slug means another workspace now, and that of the state cannot be found.
   */
  async findHome(held: WorkspaceReference): Promise<WorkspaceHome> {
    const { workspace: written } = held;
    const uuid = held.uuid ?? (held.inState ? this.#former.get(written) : undefined);
    if (typeof uuid !== "string") {
      const found = await this.#lookOrRepository(held);
      if (typeof found !== "object") return { workspace: written, uuid: undefined };
      return { workspace: isUuid(written) ? written : found.slug, uuid: found.uuid };
    }
    const found = await this.lookUp(uuid);
    if (typeof found === "object") {
      if (isUuid(written) || written === found.slug) return { workspace: written, uuid };
      this.#rename(written, found);
      return { workspace: found.slug, uuid };
    }
    const taken = isUuid(written) ? undefined : await this.lookUp(written);
    if (typeof taken === "object" && !isSameUuid(taken.uuid, uuid))
      throw new OtherWorkspaceError({ slug: written, uuid }, taken.slug);
    return { workspace: written, uuid };
  }

  /**
   * Whether a workspace is the one that the state holds under another slug.
   *
   * @throws {OtherWorkspaceError} where it is another one, and `RenamedWorkspaceError` or `CannotTellWorkspaceError` where
   *   it is not there or cannot be told.
   */
  async checkSame(inState: WorkspaceReference, asked: string): Promise<void> {
    const { workspace: before, uuid } = inState;
    if (before === asked || (isUuid(asked) && isSameUuid(asked, uuid))) return;
    const former = this.#former.get(asked);
    if (former !== undefined && (isSameUuid(former, uuid) || former === idOf(await this.lookUp(before))))
      return;
    const [held, now] = [await this.#lookUpHeld(inState), await this.lookUp(asked)];
    if (typeof now === "object" && typeof held === "object") {
      if (!isSameUuid(held.uuid, now.uuid)) throw new OtherWorkspaceError(held, asked);
      if (!isUuid(asked) && !isUuid(before)) this.#rename(before, now);
      return;
    }
    if (now === "missing" && typeof held === "object" && !isUuid(asked))
      throw new RenamedWorkspaceError(asked, held, false);
    throw new UndecidableWorkspaceError(before, asked);
  }

  /**
   * Whether what is asked for is the workspace that the state is about, though both may be written alike: a slug that
   * was given up can be taken by another workspace.
   *
   * @throws {OtherWorkspaceError} where it is another one, and `RenamedWorkspaceError` where it has another slug now.
   */
  async checkHeld(inState: WorkspaceReference, asked: string): Promise<void> {
    const { workspace: before, uuid } = inState;
    if (typeof uuid !== "string" || before !== asked || isUuid(asked)) return this.checkSame(inState, asked);
    const now = await this.lookUp(asked);
    if (typeof now === "object") {
      if (!isSameUuid(now.uuid, uuid)) throw await this.#otherThan(uuid, asked);
      return;
    }
    // Without the permission to look, nothing shows that it is another one.
    if (now === "unknown") return;
    const held = await this.lookUp(uuid);
    if (typeof held === "object" && held.slug !== asked) throw new RenamedWorkspaceError(asked, held, true);
  }

  /** The slug was given to another workspace: this one has a new slug, where it still is there. */
  async #otherThan(uuid: string, asked: string): Promise<Error> {
    const held = await this.lookUp(uuid);
    return new OtherWorkspaceError(typeof held === "object" ? held : { uuid, slug: asked }, asked);
  }

  /**
   * Whether a repository that a workspace does not hold is in another one: then it is not gone.
   *
   * @param repository The repository's UUID; a slug tells nothing.
   * @throws {RepositoryElsewhereError} where it is.
   */
  async refuseElsewhere(workspace: string, repository: string): Promise<void> {
    if (!isUuid(repository)) return;
    const found = await this.#ofRepository(repository);
    if (typeof found !== "object") return;
    const asked = await this.lookUp(workspace);
    if (typeof asked === "object" && asked.uuid !== found.uuid)
      throw new RepositoryElsewhereError(repository, workspace, found);
  }

  async #lookUpHeld(inState: WorkspaceReference): Promise<WorkspaceLookup> {
    const { workspace: slug, uuid } = inState;
    if (typeof uuid !== "string") return this.#lookOrRepository(inState);
    const found = await this.lookUp(uuid);
    return typeof found === "object" ? found : { uuid, slug };
  }

  /** By the slug; where there is none of that name any more, by the repository. */
  async #lookOrRepository({ workspace, repository }: WorkspaceReference): Promise<WorkspaceLookup> {
    const found = await this.lookUp(workspace);
    if (found !== "missing" || typeof repository !== "string" || !isUuid(repository)) return found;
    const now = await this.#ofRepository(repository);
    if (typeof now === "object" && !isUuid(workspace)) this.#rename(workspace, now);
    return typeof now === "object" ? now : found;
  }

  /** The workspace of a repository: with an empty one, the repository's UUID says where it is. */
  async #ofRepository(uuid: string): Promise<WorkspaceLookup> {
    const path = apiPath`/repositories/{}/${uuid}`;
    let look = this.#repositories.get(path);
    look ??= this.client.get(path, { query: { fields: "workspace.uuid,workspace.slug" } }).then(
      (body) => parseShape(repository, path, body, (one) => inRepository.parse(one).workspace),
      (error: unknown) => {
        if (error instanceof NotFoundError) return "missing" as const;
        if (error instanceof PermissionError) return "unknown" as const;
        throw error;
      },
    );
    this.#repositories.set(path, look);
    look.catch(() => this.#repositories.delete(path));
    return look;
  }

  #rename(before: string, now: WorkspaceIdentity): void {
    if (this.#former.has(before)) return;
    this.#former.set(before, now.uuid);
    this.#log(
      `The workspace ${before} was renamed to ${now.slug}. It is the same workspace: nothing changes.`,
    );
  }

  async #look(name: string): Promise<WorkspaceLookup> {
    const path = apiPath`/workspaces/${name}`;
    try {
      const body = await this.#read(path, async () => [await this.client.get(path)]);
      return parseShape({ title: "workspace" }, path, body, (one) => identity.parse(one));
    } catch (error) {
      if (error instanceof NotFoundError) return "missing";
      // Without read:workspace, what is in it tells where it is.
      if (error instanceof PermissionError) return this.#byContent(name);
      throw error;
    }
  }

  async #byContent(name: string): Promise<WorkspaceLookup> {
    const fields = "workspace.uuid,workspace.slug";
    for (const path of [apiPath`/repositories/${name}`, `${apiPath`/workspaces/${name}`}/projects`]) {
      try {
        for await (const [first] of this.client.pages(path, { fields })) {
          const found = inRepository.safeParse(first);
          if (found.success) return found.data.workspace;
          break;
        }
      } catch (error) {
        if (!(error instanceof NotFoundError || error instanceof PermissionError)) throw error;
      }
    }
    return "unknown";
  }

  async #read(path: string, read: () => Promise<readonly unknown[]>): Promise<unknown> {
    const [body] = this.shared ? await this.shared.list(path, read) : await read();
    return body;
  }
}

function isUuid(name: string): boolean {
  return name.startsWith("{");
}

function idOf(look: WorkspaceLookup): string | undefined {
  return typeof look === "object" ? look.uuid : undefined;
}

function isSameUuid(a: string, b: unknown): boolean {
  return typeof b === "string" && a.toLowerCase() === b.toLowerCase();
}
