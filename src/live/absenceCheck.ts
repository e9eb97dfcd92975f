/**
 * How much of what the state holds is gone at once. One object that is proven to be gone is gone. Where a large part is,
 * a service that answers wrongly is more likely.
 */

import { formatCount } from "../errors/count";
import type { Kind, Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { VanishedError } from "./absence";

/** A resource that a state holds. */
export interface HeldObject {
  readonly kind: Kind;
  readonly id: string;
  /** In words, for errors. */
  readonly name: string;
  /** The outputs or inputs in the state, with where it lives. */
  readonly values: Properties;
}

/** A collection that cannot prove the absence of a single item does not lose all of this many. */
const wholeFrom = 3;

/** The share of a state that may vanish, in percent, and the resources from which it counts: as for deletions. */
const share = { percent: 30, from: 10 };

const places = ["workspace", "project", "repository", "environment"] as const;

export class AbsenceCheck {
  readonly #asked = new Map<string, HeldObject>();
  readonly #gone = new Map<string, HeldObject>();
  readonly #announced = new Set<string>();
  #held: Promise<readonly HeldObject[] | undefined> | undefined;

  /**
   * @param trusts What is missing is deleted, however much of it there is.
   * @param state What the state holds, asked for once something has vanished. Undefined: it cannot be read, and what was
   *   asked for so far counts. Left out: nothing is watched.
   */
  constructor(
    private readonly trusts: boolean,
    private state?: () => Promise<readonly HeldObject[] | undefined>,
  ) {}

  /** Sets what the state holds, and starts counting again. */
  setHeld(held: readonly HeldObject[]): void {
    this.state = async () => held;
    this.#held = undefined;
    this.#asked.clear();
    this.#gone.clear();
  }

  /**
   * Takes note that the service itself has said that a repository is deleted: that it and what was in it is missing, which
   * is proved all the same, is then no mistake that the limits guard against.
   */
  announceDeletion(repository: string): void {
    this.#announced.add(toCanonicalUuid(repository));
  }

  #isAnnounced({ kind, id, values }: HeldObject): boolean {
    const repository = kind.parentRole === "repository" ? id : values.repository;
    return typeof repository === "string" && this.#announced.has(toCanonicalUuid(repository));
  }

  /**
   * Takes the outcome of a read.
   *
   * @param listed The ids in the complete list that it is missing from, where only that says that it is gone.
   * @throws {VanishedError}
   */
  async record(one: HeldObject, isGone: boolean, listed?: ReadonlySet<string>): Promise<void> {
    if (this.trusts || !this.state || this.#isAnnounced(one)) return;
    this.#asked.set(keyOf(one), one);
    if (isGone) this.#gone.set(keyOf(one), one);
    if (this.#gone.size === 0) return;
    // One or two can be judged without the state.
    const few = this.#gone.size * 100 <= share.percent * share.from;
    if (few && (!isGone || !listed)) return;
    this.#held ??= this.state();
    const held = await this.#held;
    const known = held ?? [...this.#asked.values()];
    if (isGone && listed) this.#checkWhole(one, known, listed);
    if (known.length < share.from || this.#gone.size * 100 <= share.percent * known.length) return;
    throw new VanishedError(
      `${this.#gone.size} of ${formatCount(known.length, "resource")}${held ? "" : " checked so far"}`,
      [...this.#gone.values()].map(({ name }) => name),
    );
  }

  /** The UUID by which the state knows a workspace; undefined if nothing in it says, or it cannot be read. */
  async findWorkspaceUuid(workspace: string): Promise<string | undefined> {
    this.#held ??= this.state?.();
    const known = ((await this.#held) ?? []).find(
      ({ values }) => values.workspace === workspace && typeof values.workspaceUuid === "string",
    );
    return known && String(known.values.workspaceUuid);
  }

  #checkWhole(one: HeldObject, known: readonly HeldObject[], listed: ReadonlySet<string>): void {
    const siblings = known.filter((other) => groupOf(other) === groupOf(one));
    if (siblings.length < wholeFrom || siblings.some(({ id }) => listed.has(toCanonicalUuid(id)))) return;
    throw new VanishedError(
      `All ${siblings.length} of one list (${one.kind.title})`,
      siblings.map(({ name }) => name),
    );
  }
}

function groupOf({ kind, values }: HeldObject): string {
  return JSON.stringify([kind.name, ...places.map((place) => toCanonicalUuid(String(values[place] ?? "")))]);
}

function keyOf(one: HeldObject): string {
  return `${groupOf(one)} ${toCanonicalUuid(one.id)}`;
}
