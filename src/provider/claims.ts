/**
 * Who manages what in one run: two resources that are one object (the same natural key below one parent, or one user
 * under two spellings) would change and delete it as their own. A program can declare that; the provider refuses it.
 */
import { identityOf, type Kind, type Location, type Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { DuplicateError, HalfDoneError } from "./errors";
import { RunFacts } from "./runFacts";

/** Claims the object that a create has found. */
export type ClaimObject = (id: string) => void;

/** A resource of the state, where the engine names it to the provider. */
interface Holder {
  readonly urn: string;
  /** Whether the program has declared it by now. A refresh looks at what it no longer declares as well. */
  readonly isDeclared: boolean;
}

export class Claims {
  /** Natural keys of what this process creates, and of what it has updated with the id. */
  readonly #keys = new Map<string, string | undefined>();
  /** Ids of objects that this process created or adopted. */
  readonly #created = new Set<string>();
  /** The URNs of the resources that are an object: in the state, and those of them that the program declares. */
  readonly #holders = new Map<string, string>();
  readonly #declarers = new Map<string, string>();

  /** @param facts What the provider processes of the run share. */
  constructor(private readonly facts = new RunFacts()) {}

  /**
   * Notes that a resource of the program is this object, by its state.
   *
   * @param at As it is written in the state.
   * @throws {DuplicateError} where this run just created it for another resource, or the program declares another one
   *   that is this object in the state, such as after two imports.
   */
  recordManaged(kind: Kind, at: Location, id: string, values: Properties, holder?: Holder): void {
    const object = toIdKey(kind, at, id);
    if (holder) {
      this.#holders.set(object, holder.urn);
      const other = holder.isDeclared ? this.#declarers.get(object) : undefined;
      if (other !== undefined && other !== holder.urn)
        throw new DuplicateError(kind, values, { urn: other, isDeclared: true });
      if (holder.isDeclared) this.#declarers.set(object, holder.urn);
    }
    // Told before it is asked, so that one of two processes notices. Of what is told, others learn before they claim it.
    const isTold = this.facts.managed.has(object);
    if (!isTold) this.facts.record("managed", object);
    if (isTold ? this.#created.has(object) : this.#isCreated(object)) throw new DuplicateError(kind, values);
  }

  /** Whether a resource that this process was told of is this object, by its state. */
  isManaged(kind: Kind, at: Location, id: string): boolean {
    return this.facts.managed.has(toIdKey(kind, at, id));
  }

  /** The resource of the state that is this object, other than that of a URN. */
  findOther(kind: Kind, at: Location, id: string, urn: string): Holder | undefined {
    const object = toIdKey(kind, at, id);
    const declarer = this.#declarers.get(object);
    if (declarer !== undefined && declarer !== urn) return { urn: declarer, isDeclared: true };
    const holder = this.#holders.get(object);
    return holder === undefined || holder === urn
      ? undefined
      : { urn: holder, isDeclared: holder === declarer };
  }

  /** Whether a resource that this run created is this object. */
  isCreated(kind: Kind, at: Location, id: string): boolean {
    return this.#isCreated(toIdKey(kind, at, id));
  }

  /**
   * Creates an object, unless another resource of this run is that object.
   *
   * @param at Where it is.
   * @param plain The values, with users by their UUIDs.
   * @param write Calls `claim` for an object that exists, before it changes it.
   * @throws {DuplicateError} before anything is sent, where the natural key tells.
   */
  async create<Result extends { readonly id: string }>(
    kind: Kind,
    at: Location,
    plain: Properties,
    write: (claim: ClaimObject) => Promise<Result>,
  ): Promise<Result> {
    const key = toNaturalKey(kind, at, plain);
    if (this.#keys.has(key) || this.facts.shared?.claim(key) === false) throw new DuplicateError(kind, plain);
    this.#keys.set(key, undefined);
    let claimed: string | undefined;
    const claim = (id: string): void => {
      const object = toIdKey(kind, at, id);
      if (object === claimed) return;
      if (this.#created.has(object) || this.facts.shared?.claim(object) === false)
        throw new DuplicateError(kind, plain);
      claimed = object;
      this.#created.add(object);
      this.facts.catchUp();
      if (!this.facts.managed.has(object)) return;
      const urn = this.#holders.get(object);
      const isDeclared = this.#declarers.has(object);
      throw new DuplicateError(kind, plain, urn === undefined ? undefined : { urn, isDeclared });
    };
    try {
      const made = await write(claim);
      claim(made.id);
      this.#keys.set(key, made.id);
      this.facts.shared?.describeClaim(key, made.id);
      return made;
    } catch (error) {
      // A half-done object is in the state.
      if (error instanceof HalfDoneError) {
        if (claimed === undefined) claim(error.id);
      } else {
        this.#keys.delete(key);
        this.facts.shared?.release(key);
        if (claimed !== undefined) this.#release(claimed);
      }
      throw error;
    }
  }

  /**
   * Notes that an object may get another natural key.
   *
   * @throws {DuplicateError} where this run has given that key to another resource.
   */
  recordUpdate(kind: Kind, at: Location, before: Properties, after: Properties, id: string): void {
    const [from, to] = [toNaturalKey(kind, at, before), toNaturalKey(kind, at, after)];
    const isTaken = this.#keys.has(to)
      ? this.#keys.get(to) !== id
      : this.facts.shared?.claim(to, id) === false;
    if (isTaken) throw new DuplicateError(kind, after);
    if (from !== to && this.#keys.get(from) === id) {
      this.#keys.delete(from);
      this.facts.shared?.release(from);
    }
    this.#keys.set(to, id);
  }

  /** Notes that an object is deleted: what replaces it may have its natural key. */
  recordDeletion(kind: Kind, at: Location, plain: Properties, id: string): void {
    const key = toNaturalKey(kind, at, plain);
    if (this.#keys.delete(key)) this.facts.shared?.release(key);
    const object = toIdKey(kind, at, id);
    this.facts.record("released", object);
    this.#release(object);
  }

  #isCreated(object: string): boolean {
    return this.#created.has(object) || this.facts.shared?.isClaimed(object) === true;
  }

  #release(object: string): void {
    if (this.#created.delete(object)) this.facts.shared?.release(object);
  }
}

function toNaturalKey(kind: Kind, at: Location, plain: Properties): string {
  return JSON.stringify([kind.name, Object.entries(at).sort(), identityOf(kind, plain)]);
}

/** A UUID names an object whatever the spelling of its place is, unless it is that of a user. */
function toIdKey(kind: Kind, at: Location, id: string): string {
  const hasOwnUuid = "uuid" in kind.outputs.shape && toCanonicalUuid(id).startsWith("{");
  return JSON.stringify(
    hasOwnUuid
      ? [kind.name, toCanonicalUuid(id)]
      : [kind.name, Object.entries(at).sort(), toCanonicalUuid(id)],
  );
}
