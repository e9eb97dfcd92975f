/**
 * The one reader of a workspace's current state: shared by refresh, drift, import and the look-ups around writes.
 * All reads that fall into one collection become one paginated read of it.
 */
import { z } from "zod";
import { apiPath, BitbucketError, NotFoundError, PermissionError, type ReadClient } from "../bitbucket";
import { isBug, isShapeError, messageOf, readAs, shapeText, UserError } from "../errors";
import { deploymentEnvironment, project, repository } from "../kinds";
import {
  type CollectionRequest,
  type Found,
  identityOf,
  type Kind,
  type Location,
  type Values,
} from "../kinds/kind";
import { parseObject, withCanonicalUsers } from "../kinds/parse";
import { canonical } from "../kinds/uuid";
import { UnprovenAbsenceError } from "./absence";
import { Collection } from "./collection";
import { Members } from "./members";
import type { SharedReads } from "./shared";
import { type HeldObject, Vanishing } from "./vanishing";
import { Workspaces } from "./workspaces";

export interface LiveOptions {
  /** Takes what is missing for deleted: what the credential may not see, and however much of it there is. */
  readonly missingIsDeleted?: boolean;
  /** What the state holds, asked for when something has vanished. Left out, it is not counted how much has. */
  readonly held?: (() => Promise<readonly HeldObject[] | undefined>) | undefined;
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
  /** Keys of projects by their UUIDs, as the state has them. */
  readonly #projectKeys = new Map<string, string>();
  readonly #unlistedProjects = new Map<string, Promise<Found | undefined>>();
  readonly #parents = new Map<string, Promise<Parent>>();
  /** Counts what is gone of what the state holds. */
  readonly vanishing: Vanishing;
  readonly workspaces: Workspaces;

  constructor(
    private readonly client: ReadClient,
    private readonly options: LiveOptions = {},
  ) {
    this.vanishing = new Vanishing(options.missingIsDeleted === true, options.held);
    this.workspaces = new Workspaces(client, options.shared);
  }

  /**
   * The object with this id as it is now, or undefined when it is certain that it is gone: it is missing from a complete
   * list and from its own path (or, where it has none, from a second list), and what it belongs to can be seen.
   * Throws when that cannot be known: a 404 that a credential without access gets as well is not a proof.
   *
   * @param values What the state holds of it.
   */
  async read(kind: Kind, at: Location, id: string, values: Values = {}): Promise<Found | undefined> {
    if ("single" in kind.source) return this.#single(kind, at, values, true);
    const wanted = canonical(id);
    if (kind.provides === "project" && typeof values.key === "string")
      this.#projectKeys.set(`${at.workspace} ${wanted}`, values.key);
    return this.#orGone(kind, at, async () => {
      const found = await this.#collection(kind, at).get(wanted);
      return found ?? this.#unlisted(kind, at, wanted, values);
    });
  }

  /** The same from reads that begin after the call: for decisions about writes. */
  async readFresh(kind: Kind, at: Location, id: string, values: Values = {}): Promise<Found | undefined> {
    if ("single" in kind.source) {
      this.#forgetSingle(kind, at, values);
      return this.#single(kind, at, values, true);
    }
    const wanted = canonical(id);
    this.#parents.clear();
    return this.#orGone(kind, at, async () => {
      const found = await this.#item(kind, at, wanted, values);
      if (found) return found;
      const listed = (await (await this.#readAnew(kind, at)).all()).get(wanted);
      return listed ?? this.#unlisted(kind, at, wanted, values);
    });
  }

  /** The object with the same natural key, from a read that may be shared with other reads of this run. */
  async find(kind: Kind, at: Location, args: Values): Promise<Found | undefined> {
    if ("single" in kind.source) return this.#single(kind, at, args);
    return this.#orGone(kind, at, async () => match(kind, await this.#collection(kind, at).all(), args));
  }

  /** The object with the same natural key, from a read that begins after this call: for decisions about writes. */
  async findFresh(kind: Kind, at: Location, args: Values): Promise<Found | undefined> {
    if ("single" in kind.source) {
      this.#forgetSingle(kind, at, args);
      return this.#single(kind, at, args);
    }
    const { idIsKey } = kind.source;
    return this.#orGone(kind, at, async () => {
      const found = match(kind, await (await this.#readAnew(kind, at)).all(), args);
      // Its create would write over what the list does not show.
      if (found || !kind.lookBeforeCreate) return found;
      const id = canonical(String(args[kind.naturalKey[0] ?? ""]));
      return idIsKey ? this.#item(kind, at, id, args) : this.#byContents(kind, at, id);
    });
  }

  /** The ids in a list that was read whole, where nothing else says of an object of this kind whether it is there. */
  listedAlone(kind: Kind, at: Location, id: string, values: Values): ReadonlySet<string> | undefined {
    if ("single" in kind.source || kind.contents || kind.source.item?.(at, id, values) !== undefined)
      return undefined;
    return this.#collections.get(key(kind, kind.source.collection(at)))?.ids;
  }

  /** The object as it is now, from its own path where it has one: to see what became of a write. */
  async reread(kind: Kind, at: Location, id: string, values: Values): Promise<Found | undefined> {
    if ("single" in kind.source) return this.findFresh(kind, at, values);
    const hasItem = kind.source.item?.(at, id, values) !== undefined;
    return hasItem ? this.#item(kind, at, id, values) : (await this.#readAnew(kind, at)).get(id);
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
    const id = canonical(keyOrUuid);
    const found =
      (await this.#collection(project, at).all()).get(id) ??
      (await this.#unlistedProject(workspace, id)) ??
      (await (await this.#readAnew(project, at)).all()).get(id);
    if (!found) throw new NoProjectError(workspace, keyOrUuid);
    return String(found.args.key);
  }

  /** A project that the list lacks, by the key that the state has. */
  async #unlistedProject(workspace: string, id: string): Promise<Found | undefined> {
    const name = `${workspace} ${id}`;
    const known = this.#projectKeys.get(name);
    if (known === undefined) return undefined;
    return remember(this.#unlistedProjects, name, () =>
      this.#item(project, { workspace }, id, { key: known }),
    );
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
      : canonical(readAs(z.object({ uuid: z.string() }), body, "The answer to GET /user").uuid);
  }

  async workspaceUuid(workspace: string): Promise<string> {
    const path = apiPath`/workspaces/${workspace}`;
    const body = await remember(this.#facets, path, () => this.client.get(path));
    return readAs(z.object({ uuid: z.string() }), body, `The answer to GET ${path}`).uuid;
  }

  /** The UUID of a user who is given by it, or by what the workspace's members show. See `Members`. */
  async userUuid(workspace: string, user: string): Promise<string> {
    return canonical(user.startsWith("{") ? user : await this.#membersOf(workspace).uuidOf(user));
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
    if (kind.provides) this.#parents.clear();
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
    if (kind.provides) this.#made.add(parentKey({ ...at, [kind.provides]: canonical(id) }));
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
          ...(request.uniqueBy === undefined ? {} : { uniqueBy: request.uniqueBy }),
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
    const hasItems = "collection" in kind.source && kind.source.item?.(at, "{id}", {}) !== undefined;
    return new Collection(pages(), hasItems ? (id) => this.#item(kind, at, id, {}) : undefined);
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

  /**
   * What is missing from a list, from where else it would be. Undefined: it is gone. The list has to be complete for that,
   * and the parent there.
   */
  async #unlisted(kind: Kind, at: Location, id: string, values: Values): Promise<Found | undefined> {
    const path = "collection" in kind.source ? kind.source.item?.(at, id, values) : undefined;
    if (path !== undefined) {
      const found = await this.#item(kind, at, id, values);
      if (found) return found;
      const listed = (await this.#collection(kind, at).all()).get(id);
      if (listed) return listed;
    } else {
      // The first list has to be complete as well as the second one.
      await this.#collection(kind, at).all();
      const there = (await this.#secondLook(kind, at)).peek(id) ?? (await this.#byContents(kind, at, id));
      if (there) return there;
    }
    if (kind.provides === "repository") await this.workspaces.refuseElsewhere(at.workspace, id);
    // A list shows only what the credential may see.
    if (kind.provides === "repository" || kind.provides === "project")
      await this.#concludeGone(at.workspace, `${kind.title} ${id}`);
    await this.#parentOf(at);
    return undefined;
  }

  /** An object of which the list says nothing, and whose bytes are there. */
  async #byContents({ contents }: Kind, at: Location, id: string): Promise<Found | undefined> {
    if (!contents) return undefined;
    try {
      const { body } = await this.client.open(contents.path(at, id));
      // Its end is not waited for.
      body.on("error", () => {}).destroy();
      return contents.unlisted(id);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** An object from its own path. Undefined: there is none, or none with this id. */
  async #item(kind: Kind, at: Location, id: string, values: Values): Promise<Found | undefined> {
    if (!("collection" in kind.source)) return undefined;
    const { item, itemMissing, collection } = kind.source;
    const path = item?.(at, id, values);
    if (path === undefined) return undefined;
    const { fields } = collection(at);
    try {
      const body = await this.client.get(path, fields === undefined ? {} : { query: { fields } });
      const found = parsed(kind, path, body, at, values);
      const isOther = id.startsWith("{") && found.id !== id;
      return isOther || kind.absent?.(found) ? undefined : found;
    } catch (error) {
      const isMissing =
        error instanceof NotFoundError ||
        (error instanceof BitbucketError && error.status === itemMissing?.(at));
      if (isMissing) return undefined;
      throw error;
    }
  }

  /** @param isProof Whether nothing is to be taken for gone before it was asked for twice. */
  async #single(kind: Kind, at: Location, values: Values, isProof = false): Promise<Found | undefined> {
    if (!("single" in kind.source)) return undefined;
    const { accept, neverMissing, via: viaOf, single } = kind.source;
    const via = viaOf?.(at, values);
    const read = async (): Promise<{ readonly path: string; readonly body: unknown }> => {
      let path = single(at, values);
      if (via) {
        const body = await this.#body(via.path);
        if (body instanceof NotFoundError) return { path: via.path, body };
        path = inShape(kind, via.path, body, via.pathFrom);
      }
      return { path, body: await this.#body(path, accept) };
    };
    let { path, body } = await read();
    if (body instanceof NotFoundError && isProof) {
      this.#forgetSingle(kind, at, values);
      this.#facets.delete(path);
      ({ path, body } = await read());
    }
    if (!(body instanceof NotFoundError)) return parsed(kind, path, body, at, values);
    const parent = await this.#parentOf(at);
    if (parent === undefined) throw body;
    if (parent.isThere && neverMissing) throw new UnprovenAbsenceError(kind, path, parent.name);
    return undefined;
  }

  /** What was read of an object at a path of its own is not used again. */
  #forgetSingle(kind: Kind, at: Location, values: Values): void {
    if (!("single" in kind.source)) return;
    this.#facets.delete(kind.source.single(at, values));
    const via = kind.source.via?.(at, values);
    if (via) this.#facets.delete(via.path);
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

  /** Turns a collection's 404 into undefined where its parent is gone for sure. */
  async #orGone<Result>(kind: Kind, at: Location, read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const parent = await this.#parentOf(at);
      if (parent === undefined) throw error;
      if (parent.isThere) throw new UnprovenAbsenceError(kind, error.path, parent.name);
      return undefined;
    }
  }

  /**
   * Whether the environment, repository or project that holds something is there. Undefined: it belongs to the workspace
   * or to the account. Throws where it can be neither seen nor told to be gone.
   */
  async #parentOf(at: Location): Promise<Parent | undefined> {
    const { workspace, project: projectKey, repository: repo, environment } = at;
    if (!environment && !repo && !projectKey) return undefined;
    return remember(this.#parents, parentKey(at), async () => {
      if (environment) {
        const found = await this.read(deploymentEnvironment, { workspace, repository: repo }, environment);
        return { name: `the environment ${environment}`, isThere: found !== undefined };
      }
      const name = repo ? `the repository ${repo}` : `the project ${projectKey}`;
      return { name, isThere: await this.#isThere(at) };
    });
  }

  /** Asks the parent itself: a list that was read earlier may be out of date by now. */
  async #isThere({ workspace, project: projectKey, repository: repo }: Location): Promise<boolean> {
    const at = { workspace };
    const kind = repo ? repository : project;
    if (await this.#item(kind, at, repo ?? "", { key: projectKey })) return true;
    if (repo?.startsWith("{")) return (await this.read(kind, at, repo)) !== undefined;
    const named = ({ args }: Found) => (repo ? args.slug === repo : args.key === projectKey);
    if ([...(await this.#collection(kind, at).all()).values()].some(named)) return true;
    await this.#concludeGone(workspace, `${kind.title} ${repo ?? projectKey}`);
    return false;
  }
}

interface Parent {
  /** In words: "the repository {…}". */
  readonly name: string;
  readonly isThere: boolean;
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
  const wanted = canonicalIdentity(kind, args);
  for (const one of found.values()) if (canonicalIdentity(kind, one.args) === wanted) return one;
  return undefined;
}

/** Users may be written as UUIDs in any case. */
function canonicalIdentity(kind: Kind, args: Values): string {
  return identityOf(kind, withCanonicalUsers(kind, args));
}

function parsed(kind: Kind, path: string, body: unknown, at: Location, values: Values = {}): Found {
  return inShape(kind, path, body, (found) => parseObject(kind, found, at, values));
}

function inShape<Result>(kind: Kind, path: string, body: unknown, parse: (body: unknown) => Result): Result {
  try {
    return parse(body);
  } catch (cause) {
    if (isBug(cause)) throw cause;
    throw new UnexpectedShapeError(kind, path, cause);
  }
}

/** A project that was given by its UUID, and is not among those that the credential sees. */
export class NoProjectError extends UserError {
  constructor(
    readonly workspace: string,
    readonly project: string,
  ) {
    super(`There is no project ${project} in the workspace ${workspace} that this credential can see.`);
  }
}

/** A repository or project is missing, and this credential would not see it if it were there. */
export class CannotTellError extends UserError {
  constructor(workspace: string, what: string) {
    super(
      `The ${what} in ${workspace} cannot be seen with this credential: it was deleted, or the credential ` +
        "has lost access to it. Nothing was changed. An owner of the workspace could tell which it is. Give the credential " +
        "access (and the scope read:workspace:bitbucket); or, if it was deleted, run this once with " +
        "BITBUCKET_MISSING_IS_DELETED=1.",
    );
  }
}

/** Bitbucket answered, but not with what its documentation says. */
export class UnexpectedShapeError extends UserError {
  constructor(kind: Kind, path: string, cause: unknown, method = "GET") {
    super(
      `Bitbucket answered ${method} ${path} with a ${kind.title} of an unexpected shape: ` +
        `${isShapeError(cause) ? shapeText(cause) : messageOf(cause).replace(/\s+/g, " ")}. ` +
        `If the API has changed, a newer version of bitbucket-as-code may know it.`,
      { cause },
    );
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
