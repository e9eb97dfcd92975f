/**
 * The one reader of a workspace's current state: shared by refresh, drift, import and the look-ups around writes.
 * All reads that fall into one collection become one paginated read of it.
 */
import { z } from "zod";
import {
  apiPath,
  isShapeError,
  NotFoundError,
  PermissionError,
  type ReadClient,
  readAs,
  shapeText,
} from "../bitbucket";
import { project, repository } from "../kinds";
import {
  type CollectionRequest,
  type Found,
  identityOf,
  type Kind,
  type Location,
  type Values,
} from "../kinds/kind";
import { Collection } from "./collection";
import { Members } from "./members";
import type { SharedReads } from "./shared";

export interface LiveOptions {
  /** Takes a repository that the credential does not see for deleted, though it might not be allowed to see it. */
  readonly missingIsDeleted?: boolean;
  /** Where the processes of one run share what they read of the workspace as a whole. */
  readonly shared?: SharedReads | undefined;
}

/** A read under way, and the one that those who came after its start wait for. */
interface FreshRead {
  readonly running: Promise<Collection>;
  queued?: Promise<Collection>;
}

export class LiveReader {
  readonly #collections = new Map<string, Collection>();
  readonly #secondLooks = new Map<string, Promise<Collection>>();
  readonly #fresh = new Map<string, FreshRead>();
  readonly #facets = new Map<string, Promise<unknown>>();
  readonly #made = new Set<string>();
  /** Collections that this process wrote to: what the run read before is not used again. */
  readonly #written = new Set<string>();
  readonly #members = new Map<string, Members>();

  constructor(
    private readonly client: ReadClient,
    private readonly options: LiveOptions = {},
  ) {}

  /**
   * The object with this id as it is now, or undefined when it is certain that it is gone.
   * Throws when that cannot be known: a 404 that a credential without access gets as well is not a proof.
   */
  async read(kind: Kind, at: Location, id: string, values: Values = {}): Promise<Found | undefined> {
    if ("single" in kind.source) return this.#single(kind, at, values);
    return this.#orGone(at, async () => {
      const found = await this.#collection(kind, at).get(id);
      if (found) return found;
      // A list that changes while it is read can skip one, and what was just made may not be in it yet: so it is read
      // once more before something is taken for deleted. A repository is asked for by name.
      const isRepository = kind.provides === "repository";
      const seen = await (isRepository
        ? this.#item(kind, at, id)
        : (await this.#secondLook(kind, at)).get(id));
      // A list shows only what the credential may see.
      if (!seen && (isRepository || kind.provides === "project"))
        await this.#concludeGone(at.workspace, `${kind.title} ${id}`);
      return seen;
    });
  }

  /** The object with the same natural key, from a read that may be shared with other reads of this run. */
  async find(kind: Kind, at: Location, args: Values): Promise<Found | undefined> {
    if ("single" in kind.source) return this.#single(kind, at, args);
    return this.#orGone(at, async () => match(kind, await this.#collection(kind, at).all(), args));
  }

  /** The object with the same natural key, from a read that begins after this call: for decisions about writes. */
  async findFresh(kind: Kind, at: Location, args: Values): Promise<Found | undefined> {
    if ("single" in kind.source) {
      this.#forgetSingle(kind, at, args);
      return this.#single(kind, at, args);
    }
    return this.#orGone(at, async () => match(kind, await (await this.#readAnew(kind, at)).all(), args));
  }

  /** Every object of a kind below one parent. */
  async list(kind: Kind, at: Location): Promise<readonly Found[]> {
    if ("single" in kind.source) {
      const found = await this.#single(kind, at, {});
      return found ? [found] : [];
    }
    return [...(await this.#collection(kind, at).all()).values()];
  }

  /** The value of a field that lives on an endpoint of its own. */
  async facet(kind: Kind, at: Location, id: string, field: string): Promise<unknown> {
    const facet = kind.facets?.[field];
    if (!facet) throw new Error(`${kind.name} has no facet ${field}`);
    const body = await this.#body(facet.path(at, id));
    return inShape(kind, facet.path(at, id), body instanceof NotFoundError ? undefined : body, facet.parse);
  }

  /** The key of a project that is given by its key or, so that renaming the key does no harm, by its UUID. */
  async projectKey(workspace: string, keyOrUuid: string): Promise<string> {
    if (!keyOrUuid.startsWith("{")) return keyOrUuid;
    const at = { workspace };
    const found =
      (await this.#collection(project, at).all()).get(keyOrUuid) ??
      (await (await this.#readAnew(project, at)).all()).get(keyOrUuid);
    if (!found) throw new NoProjectError(workspace, keyOrUuid);
    return String(found.args.key);
  }

  /** The UUID of the user to whom the credential belongs, or undefined for an access token, which belongs to none. */
  async currentUser(): Promise<string | undefined> {
    const body = await remember(this.#facets, "/user", async () => {
      try {
        return await this.client.get("/user");
      } catch (error) {
        if (error instanceof PermissionError) return undefined;
        throw error;
      }
    });
    return body === undefined
      ? undefined
      : readAs(z.object({ uuid: z.string() }), body, "The answer to GET /user").uuid;
  }

  async workspaceUuid(workspace: string): Promise<string> {
    const path = apiPath`/workspaces/${workspace}`;
    const body = await remember(this.#facets, path, () => this.client.get(path));
    return readAs(z.object({ uuid: z.string() }), body, `The answer to GET ${path}`).uuid;
  }

  /** The UUID of a user who is given by it, or by what the workspace's members show. See `Members`. */
  async userUuid(workspace: string, user: string): Promise<string> {
    return user.startsWith("{") ? user : this.#membersOf(workspace).uuidOf(user);
  }

  /** What the workspace's members are called, by their UUIDs. */
  memberNames(workspace: string): Promise<ReadonlyMap<string, string>> {
    return this.#membersOf(workspace).names();
  }

  #membersOf(workspace: string): Members {
    let members = this.#members.get(workspace);
    if (!members) {
      members = new Members(this.client, workspace);
      this.#members.set(workspace, members);
    }
    return members;
  }

  /** To be called after every write: what was read before is not used again. */
  wrote(kind: Kind, at: Location, values: Values, id?: string): void {
    if ("single" in kind.source) this.#forgetSingle(kind, at, values);
    else {
      const name = key(kind, kind.source.collection(at));
      this.#collections.delete(name);
      this.#secondLooks.delete(name);
      this.#written.add(name);
    }
    if (id === undefined) return;
    for (const facet of Object.values(kind.facets ?? {})) this.#facets.delete(facet.path(at, id));
  }

  /** Notes that this run made a parent: it holds nothing that this run did not put there. */
  made(kind: Kind, at: Location, id: string): void {
    if (kind.provides) this.#made.add(parentKey({ ...at, [kind.provides]: id }));
  }

  /** Whether this run made the parent, so that it need not be read before something is created in it. */
  isNew(at: Location): boolean {
    return this.#made.has(parentKey(at));
  }

  #collection(kind: Kind, at: Location): Collection {
    const request = collectionOf(kind, at);
    const name = key(kind, request);
    let collection = this.#collections.get(name);
    if (!collection) {
      const ofWorkspace = !at.project && !at.repository && !at.account;
      const shared = ofWorkspace && !this.#written.has(name) ? this.options.shared : undefined;
      collection = this.#open(kind, at, request, shared);
      this.#collections.set(name, collection);
    }
    return collection;
  }

  #open(kind: Kind, at: Location, request: CollectionRequest, shared?: SharedReads): Collection {
    const forget = () => this.#collections.delete(key(kind, request));
    const { client } = this;
    async function* pages() {
      try {
        const options = {
          ...(request.fields === undefined ? {} : { fields: request.fields }),
          ...(request.query === undefined ? {} : { query: request.query }),
        };
        const read = async function* () {
          const name = `${request.path} ${JSON.stringify(options)}`;
          if (shared) yield await shared.list(name, () => client.list(request.path, options));
          else yield* client.pages(request.path, options);
        };
        for await (const page of read()) {
          yield page
            .map((item) => parsed(kind, request.path, item, at))
            .filter((found) => !kind.absent?.(found));
        }
      } catch (error) {
        // A failure is not remembered: the next reader asks again.
        forget();
        throw error;
      }
    }
    const hasItems = "collection" in kind.source && kind.source.item !== undefined;
    return new Collection(pages(), hasItems ? (id) => this.#item(kind, at, id) : undefined);
  }

  /** A second read of a collection, which all share that miss something in the first one. */
  #secondLook(kind: Kind, at: Location): Promise<Collection> {
    return remember(this.#secondLooks, key(kind, collectionOf(kind, at)), () => this.#readAnew(kind, at));
  }

  /** A whole read that begins after the call. Callers that wait for the same one share it. */
  async #readAnew(kind: Kind, at: Location): Promise<Collection> {
    const request = collectionOf(kind, at);
    const name = key(kind, request);
    const start = async () => {
      const collection = this.#open(kind, at, request);
      await collection.all();
      this.#collections.set(name, collection);
      return collection;
    };
    const current = this.#fresh.get(name);
    const run = (): Promise<Collection> => {
      const running = start();
      const entry: FreshRead = { running };
      this.#fresh.set(name, entry);
      const done = () => {
        if (this.#fresh.get(name) === entry && !entry.queued) this.#fresh.delete(name);
      };
      running.then(done, done);
      return running;
    };
    if (!current) return run();
    current.queued ??= current.running.catch(() => undefined).then(run);
    return current.queued;
  }

  /** Throws unless it is certain that a project which cannot be seen is gone. */
  async concludeProjectGone({ workspace, project }: NoProjectError): Promise<void> {
    await this.#concludeGone(workspace, `project ${project}`);
  }

  /**
   * A private repository or project is not there for those who may not see it. Only an owner of the workspace, who sees
   * them all, can tell that one was deleted.
   */
  async #concludeGone(workspace: string, what: string): Promise<void> {
    if (this.options.missingIsDeleted || (await this.seesAll(workspace))) return;
    throw new CannotTellError(workspace, what);
  }

  /** Whether nothing is hidden from the credential in what it belongs to: it is an owner's, or an access token. */
  async seesAll(workspace: string): Promise<boolean> {
    const path = `${apiPath`/user/workspaces/${workspace}`}/permission`;
    try {
      const { permission } = readAs(
        z.object({ permission: z.string() }),
        await remember(this.#facets, path, () => this.client.get(path)),
        `The answer to GET ${path}`,
      );
      return permission === "owner";
    } catch (error) {
      // An access token has no user, and ends with what it belongs to.
      if (error instanceof PermissionError && error.code === "mechanism") return true;
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      return false;
    }
  }

  async #item(kind: Kind, at: Location, id: string): Promise<Found | undefined> {
    const path = "collection" in kind.source ? kind.source.item?.(at, id) : undefined;
    if (path === undefined) return undefined;
    const body = await this.#orUndefined(() => this.client.get(path));
    return body === undefined ? undefined : parsed(kind, path, body, at);
  }

  async #single(kind: Kind, at: Location, values: Values): Promise<Found | undefined> {
    if (!("single" in kind.source)) return undefined;
    const { accept } = kind.source;
    const via = kind.source.via?.(at, values);
    let path = kind.source.single(at, values);
    const body = await this.#orGone(at, async () => {
      if (via) path = inShape(kind, via.path, await this.#there(via.path), via.pathFrom);
      return this.#there(path, accept);
    });
    return body === undefined ? undefined : parsed(kind, path, body, at, values);
  }

  /** What was read of an object at a path of its own is not used again. */
  #forgetSingle(kind: Kind, at: Location, values: Values): void {
    if (!("single" in kind.source)) return;
    this.#facets.delete(kind.source.single(at, values));
    const via = kind.source.via?.(at, values);
    if (via) this.#facets.delete(via.path);
  }

  /** What is at a path. Throws where nothing is. */
  async #there(path: string, accept?: "text"): Promise<unknown> {
    const body = await this.#body(path, accept);
    if (body instanceof NotFoundError) throw body;
    return body;
  }

  /** What is at a path, or that nothing is there: asked once, though a field and an object may both live there. */
  #body(path: string, accept?: "text"): Promise<unknown> {
    return remember(this.#facets, path, async () => {
      try {
        return await this.client.get(path, accept === undefined ? {} : { accept });
      } catch (error) {
        if (error instanceof NotFoundError) return error;
        throw error;
      }
    });
  }

  /** Turns a 404 into undefined, once the parent was seen to be there or to be gone for sure. */
  async #orGone<Result>(at: Location, read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const { workspace } = at;
      // These throw when the parent's own list cannot be read either.
      if (at.repository) await this.read(repository, { workspace }, at.repository);
      else if (at.project) await this.list(project, { workspace });
      else throw error;
      return undefined;
    }
  }

  async #orUndefined<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

function collectionOf(kind: Kind, at: Location): CollectionRequest {
  if ("single" in kind.source) throw new Error(`${kind.name} has no collection`);
  return kind.source.collection(at);
}

function key(kind: Kind, request: CollectionRequest): string {
  return `${kind.name} ${request.path}`;
}

function parentKey(at: Location): string {
  return [at.workspace, at.project, at.repository, at.environment].filter(Boolean).join("/");
}

function match(kind: Kind, found: ReadonlyMap<string, Found>, args: Values): Found | undefined {
  const wanted = identityOf(kind, args);
  for (const one of found.values()) if (identityOf(kind, one.args) === wanted) return one;
  return undefined;
}

function parsed(kind: Kind, path: string, body: unknown, at: Location, values: Values = {}): Found {
  return inShape(kind, path, body, (found) => kind.parse(found, at, values));
}

function inShape<Result>(kind: Kind, path: string, body: unknown, parse: (body: unknown) => Result): Result {
  try {
    return parse(body);
  } catch (cause) {
    throw new UnexpectedShapeError(kind, path, cause);
  }
}

/** A project that was given by its UUID, and is not among those that the credential sees. */
export class NoProjectError extends Error {
  constructor(
    readonly workspace: string,
    readonly project: string,
  ) {
    super(`There is no project ${project} in the workspace ${workspace} that this credential can see.`);
    this.name = "NoProjectError";
  }
}

/** A repository or project is missing, and this credential would not see it if it were there. */
export class CannotTellError extends Error {
  constructor(workspace: string, what: string) {
    super(
      `The ${what} in ${workspace} cannot be seen with this credential: it was deleted, or the credential ` +
        "has lost access to it. Nothing was changed. An owner of the workspace could tell which it is. Give the credential " +
        "access (and the scope read:workspace:bitbucket); or, if it was deleted, run this once with " +
        "BITBUCKET_MISSING_IS_DELETED=1.",
    );
    this.name = "CannotTellError";
  }
}

/** Bitbucket answered, but not with what its documentation says. */
export class UnexpectedShapeError extends Error {
  constructor(kind: Kind, path: string, cause: unknown, method = "GET") {
    super(
      `Bitbucket answered ${method} ${path} with a ${kind.title} of an unexpected shape: ` +
        `${isShapeError(cause) ? shapeText(cause) : cause instanceof Error ? cause.message.replace(/\s+/g, " ") : String(cause)}. ` +
        `If the API has changed, a newer version of bitbucket-as-code may know it.`,
    );
    this.name = "UnexpectedShapeError";
  }
}

async function remember<Value>(
  cache: Map<string, Promise<Value>>,
  name: string,
  read: () => Promise<Value>,
): Promise<Value> {
  let value = cache.get(name);
  if (!value) {
    value = read();
    cache.set(name, value);
    value.catch(() => cache.delete(name));
  }
  return value;
}
