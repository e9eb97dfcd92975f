/**
 * Who manages what in one run: two resources that are one object (the same natural key below one parent, or one user
 * under two spellings) would change and delete it as their own. A program can declare that; the provider refuses it.
 */
import { identityOf, type Kind, type Location, type Properties } from "../kinds/kind";
import { HalfDoneError, RefusedError } from "./errors";

export class Claims {
  /** Natural keys of what this run creates, and of what it has updated with the id. */
  readonly #keys = new Map<string, string | undefined>();
  /** Ids of objects that resources of the program had before this run. */
  readonly #managed = new Set<string>();
  /** Ids of objects that this run created or adopted. */
  readonly #created = new Set<string>();

  /**
   * Notes that a resource of the program is this object, by its state.
   *
   * @param at As it is written in the state.
   * @throws {RefusedError} where this run just created it for another resource.
   */
  recordManaged(kind: Kind, at: Location, id: string, values: Properties): void {
    const object = toIdKey(kind, at, id);
    if (this.#created.has(object)) throw new RefusedError(kind, values, formatDouble(kind));
    this.#managed.add(object);
  }

  /** @throws {RefusedError} where the existing object belongs to another resource of the program. */
  recordAdoption(kind: Kind, at: Location, id: string, values: Properties): void {
    if (this.#managed.has(toIdKey(kind, at, id))) throw new RefusedError(kind, values, formatDouble(kind));
  }

  /**
   * Creates an object, unless another resource of this run is that object.
   *
   * @param at As it is written in the inputs.
   * @param plain The values, with users by their UUIDs.
   * @throws {RefusedError} before anything is sent, where the natural key tells.
   */
  async create<Result extends { readonly id: string }>(
    kind: Kind,
    at: Location,
    plain: Properties,
    write: () => Promise<Result>,
  ): Promise<Result> {
    const key = toNaturalKey(kind, at, plain);
    if (this.#keys.has(key)) throw new RefusedError(kind, plain, formatDouble(kind));
    this.#keys.set(key, undefined);
    try {
      const made = await write();
      this.recordAdoption(kind, at, made.id, plain);
      this.#keys.set(key, made.id);
      this.#created.add(toIdKey(kind, at, made.id));
      return made;
    } catch (error) {
      // A half-done object is in the state.
      if (!(error instanceof HalfDoneError)) this.#keys.delete(key);
      throw error;
    }
  }

  /**
   * Notes that an object may get another natural key.
   *
   * @throws {RefusedError} where this run has given that key to another resource.
   */
  recordUpdate(kind: Kind, at: Location, before: Properties, after: Properties, id: string): void {
    const [from, to] = [toNaturalKey(kind, at, before), toNaturalKey(kind, at, after)];
    if (this.#keys.has(to) && this.#keys.get(to) !== id)
      throw new RefusedError(kind, after, formatDouble(kind));
    if (this.#keys.get(from) === id) this.#keys.delete(from);
    this.#keys.set(to, id);
  }

  /** Notes that an object is deleted: what replaces it may have its natural key. */
  recordDeletion(kind: Kind, at: Location, plain: Properties, id: string): void {
    this.#keys.delete(toNaturalKey(kind, at, plain));
    this.#managed.delete(toIdKey(kind, at, id));
    this.#created.delete(toIdKey(kind, at, id));
  }
}

function toNaturalKey(kind: Kind, at: Location, plain: Properties): string {
  return JSON.stringify([kind.name, Object.entries(at).sort(), identityOf(kind, plain)]);
}

function toIdKey(kind: Kind, at: Location, id: string): string {
  return JSON.stringify([kind.name, Object.entries(at).sort(), id]);
}

function formatDouble(kind: Kind): string {
  const what = kind.naturalKey.length > 0 ? `the same ${kind.naturalKey.join(" and ")}` : "the same place";
  return (
    `another resource of this program has ${what}, so that both would be one ${kind.title}. ` +
    "Declare it once: two resources for one object undo each other's work."
  );
}
