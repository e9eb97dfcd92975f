/** Whether what an object belongs to is there: only then is the object itself known to be gone. */
import { z } from "zod";
import { apiPath, NotFoundError, PermissionError, type ReadClient } from "../bitbucket";
import { parseAs } from "../errors";
import { deploymentEnvironment, project, repository } from "../kinds";
import type { Kind, LiveObject, Location } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { UndecidableError, UnprovenAbsenceError } from "./absence";
import type { Answers } from "./answers";
import type { Collections } from "./collections";
import { readItem } from "./item";
import { memoize } from "./remember";

interface ParentPresence {
  /** In words: "the repository {…}". */
  readonly name: string;
  readonly isThere: boolean;
}

/** What it takes to look for parents. */
interface Sources {
  readonly client: ReadClient;
  readonly answers: Answers;
  readonly collections: Collections;
  /** See `LiveReader.read`. */
  readonly read: (kind: Kind, at: Location, id: string) => Promise<LiveObject | undefined>;
  /** Takes what is missing for deleted, whatever the credential may see. */
  readonly missingIsDeleted: boolean;
}

export class Parents {
  readonly #parents = new Map<string, Promise<ParentPresence>>();
  readonly #made = new Set<string>();

  constructor(private readonly sources: Sources) {}

  /** Records that this run created a parent: it holds only what this run created. */
  recordCreation(kind: Kind, at: Location, id: string): void {
    if (kind.parentRole) this.#made.add(nameOf({ ...at, [kind.parentRole]: toCanonicalUuid(id) }));
  }

  /** Whether this run created the parent: then nothing needs to be read before a create in it. */
  isNew(at: Location): boolean {
    return this.#made.has(nameOf(at));
  }

  /** Forgets what is known of parents. */
  forget(): void {
    this.#parents.clear();
  }

  /** Turns a collection's 404 into undefined where its parent is gone for sure. */
  async orGone<Result>(kind: Kind, at: Location, read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const parent = await this.of(at);
      if (parent === undefined) throw error;
      if (parent.isThere) throw new UnprovenAbsenceError(kind, error.path, parent.name);
      return undefined;
    }
  }

  /** Whether an earlier read came to the result that the parent of an object does not exist. */
  async isKnownGone(at: Location): Promise<boolean> {
    return (await this.#parents.get(nameOf(at)))?.isThere === false;
  }

  /**
   * Whether the environment, repository or project of an object exists. Undefined: it belongs to the workspace or to
   * the account. Throws if it can neither be seen nor proven to be deleted.
   */
  async of(at: Location): Promise<ParentPresence | undefined> {
    const { workspace, project: projectKey, repository: repo, environment } = at;
    if (!environment && !repo && !projectKey) return undefined;
    return memoize(this.#parents, nameOf(at), async () => {
      if (environment) {
        const held = { workspace, repository: repo };
        const found = await this.sources.read(deploymentEnvironment, held, environment);
        return { name: `the environment ${environment}`, isThere: found !== undefined };
      }
      const name = repo ? `the repository ${repo}` : `the project ${projectKey}`;
      return { name, isThere: await this.#isThere(at) };
    });
  }

  /** Asks the parent itself: a list that was read earlier may be out of date by now. */
  async #isThere({ workspace, project: projectKey, repository: repo }: Location): Promise<boolean> {
    const { client, collections, read } = this.sources;
    const at = { workspace };
    const kind = repo ? repository : project;
    if (await readItem(client, kind, at, repo ?? "", { key: projectKey })) return true;
    if (repo?.startsWith("{")) return (await read(kind, at, repo)) !== undefined;
    const named = ({ args }: LiveObject) => (repo ? args.slug === repo : args.key === projectKey);
    if ([...(await collections.of(kind, at).all()).values()].some(named)) return true;
    await this.concludeGone(workspace, `${kind.title} ${repo ?? projectKey}`);
    return false;
  }

  /**
   * A private repository or project is not there for those who may not see it. Only an owner of the workspace, who sees
   * them all, can tell that one was deleted.
   *
   * @throws {UndecidableError} for everybody else.
   */
  async concludeGone(workspace: string, what: string): Promise<void> {
    if (this.sources.missingIsDeleted || (await this.seesAll(workspace))) return;
    throw new UndecidableError(workspace, what);
  }

  /** Whether nothing is hidden from the credential in what it belongs to: it is an owner's, or an access token. */
  async seesAll(workspace: string): Promise<boolean> {
    const path = `${apiPath`/user/workspaces/${workspace}`}/permission`;
    try {
      const { permission } = parseAs(
        z.object({ permission: z.string() }),
        await this.sources.answers.get(path),
        `The response to GET ${path}`,
      );
      return permission === "owner";
    } catch (error) {
      // An access token has no user, and ends with what it belongs to.
      if (error instanceof PermissionError && error.code === "mechanism") return true;
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      return false;
    }
  }
}

function nameOf(at: Location): string {
  return [at.workspace, at.project, at.repository, at.environment].filter(Boolean).join("/");
}
