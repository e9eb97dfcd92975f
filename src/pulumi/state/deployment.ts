/** A whole state, as `pulumi stack export` gives it and `pulumi stack import` takes it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { UserError } from "../../errors";
import type { Kind } from "../../kinds/kind";
import { kindOfType, nameInType } from "../../model/typeToken";
import { formatUrn, parseUrn, stackUrn } from "../urn";
import { type NewStateEntry, type RecordedObject, toStateEntry } from "./entry";
import { parseState, type RawStateEntry, type StateExport } from "./schema";

/** An operation of which the engine does not know how it ended, since it was killed meanwhile. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading`, … */
  readonly type: string;
  readonly resource: RawStateEntry;
}

/** A resource in a state of which the type is known. */
export interface ManagedEntry {
  readonly kind: Kind;
  readonly name: string;
  readonly entry: RawStateEntry;
}

function kindOf({ type }: RawStateEntry): Kind | undefined {
  return kindOfType(type);
}

/**
 * The state of one Pulumi stack. Secrets in it stay as they are, encrypted; those that are added are encrypted by the
 * engine when it takes the state.
 */
export class Deployment {
  readonly #whole: StateExport;
  #entries: RawStateEntry[];
  #pending: readonly PendingOperation[];

  /**
   * @param text What `pulumi stack export` printed.
   * @param stack The stack's name and its project's, which every URN contains.
   * @throws {Error} where it is no state.
   */
  constructor(
    text: string,
    private readonly stack: { readonly name: string; readonly project: string },
  ) {
    this.#whole = parseState(JSON.parse(text));
    this.#entries = [...(this.#whole.deployment?.resources ?? [])];
    this.#pending = this.#whole.deployment?.pending_operations ?? [];
  }

  get pending(): readonly PendingOperation[] {
    return this.#pending;
  }

  /** The resources of ours, parents before what belongs to them. */
  get resources(): readonly ManagedEntry[] {
    return this.#entries.flatMap((entry) => {
      const kind = kindOf(entry);
      return kind ? [{ kind, name: parseUrn(entry.urn).name, entry }] : [];
    });
  }

  /** Whether it holds nothing but what the engine puts into every stack. */
  get isEmpty(): boolean {
    return this.#entries.every(({ type }) => type.startsWith("pulumi:"));
  }

  /** Whether it holds a resource of this URN that is not only waiting to be deleted. */
  has(urn: string): boolean {
    return this.#entries.some((entry) => entry.urn === urn && !entry.delete);
  }

  clearPending(): void {
    this.#pending = [];
  }

  /**
   * Adds a resource for an object that is there.
   *
   * @returns Its URN, for what belongs to it.
   * @throws {Error} where the state holds one of this name.
   */
  add(placed: NewStateEntry, object: RecordedObject): string {
    const entry = toStateEntry(placed, object, { urn: this.#root(), provider: this.#provider() });
    if (this.has(entry.urn))
      throw new UserError(
        `The state of ${this.stack.name} holds ${placed.kind.name} ${placed.name} already.`,
      );
    this.#entries.push(entry);
    return entry.urn;
  }

  /** Takes resources out, with all that belongs to them, and leaves the objects alone. Gives all that went. */
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
   * The same resources in the state of a stack that was made meanwhile, and that says how its secrets are encrypted.
   *
   * @param text What `pulumi stack export` printed.
   */
  within(text: string): Deployment {
    const whole = new Deployment(text, this.stack);
    whole.#entries = [...this.#entries];
    return whole;
  }

  /** For `pulumi stack import`. */
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

  /** The URN of the resource that stands for the stack itself; it is put in where there is none. */
  #root(): string {
    const type = "pulumi:pulumi:Stack";
    const there = this.#entries.find((entry) => entry.type === type);
    if (there) return there.urn;
    const urn = stackUrn(this.stack.name, this.stack.project);
    this.#entries.unshift({ urn, custom: false, type });
    return urn;
  }

  /** What names the dynamic provider in the resources. */
  #provider(): string {
    const type = "pulumi:providers:pulumi-nodejs";
    const found = this.#entries.find((entry) => entry.type === type && !entry.delete && isDefault(entry));
    if (found) return `${found.urn}::${found.id}`;
    const { name: stack, project } = this.stack;
    const urn = formatUrn({ stack, project, parentTypes: [], type, name: "default" });
    const id = randomUUID();
    // A provider comes before the resources that name it.
    const before = this.#entries.findIndex((entry) => nameInType(entry.type) !== undefined);
    this.#entries.splice(before < 0 ? this.#entries.length : before, 0, { urn, custom: true, id, type });
    return `${urn}::${id}`;
  }
}

function isDefault({ urn }: RawStateEntry): boolean {
  return parseUrn(urn).name === "default";
}

/** An entry that depends on nothing that has gone: the engine refuses a state that names what is not in it. */
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
