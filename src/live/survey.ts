/** Reads all that lives in a workspace: for import, for what is not managed, and for drift reports. */
import { BitbucketError, IncompleteError, Slots } from "../bitbucket";
import { kinds as allKinds, project, repository } from "../kinds";
import type { Kind, LiveObject, Location, ParentName, Properties } from "../kinds/kind";
import { UnprovenAbsenceError } from "./absence";
import type { LiveReader } from "./reader";
import { UnexpectedShapeError } from "./shape";

/** An object as it is on the server. */
export interface SurveyedObject {
  readonly kind: Kind;
  /** Where it lives, ready for a path: the project by its key, the repository and the environment by their UUIDs. */
  readonly at: Location;
  readonly found: LiveObject;
  /** The project, repository or environment that it belongs to. Undefined: the workspace itself, or the account. */
  readonly owner?: SurveyedObject | undefined;
}

/** What may exist, and could not be read. */
export interface UnreadablePart {
  readonly kind: Kind;
  readonly at: Location;
  readonly owner?: SurveyedObject | undefined;
  /** The field that is missing from the owner, which could be read otherwise. */
  readonly field?: string | undefined;
  /** In words, with what to do about it where that is known. */
  readonly reason: string;
  /** Whether it is one of the roots themselves, of which nothing is known then. */
  readonly isRoot?: boolean | undefined;
  /** Whether it was refused, or hidden: 402, 403 or 404. Otherwise the answer could not be understood. */
  readonly refused: boolean;
}

export interface SurveyOptions {
  readonly workspace: string;
  /** Default: {@link surveyedKinds}. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Which projects, by key. Default: all. Repositories are chosen by themselves. */
  readonly projects?: ((key: string) => boolean) | undefined;
  /** Which repositories. Default: all. */
  readonly repositories?: ((slug: string, projectKey?: string) => boolean) | undefined;
  /** UUIDs of projects and repositories that are chosen whatever they are called now. */
  readonly uuids?: ReadonlySet<string> | undefined;
  /** Only these projects and repositories, which are read by themselves: the others are not even listed. */
  readonly roots?: readonly SurveyRoot[] | undefined;
  /** Whether what belongs to the workspace itself is read: its webhooks, variables, runners. Default: true. */
  readonly ofWorkspace?: boolean | undefined;
  /** Whether fields are read that take a request for each object: whether Pipelines is on. Default: true. */
  readonly facets?: boolean | undefined;
  /** Reads at once, at most. Default: 16. The client may allow fewer. */
  readonly concurrency?: number | undefined;
  /** Hears of each read that is done. The total grows while more is found. */
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
}

/** A project or repository to survey: by its id, or without one by its natural key. */
export interface SurveyRoot {
  readonly kind: Kind;
  readonly id?: string | undefined;
  readonly args: Properties;
}

export interface SurveyProgress {
  readonly done: number;
  readonly total: number;
}

export interface Survey {
  /** Owners before what belongs to them; otherwise in the order of the kinds, and of the server. */
  readonly objects: readonly SurveyedObject[];
  readonly unreadable: readonly UnreadablePart[];
}

const defaultConcurrency = 16;

/** Whether all objects of a kind can be found, and written down. A file can only be read by its path. */
export function isListed(kind: Kind): boolean {
  // The content of a file can't be written into a declaration.
  return ("collection" in kind.source || kind.naturalKey.length === 0) && kind.contents === undefined;
}

/** What a survey reads unless told otherwise: all but branches, tags and files, and keys of the user's own account. */
export const surveyedKinds: readonly Kind[] = allKinds.filter(
  (kind) => isListed(kind) && !kind.isContent && !kind.parents.includes("account"),
);

/**
 * Reads everything of the chosen kinds, a collection at a time.
 *
 * What the credential may not read is reported as unreadable, and not taken for empty. What would fail for everything
 * (no network, a refused credential, the hourly limit) is thrown.
 */
export async function surveyWorkspace(reader: LiveReader, options: SurveyOptions): Promise<Survey> {
  return new Surveyor(reader, options).run();
}

class Surveyor {
  readonly #unreadable: UnreadablePart[] = [];
  readonly #kinds: readonly Kind[];
  #done = 0;
  #total = 0;
  #failed = false;
  readonly #slots: Slots;

  constructor(
    private readonly reader: LiveReader,
    private readonly options: SurveyOptions,
  ) {
    this.#kinds = (options.kinds ?? surveyedKinds).filter(isListed);
    this.#slots = new Slots(() => options.concurrency ?? defaultConcurrency);
  }

  async run(): Promise<Survey> {
    const at = { workspace: this.options.workspace };
    const owners = [project, repository].filter((kind) => this.#isWanted(kind) || this.#isNeeded(kind));
    const groups = await Promise.all([
      this.options.ofWorkspace === false ? [] : this.#below("workspace", at),
      this.#account(at),
      ...owners.map((kind) => this.#owners(kind, at)),
      this.#noteHidden(at, owners),
    ]);
    return { objects: groups.flat(), unreadable: this.#unreadable };
  }

  #isWanted(kind: Kind): boolean {
    return this.#kinds.includes(kind);
  }

  /** Whether a selected kind belongs to objects of this kind. */
  #isNeeded({ parentRole }: Kind): boolean {
    return (
      parentRole !== undefined &&
      this.#kinds.some((kind) =>
        kind.parents.some((parent) => parent === parentRole || this.#isInside(parent, parentRole)),
      )
    );
  }

  #isInside(parent: ParentName, outer: ParentName): boolean {
    return allKinds.some((kind) => kind.parentRole === parent && kind.parents.includes(outer));
  }

  /** Projects or repositories, each with all that belongs to it. */
  async #owners(kind: Kind, at: Location): Promise<readonly SurveyedObject[]> {
    const { roots } = this.options;
    const found = roots
      ? await this.#readRoots(kind, at, roots)
      : (await this.#read(kind, at)).filter((one) => this.#isChosen(kind, one));
    const groups = await Promise.all(found.map((one) => this.#owner({ kind, at, found: one })));
    return groups.flat();
  }

  async #readRoots(kind: Kind, at: Location, roots: readonly SurveyRoot[]): Promise<readonly LiveObject[]> {
    const found = await Promise.all(
      roots
        .filter((root) => root.kind === kind)
        .map(({ id, args }) =>
          this.#takeTurn(async () => {
            try {
              return id === undefined
                ? await this.reader.find(kind, at, args)
                : await this.reader.read(kind, at, id, args);
            } catch (error) {
              this.#unreadable.push({ kind, at, isRoot: true, ...reasonOf(error) });
              return undefined;
            }
          }),
        ),
    );
    return found.filter((one) => one !== undefined);
  }

  #isChosen(kind: Kind, { args, id }: LiveObject): boolean {
    if (this.options.uuids?.has(id)) return true;
    if (kind === project) return this.options.projects?.(String(args.key)) ?? true;
    const key = typeof args.project === "string" ? args.project : undefined;
    return this.options.repositories?.(String(args.slug), key) ?? true;
  }

  async #owner(bare: SurveyedObject): Promise<readonly SurveyedObject[]> {
    const { kind, at, found } = bare;
    const { parentRole } = kind;
    if (!parentRole) return [bare];
    const owner = this.#isWanted(kind) ? await this.#withSubResources(bare) : bare;
    // A project's path holds its key.
    const place = { ...at, [parentRole]: parentRole === "project" ? String(found.args.key) : found.id };
    const inside = await this.#below(parentRole, place, owner);
    return this.#isWanted(kind) ? [owner, ...inside] : inside;
  }

  async #below(parent: ParentName, at: Location, owner?: SurveyedObject): Promise<readonly SurveyedObject[]> {
    const groups = await Promise.all(
      allKinds
        .filter((kind) => kind.parents.includes(parent) && kind !== project && kind !== repository)
        .filter((kind) => this.#isWanted(kind) || this.#isNeeded(kind))
        .map(async (kind) => {
          const found = await this.#read(kind, at, owner);
          const each = await Promise.all(found.map((one) => this.#owner({ kind, at, found: one, owner })));
          return each.flat();
        }),
    );
    return groups.flat();
  }

  async #account(at: Location): Promise<readonly SurveyedObject[]> {
    if (!this.#kinds.some((kind) => kind.parents.includes("account"))) return [];
    const account = await this.#takeTurn(() => this.reader.people.currentUser());
    if (account !== undefined) return this.#below("account", { ...at, account });
    const reason = "The credential has no user: account keys require a user's API token.";
    for (const kind of this.#kinds)
      if (kind.parents.includes("account")) this.#unreadable.push({ kind, at, reason, refused: true });
    return [];
  }

  async #read(kind: Kind, at: Location, owner?: SurveyedObject): Promise<readonly LiveObject[]> {
    return this.#takeTurn(async () => {
      try {
        return await this.reader.list(kind, at);
      } catch (error) {
        this.#unreadable.push({ kind, at, owner, ...reasonOf(error) });
        return [];
      }
    });
  }

  /** The object with the fields that live on endpoints of their own. */
  async #withSubResources(bare: SurveyedObject): Promise<SurveyedObject> {
    const { kind, at, found } = bare;
    const args: Record<string, unknown> = { ...found.args };
    if (this.options.facets === false) return bare;
    for (const field of Object.keys(kind.subResources ?? {})) {
      await this.#takeTurn(async () => {
        try {
          args[field] = await this.reader.readSubResource(kind, at, found.id, field);
        } catch (error) {
          this.#unreadable.push({ kind, at, owner: bare, field, ...reasonOf(error) });
        }
      });
    }
    return { ...bare, found: { ...found, args } };
  }

  /** Objects that the credential may not see are not even listed. */
  async #noteHidden(at: Location, owners: readonly Kind[]): Promise<readonly SurveyedObject[]> {
    if (
      owners.length === 0 ||
      this.options.roots ||
      (await this.#takeTurn(() => this.reader.canSeeAll(at.workspace)))
    )
      return [];
    const reason =
      "It is not certain that the credential can access all of them: its user is not a workspace owner, or it lacks the scope " +
      "read:workspace:bitbucket. Private ones that it cannot access are not listed.";
    for (const kind of owners)
      if (this.#isWanted(kind)) this.#unreadable.push({ kind, at, reason, refused: true });
    return [];
  }

  /** Does one piece of work when there is room, and counts it. After a failure nothing more is begun. */
  async #takeTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#total += 1;
    return this.#slots.run(async () => {
      try {
        if (this.#failed) throw new Error("The survey has already failed.");
        return await work();
      } catch (error) {
        this.#failed = true;
        throw error;
      } finally {
        this.#done += 1;
        this.options.onProgress?.({ done: this.#done, total: this.#total });
      }
    });
  }
}

/**
 * Why something could not be read, where that concerns this one object. Throws the error where it is not: what
 * comes next would fail as well.
 */
function reasonOf(error: unknown): { reason: string; refused: boolean } {
  const ofThis =
    error instanceof UnexpectedShapeError ||
    error instanceof UnprovenAbsenceError ||
    error instanceof IncompleteError ||
    (error instanceof BitbucketError &&
      error.status !== undefined &&
      error.status >= 400 &&
      error.status < 500 &&
      error.status !== 401 &&
      error.status !== 429);
  if (ofThis)
    return {
      reason: error.message,
      refused: error instanceof BitbucketError && !(error instanceof IncompleteError),
    };
  throw error;
}
