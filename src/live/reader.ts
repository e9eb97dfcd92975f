/**
 * The one reader of a workspace's current state: shared by refresh, drift, import and the look-ups around writes.
 * All reads that fall into one collection become one paginated read of it.
 */
import { z } from "zod";
import { apiPath, NotFoundError, type ReadClient } from "../bitbucket";
import { parseAs } from "../errors";
import {
  identityOf,
  isRepositoryOrProject,
  type Kind,
  type LiveObject,
  type Location,
  type Properties,
} from "../kinds/kind";
import { withCanonicalUsers } from "../kinds/parse";
import { toCanonicalUuid } from "../kinds/uuid";
import type { NoProjectError } from "./absence";
import { AbsenceCheck, type HeldObject } from "./absenceCheck";
import { Answers } from "./answers";
import { Collections } from "./collections";
import { findByContents, readItem } from "./item";
import { Parents } from "./parents";
import { People } from "./people";
import { ProjectKeys } from "./projectKeys";
import type { EarlierReads } from "./recordedReads";
import { parseShape } from "./shape";
import type { SharedReads } from "./shared";
import { Singles } from "./singles";
import { Workspaces } from "./workspaces";

export interface LiveOptions {
  /** Takes what is missing for deleted: what the credential may not see, and however much of it there is. */
  readonly missingIsDeleted?: boolean;
  /** The objects in the state, requested once something has vanished. Without it, vanished objects are not counted. */
  readonly held?: (() => Promise<readonly HeldObject[] | undefined>) | undefined;
  /** Where the processes of one run share what they read of the workspace as a whole. */
  readonly shared?: SharedReads | undefined;
  /** Answers what may have been read before the call. Default: the client. */
  readonly earlier?: EarlierReads | undefined;
  /**
   * Whether few objects are read: repositories and projects are asked for one by one, where their lists would take more
   * requests.
   */
  readonly readsFew?: boolean | (() => boolean) | undefined;
}

export class LiveReader {
  readonly #answers: Answers;
  readonly #collections: Collections;
  readonly #parents: Parents;
  readonly #singles: Singles;
  readonly people: People;
  readonly #projectKeys: ProjectKeys;
  /** Counts what is gone of what the state holds. */
  readonly absences: AbsenceCheck;
  readonly workspaces: Workspaces;
  readonly #earlier: EarlierReads | undefined;
  /** Answers what may have been read before the call. */
  readonly #first: ReadClient;
  readonly #readsFew: () => boolean;

  constructor(
    private readonly client: ReadClient,
    options: LiveOptions = {},
  ) {
    const missingIsDeleted = options.missingIsDeleted === true;
    const { shared, earlier } = options;
    const first = earlier ?? client;
    this.#earlier = earlier;
    this.#first = first;
    const { readsFew } = options;
    this.#readsFew = typeof readsFew === "function" ? readsFew : () => readsFew === true;
    this.#answers = new Answers(first);
    this.#collections = new Collections(client, first, shared);
    this.#parents = new Parents({
      client,
      answers: this.#answers,
      collections: this.#collections,
      read: (kind, at, id) => this.read(kind, at, id),
      missingIsDeleted,
    });
    this.#singles = new Singles(this.#answers, this.#parents);
    this.people = new People(first);
    this.#projectKeys = new ProjectKeys(client, this.#collections);
    this.absences = new AbsenceCheck(missingIsDeleted, options.held);
    this.workspaces = new Workspaces(first, shared);
  }

  /**
   * The object with this id as it is now, or undefined when it is certain that it is gone: it is missing from a complete
   * list and from its own path (or, where it has none, from a second list), and what it belongs to can be seen.
   * Throws when that cannot be known: a 404 that a credential without access gets as well is not a proof.
   *
   * @param values What the state holds of it.
   */
  async read(kind: Kind, at: Location, id: string, values: Properties = {}): Promise<LiveObject | undefined> {
    if ("single" in kind.source) return this.#singles.read(kind, at, values, true);
    const wanted = toCanonicalUuid(id);
    if (kind.parentRole === "project" && typeof values.key === "string")
      this.#projectKeys.note(at.workspace, wanted, values.key);
    return this.#parents.orGone(kind, at, async () => {
      const one =
        this.#readsFew() && kind.parentRole
          ? await readItem(this.#first, kind, at, wanted, values)
          : undefined;
      if (one) return one;
      const found = await this.#collections.of(kind, at).get(wanted);
      return found ?? this.#readUnlisted(kind, at, wanted, values);
    });
  }

  /** Makes the requests that `read` makes for an object that is there, and keeps the answers for it. */
  async readAhead(kind: Kind, at: Location, id: string, values: Properties): Promise<void> {
    if ("single" in kind.source) await this.#singles.read(kind, at, values);
    else await this.#collections.of(kind, at).get(toCanonicalUuid(id));
  }

  /** The same from reads that begin after the call: for decisions about writes. */
  async readFresh(
    kind: Kind,
    at: Location,
    id: string,
    values: Properties = {},
  ): Promise<LiveObject | undefined> {
    if ("single" in kind.source) {
      this.#singles.forget(kind, at, values);
      return this.#singles.read(kind, at, values, true);
    }
    const wanted = toCanonicalUuid(id);
    this.#parents.forget();
    return this.#parents.orGone(kind, at, async () => {
      const found = await readItem(this.client, kind, at, wanted, values);
      if (found) return found;
      const listed = (await (await this.#collections.readAnew(kind, at)).all()).get(wanted);
      return listed ?? this.#readUnlisted(kind, at, wanted, values);
    });
  }

  /** The object with the same natural key, from a read that may be shared with other reads of this run. */
  async find(kind: Kind, at: Location, args: Properties): Promise<LiveObject | undefined> {
    if ("single" in kind.source) return this.#singles.read(kind, at, args);
    // A repository's own path takes its slug as well.
    if (this.#readsFew() && kind.parentRole === "repository")
      return readItem(this.#first, kind, at, identityOf(kind, args), args);
    return this.#parents.orGone(kind, at, async () =>
      match(kind, await this.#collections.of(kind, at).all(), args),
    );
  }

  /** The object with the same natural key, from a read that begins after this call: for decisions about writes. */
  async findFresh(kind: Kind, at: Location, args: Properties): Promise<LiveObject | undefined> {
    if ("single" in kind.source) {
      this.#singles.forget(kind, at, args);
      return this.#singles.read(kind, at, args);
    }
    const { idIsKey } = kind.source;
    return this.#parents.orGone(kind, at, async () => {
      const found = match(kind, await (await this.#collections.readAnew(kind, at)).all(), args);
      // Its create would write over what the list does not show.
      if (found || !kind.lookBeforeCreate) return found;
      const id = toCanonicalUuid(String(args[kind.naturalKey[0] ?? ""]));
      return idIsKey ? readItem(this.client, kind, at, id, args) : findByContents(this.client, kind, at, id);
    });
  }

  /** The ids in a list that was read whole, where nothing else says of an object of this kind whether it is there. */
  findLoneListing(kind: Kind, at: Location, id: string, values: Properties): ReadonlySet<string> | undefined {
    if ("single" in kind.source || kind.contents || kind.source.item?.(at, id, values) !== undefined)
      return undefined;
    return this.#collections.ids(kind, at);
  }

  /** The object as it is now, from its own path where it has one: to see what became of a write. */
  async readAgain(kind: Kind, at: Location, id: string, values: Properties): Promise<LiveObject | undefined> {
    if ("single" in kind.source) return this.findFresh(kind, at, values);
    const hasItem = kind.source.item?.(at, id, values) !== undefined;
    return hasItem
      ? readItem(this.client, kind, at, id, values)
      : (await this.#collections.readAnew(kind, at)).get(id);
  }

  /** Every object of a kind below one parent. */
  async list(kind: Kind, at: Location): Promise<readonly LiveObject[]> {
    if ("single" in kind.source) {
      const found = await this.#singles.read(kind, at, {});
      return found ? [found] : [];
    }
    return [...(await this.#collections.of(kind, at).all()).values()];
  }

  /** The value of a field that lives on an endpoint of its own. */
  async readSubResource(kind: Kind, at: Location, id: string, field: string): Promise<unknown> {
    const facet = kind.subResources?.[field];
    if (!facet) throw new Error(`${kind.name} has no facet ${field}`);
    const path = facet.path(at, id);
    const body = await this.#answers.find(path);
    return parseShape(kind, path, body instanceof NotFoundError ? undefined : body, facet.parse);
  }

  /** The key of a project that is given by its key or, so that renaming the key does no harm, by its UUID. */
  projectKey(workspace: string, keyOrUuid: string): Promise<string> {
    return this.#projectKeys.keyOf(workspace, keyOrUuid);
  }

  /**
   * Refuses that something is gone along with its repository where the workspace is not that of the state: a slug that
   * somebody else took, or another server. What is in a repository holds no UUID of the workspace; other resources do.
   *
   * @throws {OtherWorkspaceError}
   */
  async refuseOtherWorkspace(at: Location): Promise<void> {
    if (at.repository === undefined || !(await this.isParentGone(at))) return;
    const { workspace } = at;
    const uuid = await this.absences.findWorkspaceUuid(workspace);
    if (uuid !== undefined) await this.workspaces.checkHeld({ workspace, uuid }, workspace);
  }

  /** Whether a read has found that what an object belongs to does not exist, and the object because of that. */
  isParentGone(at: Location): Promise<boolean> {
    return this.#parents.isKnownGone(at);
  }

  /** Throws unless it is certain that a project which cannot be seen is gone. */
  async concludeProjectGone({ workspace, project }: NoProjectError): Promise<void> {
    await this.#parents.concludeGone(workspace, `project ${project}`);
  }

  /** Whether nothing is hidden from the credential in what it belongs to: it is an owner's, or an access token. */
  canSeeAll(workspace: string): Promise<boolean> {
    return this.#parents.seesAll(workspace);
  }

  async workspaceUuid(workspace: string): Promise<string> {
    const path = apiPath`/workspaces/${workspace}`;
    const body = await this.#answers.get(path);
    return parseAs(z.object({ uuid: z.string() }), body, `The response to GET ${path}`).uuid;
  }

  /** To be called after every write: what was read before is not used again. */
  recordWrite(kind: Kind, at: Location, values: Properties, id?: string): void {
    this.#earlier?.forget();
    if (kind.parentRole) this.#parents.forget();
    if ("single" in kind.source) this.#singles.forget(kind, at, values);
    else this.#collections.recordWrite(kind, at);
    if (id === undefined) return;
    for (const facet of Object.values(kind.subResources ?? {})) this.#answers.forget(facet.path(at, id));
  }

  /** Records that this run created a parent: it holds only what this run created. */
  recordCreation(kind: Kind, at: Location, id: string): void {
    this.#parents.recordCreation(kind, at, id);
  }

  /** Whether this run created the parent: then nothing needs to be read before a create in it. */
  isNew(at: Location): boolean {
    return this.#parents.isNew(at);
  }

  /**
   * Reads an object that is missing from a list elsewhere. Undefined: it is deleted. Requires a complete list and an
   * existing parent.
   */
  async #readUnlisted(
    kind: Kind,
    at: Location,
    id: string,
    values: Properties,
  ): Promise<LiveObject | undefined> {
    const path = "collection" in kind.source ? kind.source.item?.(at, id, values) : undefined;
    if (path !== undefined) {
      const found = await readItem(this.client, kind, at, id, values);
      if (found) return found;
      const listed = (await this.#collections.of(kind, at).all()).get(id);
      if (listed) return listed;
    } else {
      // Both lists have to be complete.
      await this.#collections.of(kind, at).all();
      const there =
        (await this.#collections.secondLook(kind, at)).peek(id) ??
        (await findByContents(this.client, kind, at, id));
      if (there) return there;
    }
    if (kind.parentRole === "repository") await this.workspaces.refuseElsewhere(at.workspace, id);
    // A list shows only what the credential may see.
    if (isRepositoryOrProject(kind)) await this.#parents.concludeGone(at.workspace, `${kind.title} ${id}`);
    await this.#parents.of(at);
    return undefined;
  }
}

function match(kind: Kind, found: ReadonlyMap<string, LiveObject>, args: Properties): LiveObject | undefined {
  const wanted = canonicalIdentity(kind, args);
  for (const one of found.values()) if (canonicalIdentity(kind, one.args) === wanted) return one;
  return undefined;
}

/** Users may be written as UUIDs in any case. */
function canonicalIdentity(kind: Kind, args: Properties): string {
  return identityOf(kind, withCanonicalUsers(kind, args));
}
