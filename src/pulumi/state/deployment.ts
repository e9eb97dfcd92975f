/** A whole state, as `pulumi stack export` prints it and `pulumi stack import` reads it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { UserError } from "../../errors";
import type { Kind } from "../../kinds/kind";
import { type FrontEnd, kindOfType, nameInType, nativePrefix, providerTypeOf } from "../../model/typeToken";
import { formatUrn, parseUrn, stackUrn, withoutFrontEnd } from "../urn";
import { type NewStateEntry, type RecordedObject, toStateEntry } from "./entry";
import { dynamicManager, type StateManager } from "./manager";
import { parseState, type RawStateEntry, type StateExport } from "./schema";

/** An operation whose outcome the engine does not know, because it was killed meanwhile. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading`, … */
  readonly type: string;
  readonly resource: RawStateEntry;
}

/** A resource in a state whose type is known. */
export interface ManagedEntry {
  readonly kind: Kind;
  readonly name: string;
  readonly entry: RawStateEntry;
}

function kindOf({ type }: RawStateEntry): Kind | undefined {
  return kindOfType(type);
}

/**
 * The state of one Pulumi stack. Secrets in it stay encrypted; the engine encrypts added ones when it imports
 * the state.
 */
export class Deployment {
  readonly #whole: StateExport;
  #entries: RawStateEntry[];
  #pending: readonly PendingOperation[];

  /**
   * @param text The output of `pulumi stack export`.
   * @param stack The stack's name and its project's, which every URN contains.
   * @param manager Finds who manages what is added to a state without resources of this package: asked only for that.
   * @throws {Error} if it is not a state.
   */
  constructor(
    readonly text: string,
    private readonly stack: { readonly name: string; readonly project: string },
    private readonly manager: () => StateManager = () => dynamicManager,
  ) {
    this.#whole = parseState(JSON.parse(text));
    this.#entries = [...(this.#whole.deployment?.resources ?? [])];
    this.#pending = this.#whole.deployment?.pending_operations ?? [];
  }

  get pending(): readonly PendingOperation[] {
    return this.#pending;
  }

  /** This package's resources, parents before their members. */
  get resources(): readonly ManagedEntry[] {
    return this.#entries.flatMap((entry) => {
      const kind = kindOf(entry);
      return kind ? [{ kind, name: parseUrn(entry.urn).name, entry }] : [];
    });
  }

  /** Whether it holds only what the engine puts into every stack. */
  get isEmpty(): boolean {
    return this.#entries.every(({ type }) => type.startsWith("pulumi:"));
  }

  /** Whether it holds a resource of this URN that is not a pending delete. */
  has(urn: string): boolean {
    return this.#entries.some((entry) => entry.urn === urn && !entry.delete);
  }

  clearPending(): void {
    this.#pending = [];
  }

  /**
   * Drops the interrupted operations on resources that the state holds, under whatever front end: after a whole apply, their
   * outcome is known.
   *
   * @returns What was dropped.
   */
  settlePending(): readonly PendingOperation[] {
    const held = new Set(this.#entries.flatMap((one) => (one.delete ? [] : [withoutFrontEnd(one.urn)])));
    const settled = this.#pending.filter(({ resource }) => held.has(withoutFrontEnd(resource.urn)));
    this.#pending = this.#pending.filter((one) => !settled.includes(one));
    return settled;
  }

  /**
   * Adds a resource for an existing object.
   *
   * @returns Its URN, for its members.
   * @throws {Error} if the state already holds one of this name.
   */
  add(placed: NewStateEntry, object: RecordedObject): string {
    const entry = toStateEntry(placed, object, { urn: this.#root(), ...this.#managedBy() });
    if (this.has(entry.urn))
      throw new UserError(
        `The state of ${this.stack.name} already contains ${placed.kind.name} ${placed.name}.`,
      );
    this.#entries.push(entry);
    return entry.urn;
  }

  /**
   * Removes resources with all their members from the state, not from the server. Returns everything removed.
   */
  remove(entries: Iterable<RawStateEntry>): readonly RawStateEntry[] {
    const gone = new Set(entries);
    const urns = new Set([...gone].flatMap((one) => (one.delete ? [] : [one.urn])));
    for (const entry of this.#entries) {
      if (gone.has(entry) || entry.parent === undefined || !urns.has(entry.parent)) continue;
      gone.add(entry);
      urns.add(entry.urn);
    }
    const removed = this.#entries.filter((entry) => gone.has(entry));
    this.#entries = this.#entries
      .filter((entry) => !gone.has(entry))
      .map((entry) => removeDependencies(entry, urns));
    return removed;
  }

  /**
   * The same resources in the state of a stack that was created meanwhile, which says how its secrets are
   * encrypted.
   *
   * @param text The output of `pulumi stack export`.
   */
  within(text: string): Deployment {
    const whole = new Deployment(text, this.stack, this.manager);
    whole.#entries = [...this.#entries];
    return whole;
  }

  /** The input of `pulumi stack import`. */
  toText(): string {
    const { pending_operations: _, ...rest } = this.#whole.deployment ?? {};
    return JSON.stringify({
      ...this.#whole,
      deployment: {
        ...rest,
        resources: this.#entries,
        ...(this.#pending.length > 0 ? { pending_operations: this.#pending } : {}),
      },
    });
  }

  /** The URN of the stack's own resource, which is added if missing. */
  #root(): string {
    const type = "pulumi:pulumi:Stack";
    const there = this.#entries.find((entry) => entry.type === type);
    if (there) return there.urn;
    const urn = stackUrn(this.stack.name, this.stack.project);
    this.#entries.unshift({ urn, custom: false, type });
    return urn;
  }

  /** The front end and the provider's reference in the resources: those of the resources that are there, or the manager's. */
  #managedBy(): { readonly frontEnd: FrontEnd; readonly provider: string } {
    const held = this.#entries.find(
      (entry) => kindOf(entry) && !entry.delete && entry.provider !== undefined,
    );
    if (held?.provider !== undefined)
      return { frontEnd: held.type.startsWith(nativePrefix) ? "native" : "dynamic", provider: held.provider };
    const manager = this.manager();
    return { frontEnd: manager.frontEnd, provider: this.#provider(manager) };
  }

  /** The reference to the manager's provider, which is added if missing. */
  #provider(manager: StateManager): string {
    const type = providerTypeOf(manager.frontEnd);
    const { name, inputs } = manager.provider;
    const found = this.#entries.find(
      (entry) => entry.type === type && !entry.delete && parseUrn(entry.urn).name === name,
    );
    if (found) return `${found.urn}::${found.id}`;
    const { name: stack, project } = this.stack;
    const urn = formatUrn({ stack, project, parentTypes: [], type, name });
    const id = randomUUID();
    const has = Object.keys(inputs).length > 0;
    const entry: RawStateEntry = { urn, custom: true, id, type, ...(has ? { inputs, outputs: inputs } : {}) };
    // A provider comes before the resources that refer to it.
    const before = this.#entries.findIndex((entry) => nameInType(entry.type) !== undefined);
    this.#entries.splice(before < 0 ? this.#entries.length : before, 0, entry);
    return `${urn}::${id}`;
  }
}

/**
 * An entry without dependencies on removed resources: the engine refuses a state that refers to missing ones.
 */
function removeDependencies(entry: RawStateEntry, gone: ReadonlySet<string>): RawStateEntry {
  const kept: RawStateEntry = { ...entry };
  if (entry.dependencies?.some((urn) => gone.has(urn)))
    kept.dependencies = entry.dependencies.filter((urn) => !gone.has(urn));
  const properties = z
    .record(z.string(), z.array(z.string()).nullable())
    .safeParse(entry.propertyDependencies);
  if (properties.success) {
    kept.propertyDependencies = Object.fromEntries(
      Object.entries(properties.data).map(([name, urns]) => [
        name,
        (urns ?? []).filter((urn) => !gone.has(urn)),
      ]),
    );
  }
  if (typeof entry.deletedWith === "string" && gone.has(entry.deletedWith)) delete kept.deletedWith;
  return kept;
}
