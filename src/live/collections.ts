/** The collections that were read: one paginated read serves all who need something in it. */
import type { ReadClient } from "../bitbucket";
import { UserError } from "../errors";
import type { CollectionRequest, Kind, Location } from "../kinds/kind";
import { Collection } from "./collection";
import { readItem } from "./item";
import { memoize } from "./remember";
import { parseAt } from "./shape";
import type { SharedReads } from "./shared";

/** A read under way, and the one that those who came after its start wait for. */
interface FreshRead {
  readonly running: Promise<Collection>;
  queued?: Promise<Collection>;
}

export class Collections {
  readonly #collections = new Map<string, Collection>();
  readonly #secondLooks = new Map<string, Promise<Collection>>();
  readonly #fresh = new Map<string, FreshRead>();
  /** Collections that this process wrote to: what the run read before is not used again. */
  readonly #written = new Set<string>();

  /**
   * @param first Reads a collection for the first time: that may have begun before.
   * @param shared Where the processes of one run share what they read of the workspace as a whole.
   */
  constructor(
    private readonly client: ReadClient,
    private readonly first: ReadClient,
    private readonly shared: SharedReads | undefined,
  ) {}

  /** The collection, from a read that may have begun before the call. */
  of(kind: Kind, at: Location): Collection {
    const request = requestOf(kind, at);
    const name = nameOf(kind, request);
    let collection = this.#collections.get(name);
    if (!collection) {
      const ofWorkspace = !at.project && !at.repository && !at.account;
      const shared = ofWorkspace && !this.#written.has(name) ? this.shared : undefined;
      const source = this.#written.has(name) ? this.client : this.first;
      collection = this.#open(kind, at, request, source, shared);
      this.#collections.set(name, collection);
    }
    return collection;
  }

  /** The ids in a collection that was read whole, or undefined. */
  ids(kind: Kind, at: Location): ReadonlySet<string> | undefined {
    return this.#collections.get(nameOf(kind, requestOf(kind, at)))?.ids;
  }

  /** A second read of a collection, which all share that miss something in the first one. */
  secondLook(kind: Kind, at: Location): Promise<Collection> {
    return memoize(this.#secondLooks, nameOf(kind, requestOf(kind, at)), () => this.readAnew(kind, at));
  }

  /** A whole read that begins after the call. Callers that wait for the same one share it. */
  async readAnew(kind: Kind, at: Location): Promise<Collection> {
    const request = requestOf(kind, at);
    const name = nameOf(kind, request);
    const start = async () => {
      const collection = this.#open(kind, at, request, this.client);
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

  /** To be called after every write to a collection: what was read before is not used again. */
  recordWrite(kind: Kind, at: Location): void {
    const name = nameOf(kind, requestOf(kind, at));
    this.#collections.delete(name);
    this.#secondLooks.delete(name);
    this.#written.add(name);
  }

  #open(
    kind: Kind,
    at: Location,
    request: CollectionRequest,
    client: ReadClient,
    shared?: SharedReads,
  ): Collection {
    const forget = () => this.#collections.delete(nameOf(kind, request));
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
            .map((item) => parseAt(kind, request.path, item, at))
            .filter((found) => !kind.isTombstone?.(found));
        }
      } catch (error) {
        // A failure is not remembered: the next reader asks again.
        forget();
        throw error;
      }
    }
    const hasItems = "collection" in kind.source && kind.source.item?.(at, "{id}", {}) !== undefined;
    return new Collection(pages(), hasItems ? (id) => readItem(client, kind, at, id, {}) : undefined);
  }
}

function requestOf(kind: Kind, at: Location): CollectionRequest {
  if ("single" in kind.source) throw new UserError(`${kind.name} has no collection`);
  return kind.source.collection(at);
}

function nameOf(kind: Kind, request: CollectionRequest): string {
  return `${kind.name} ${request.path}`;
}
