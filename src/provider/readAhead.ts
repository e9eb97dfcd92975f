/**
 * An engine refreshes resource after resource, a few at a time (eight on two cores), and waits for each. What it will ask
 * for next is in the state: it is read ahead, as many requests at a time as the client sends.
 */
import type { Kind } from "../kinds/kind";
import { readStateEntries, type StateEntry } from "../pulumi/state";

/** An object in the state. */
export type HeldEntry = Pick<StateEntry, "kind" | "id" | "outputs" | "inputs">;

interface ReadAheadOptions {
  /** The objects in the order in which they are asked for; undefined if that is not known. */
  readonly list: () => Promise<readonly HeldEntry[] | undefined>;
  /** Reads what an object's own read will need, and keeps it for that. Makes no request where that was read. */
  readonly read: (entry: HeldEntry) => Promise<unknown>;
  /** Reads at the same time: as many as the client sends. */
  readonly atOnce: () => number;
}

/** Objects that are asked for before anything is read ahead: a small stack is not worth the look at the state. */
const sample = 24;

/** Objects that may be missing among those: some are on their way yet. */
const tolerance = 16;

/**
 * Objects ahead of the last one that was asked for, for each read at the same time. It bounds what is read for nothing where
 * the rest is not asked for.
 */
const distance = 4;

/** Reads that may fail, such as of what is gone, before nothing is read ahead any more. */
const mostFailures = 3;

export class ReadAhead {
  /** What was asked for before the order was known. */
  #asked: string[] | undefined = [];
  #entries: readonly HeldEntry[] = [];
  #places: ReadonlyMap<string, number> = new Map();
  /** The last one, in the state's order, that was asked for. */
  #last = -1;
  #next = 0;
  #running = 0;
  #failures = 0;
  #isOver = false;

  constructor(private readonly options: ReadAheadOptions) {}

  /** To be called for each object that the engine has asked for and that was read. */
  record(kind: Kind, id: string): void {
    if (this.#isOver) return;
    const key = keyOf({ kind, id });
    if (this.#asked) {
      this.#asked.push(key);
      if (this.#asked.length === sample) void this.#begin();
      return;
    }
    this.#last = Math.max(this.#last, this.#places.get(key) ?? -1);
    this.#fill();
  }

  async #begin(): Promise<void> {
    try {
      const entries = await this.options.list();
      if (!entries) return this.#stop();
      const places = new Map(entries.map((entry, place) => [keyOf(entry), place]));
      const asked = (this.#asked ?? []).map((key) => places.get(key) ?? -1);
      const last = Math.max(...asked);
      const span = last - Math.min(...asked) + 1;
      // A part of the stack, or another order: what comes next is not known.
      if (asked.includes(-1) || span > asked.length + tolerance) return this.#stop();
      this.#entries = entries;
      this.#places = places;
      this.#last = last;
      this.#asked = undefined;
      this.#fill();
    } catch {
      this.#stop();
    }
  }

  #fill(): void {
    this.#next = Math.max(this.#next, this.#last + 1);
    const atOnce = this.options.atOnce();
    const end = Math.min(this.#entries.length, this.#last + 1 + distance * atOnce);
    while (!this.#isOver && this.#running < atOnce && this.#next < end) {
      const entry = this.#entries[this.#next];
      this.#next += 1;
      if (entry) void this.#read(entry);
    }
  }

  async #read(entry: HeldEntry): Promise<void> {
    this.#running += 1;
    try {
      await this.options.read(entry);
    } catch {
      // The engine's own read says what is wrong.
      this.#failures += 1;
      if (this.#failures === mostFailures) this.#stop();
    } finally {
      this.#running -= 1;
    }
    this.#fill();
  }

  #stop(): void {
    this.#isOver = true;
    this.#asked = undefined;
  }
}

/**
 * What the engine refreshes of one provider's, in its order.
 *
 * @param state Of `pulumi stack export`.
 * @param provider In the engine's notation; undefined: any.
 */
export function listHeldEntries(state: unknown, provider: string | undefined): readonly HeldEntry[] {
  return readStateEntries(state).filter(
    (entry) => entry.id !== "" && (provider === undefined || provider === entry.provider),
  );
}

function keyOf({ kind, id }: Pick<HeldEntry, "kind" | "id">): string {
  return `${kind.name} ${id}`;
}
