/** One paginated collection, read page by page, at most once, and only as far as required. */
import type { LiveObject } from "../kinds/kind";

/** A collection grown larger than its first page is read one by one this many times before it is read whole. */
const singleReads = 3;

/** Items on a page that is full, at least: some collections take no more. */
const fullPage = 50;

export class Collection {
  readonly #found = new Map<string, LiveObject>();
  readonly #pages: AsyncIterator<readonly LiveObject[]>;
  #reading: Promise<boolean> = Promise.resolve(true);
  #started = false;
  #complete = false;
  #singles = 0;

  /** @param readOne Reads one object by its id, where the API has that: cheaper than many pages for a single one. */
  constructor(
    pages: AsyncIterable<readonly LiveObject[]>,
    private readonly readOne?: (id: string) => Promise<LiveObject | undefined>,
  ) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** An object that was read already. */
  peek(id: string): LiveObject | undefined {
    return this.#found.get(id);
  }

  /** The ids of all objects, where all were read. */
  get ids(): ReadonlySet<string> | undefined {
    return this.#complete ? new Set(this.#found.keys()) : undefined;
  }

  /** All objects. Throws an `IncompleteError` where the service does not give them all. */
  async all(): Promise<ReadonlyMap<string, LiveObject>> {
    while (await this.#nextPage()) {
      // Each turn reads one page.
    }
    return this.#found;
  }

  /** The object with this id, or undefined when the list does not hold it: that alone is no proof. */
  async get(id: string): Promise<LiveObject | undefined> {
    if (!this.#started) await this.#nextPage();
    await this.#reading;
    const known = this.#found.get(id);
    if (known || this.#complete) return known;
    // A page that is not full is the last one: to read on costs nothing.
    if (this.readOne && this.#found.size >= fullPage && this.#singles < singleReads) {
      this.#singles += 1;
      return this.readOne(id);
    }
    return (await this.all()).get(id);
  }

  /** Whether there is a further page. Those who ask at the same time share one request. */
  #nextPage(): Promise<boolean> {
    this.#started = true;
    this.#reading = this.#reading.then(async () => {
      if (this.#complete) return false;
      const page = await this.#pages.next();
      if (page.done) {
        this.#complete = true;
        return false;
      }
      for (const found of page.value) this.#found.set(found.id, found);
      return true;
    });
    return this.#reading;
  }
}
