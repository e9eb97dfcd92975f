/**
 * The last line of defence against deletions that nobody meant: before the first one of a run, the guard looks which of
 * the engine's operations runs and what the state holds, and compares it with what the run has shown to the provider.
 * It holds for every program, also for one that loads nothing of this package, and costs nothing where nothing goes.
 */
import { UserError } from "../errors";
import { describeDeletedChildren } from "../kinds/deletion";
import type { Kind, Properties } from "../kinds/kind";
import { locationFields } from "../model/location";
import { withDefaults } from "../model/values";
import { type ExportResult, isTargeted, type RunningOperation } from "../pulumi";
import { readProtectedUrns, readStateEntries, type StateEntry } from "../pulumi/state";
import { isOwnUrn, parseUrn } from "../pulumi/urn";
import {
  checkDestruction,
  countThatStops,
  NothingDeclaredError,
  ProtectedError,
  type SafetyLimits,
} from "./limits";

/** What the guard needs to know of its environment. */
export interface GuardContext {
  /** The engine's running operation; undefined if unknown. */
  operation(): Promise<RunningOperation | undefined>;
  /** The stack's state as it is now. */
  state(): Promise<ExportResult>;
  limits(): SafetyLimits;
  /** How many deletions were allowed for this one run. */
  allowed(): number | undefined;
  /**
   * What the engine calls the provider that asks, as the state has it beside its resources: the resources of another
   * provider in the same program are another process's to judge. Undefined: all are its own.
   */
  provider?(): string | undefined;
}

/** How an object is deleted: by a request, or along with its owner. */
export type DeletionWay = "request" | "along";

/** It is unknown what else would be deleted. */
export class UnknownDeletionError extends UserError {
  constructor(reason: string, shown: number) {
    super(
      `Not deleted: ${reason}, so that it cannot be told how much of the stack would go (${shown} of its resources ` +
        "were declared in this run). Nothing was deleted. Mend that and run it again; or, if these deletions are meant, " +
        "say how many they may be: BITBUCKET_ALLOW_DELETIONS=<n>.",
    );
  }
}

/** A run that was refused already: it is said once in full. */
class RefusedBeforeError extends UserError {
  constructor() {
    super("Not deleted: this run was stopped, see the message about it.");
  }
}

interface GuardedState {
  readonly entries: readonly StateEntry[];
  readonly byKey: ReadonlyMap<string, StateEntry>;
  /** Everything that the engine refuses to delete, of any provider. */
  readonly protectedUrns: readonly string[];
}

const nothingDeleted = "Nothing was deleted.";

export class DeletionGuard {
  /**
   * Objects that were compared once the program ran, changes in place included, and whether it was with inputs that the
   * program declares. A refresh compares as well, before the program runs or, with `--run-program`, beside it.
   */
  readonly #kept = new Map<string, boolean>();
  /** Objects that a refresh found under another id, and what they were: the state may not have been written since. */
  readonly #former = new Map<string, string>();
  /** Objects that a refresh found gone: the engine deletes them no more. */
  readonly #vanished = new Set<string>();
  /** Why objects that a refresh has found are not to be deleted. */
  readonly #refusals = new Map<string, string>();
  /** The inputs that the program declares. */
  readonly #declared = new Set<string>();
  readonly #replaced = new Map<string, string>();
  readonly #made = new Set<string>();
  readonly #deleted = new Set<string>();
  #shown = 0;
  #operation: Promise<RunningOperation | undefined> | undefined;
  #held: Promise<GuardedState | { readonly reason: string }> | undefined;
  #judged: Promise<ReadonlyMap<string, DeletionWay>> | undefined;
  #refused = false;

  constructor(private readonly surroundings: GuardContext) {}

  /**
   * The program declares a resource.
   *
   * @param inputs As the check gives them on.
   */
  recordCheck(kind: Kind, inputs: Properties): void {
    this.#shown += 1;
    this.#declared.add(textOf(kind, inputs));
  }

  /**
   * The program's declaration was compared with the live object.
   *
   * @param inputs What is declared: it may give another place for the object.
   * @throws {SafetyLimitError} where more is replaced by now than the limits allow.
   */
  async recordDiff(
    kind: Kind,
    id: string,
    state: Properties,
    inputs: Properties,
    replaces: boolean,
  ): Promise<void> {
    // Diffs of a refresh before the program runs say nothing about the declaration.
    if (this.#shown === 0) return;
    const key = keyOf(kind, id, state);
    const isDeclared = this.#declared.has(textOf(kind, inputs));
    if (!replaces) {
      for (const one of [key, keyOf(kind, id, inputs), this.#former.get(key) ?? key])
        this.#kept.set(one, isDeclared || this.#kept.get(one) === true);
      return;
    }
    if (!isDeclared && (await this.#findOperation())?.runsProgram) return;
    this.#replaced.set(key, labelOf("replace", kind, id, state));
    const former = this.#former.get(key);
    if (former !== undefined) this.#kept.set(former, isDeclared);
    if (this.#replaced.size < countThatStops(this.surroundings.limits())) return;
    if (this.#replaced.size <= (this.surroundings.allowed() ?? 0)) return;
    const held = await this.#read();
    if ("reason" in held) return;
    const managed = this.#listManaged(held).length;
    checkDestruction(
      { destroyed: [...this.#replaced.values()], managed, kept: managed, outcome: "No more was changed." },
      this.surroundings.limits(),
      this.surroundings.allowed(),
    );
  }

  /** A refresh has read an object; undefined, where it is gone. */
  recordRefresh(
    kind: Kind,
    state: Properties & { readonly id: string },
    now: (Properties & { readonly id: string }) | undefined,
  ): void {
    if (now === undefined) {
      this.#vanished.add(keyOf(kind, state.id, state));
      return;
    }
    const [before, after] = [keyOf(kind, state.id, state), keyOf(kind, now.id, now)];
    if (before !== after) this.#former.set(after, before);
    const refusal = kind.refuseDelete?.(withDefaults(kind, state));
    if (refusal === undefined) return;
    this.#refusals.set(after, refusal);
    // At the end of the run, when the answer is needed, the engine may be gone.
    this.#findOperation().catch(() => undefined);
  }

  /**
   * Explains why a destroy stopped in the engine's preview, which asks no provider and names its own flag, `protect`.
   *
   * @returns Undefined for other operations, for a part of a stack, and once a deletion was asked for: then the guard
   *   itself has said it.
   */
  async explainProtection(): Promise<string | undefined> {
    if (this.#refusals.size === 0 || this.#deleted.size > 0) return undefined;
    const operation = await this.#findOperation();
    if (operation?.name !== "destroy" || operation.isPartial) return undefined;
    return new ProtectedError([...this.#refusals.values()], nothingDeleted).message;
  }

  /** An object was changed in place. */
  recordUpdate(kind: Kind, id: string, state: Properties): void {
    this.#kept.set(keyOf(kind, id, state), true);
  }

  /** Records an object that this run created. */
  recordCreation(kind: Kind, id: string, state: Properties): void {
    this.#made.add(keyOf(kind, id, state));
  }

  /**
   * Asked before each deletion.
   *
   * @throws {ProtectedError | SafetyLimitError | NothingDeclaredError | UnknownDeletionError} where it must not be.
   */
  async beforeDelete(kind: Kind, id: string, state: Properties): Promise<DeletionWay> {
    if (this.#refused) throw new RefusedBeforeError();
    try {
      const key = keyOf(kind, id, state);
      this.#deleted.add(key);
      return await this.#decide(key);
    } catch (error) {
      const first = !this.#refused;
      this.#refused = true;
      throw first ? error : new RefusedBeforeError();
    }
  }

  async #decide(key: string): Promise<DeletionWay> {
    const held = await this.#read();
    const { surroundings } = this;
    const allowed = surroundings.allowed();
    if ("reason" in held) {
      if (allowed !== undefined && this.#deleted.size <= allowed) return "request";
      throw new UnknownDeletionError(held.reason, this.#shown);
    }
    const there = held.byKey.has(key) ? key : (this.#former.get(key) ?? key);
    if (!held.byKey.has(there)) {
      if (allowed !== undefined && this.#deleted.size <= allowed) return "request";
      throw new UnknownDeletionError(
        "the state that was read does not hold what is to be deleted",
        this.#shown,
      );
    }
    // A replacement may delete while the program still runs, when it is not known yet what it leaves out.
    if (this.#replaced.has(key)) return "request";
    this.#judged ??= this.#judge(held);
    return (await this.#judged).get(there) ?? (await this.#decideAlone(held));
  }

  /** Looks at everything that this run will delete, once the program has ended. */
  async #judge(held: GuardedState): Promise<ReadonlyMap<string, DeletionWay>> {
    const operation = await this.#findOperation();
    if (operation?.isPartial) {
      if (operation.name === "destroy")
        this.#refuseProtected(this.#listTargeted(held, operation), held, operation);
      return new Map();
    }
    const { surroundings } = this;
    const isDestroy = operation?.name === "destroy";
    const stays = isDestroy ? () => false : this.#findRemaining(operation);
    const going = held.entries.filter((entry) => !entry.needsNoRequest && !stays(entry));
    this.#refuseProtected(going, held, operation);
    if (!isDestroy) {
      const destroyed = [
        ...going.map(({ kind, name }) => `delete ${kind.title} ${name}`),
        ...this.#replaced.values(),
      ];
      const managed = this.#listManaged(held);
      const kept = managed.filter(stays).length;
      const destruction = { destroyed, managed: managed.length, kept, outcome: nothingDeleted };
      try {
        checkDestruction(destruction, surroundings.limits(), surroundings.allowed());
      } catch (error) {
        // Without the operation, a destroy looks like a program that declares nothing.
        if (operation === undefined && error instanceof NothingDeclaredError)
          error.message += "\nWhich of Pulumi's operations runs could not be told: it counts as up.";
        throw error;
      }
    }
    return decideWays(going);
  }

  /** If the stack can't be judged as a whole, deletions are counted one by one. */
  async #decideAlone(held: GuardedState): Promise<DeletionWay> {
    const operation = await this.#findOperation();
    if (operation?.name === "destroy") return "request";
    const destroyed = [...this.#deleted].map((key) => {
      const entry = held.byKey.get(key);
      return `delete ${entry ? `${entry.kind.title} ${entry.name}` : key}`;
    });
    const managed = this.#listManaged(held).length;
    checkDestruction(
      // Resources that are not targeted stay, whatever the program declares.
      { destroyed, managed, kept: managed, outcome: "No more was deleted." },
      this.surroundings.limits(),
      this.surroundings.allowed(),
    );
    return "request";
  }

  /** The state before this run. */
  #listManaged({ entries }: GuardedState): readonly StateEntry[] {
    return entries.filter((entry) => {
      const key = keyIn(entry);
      return (
        !entry.needsNoRequest && !this.#made.has(key) && (!entry.pendingDelete || this.#replaced.has(key))
      );
    });
  }

  /** Resources that exist after this run, or are replaced in it. */
  #findRemaining(operation: RunningOperation | undefined): (entry: StateEntry) => boolean {
    return (entry) => {
      const key = keyIn(entry);
      if (this.#replaced.has(key)) return true;
      if (entry.pendingDelete) return false;
      return (
        this.#made.has(key) || (operation?.runsProgram ? this.#kept.get(key) === true : this.#kept.has(key))
      );
    };
  }

  #listTargeted(
    { entries }: GuardedState,
    { targets, withDependents }: RunningOperation,
  ): readonly StateEntry[] {
    const urns = new Set(entries.flatMap(({ urn }) => (isTargeted(urn, targets) ? [urn] : [])));
    if (withDependents)
      // Owners before what belongs to them.
      for (const { urn, parent } of entries) if (parent !== undefined && urns.has(parent)) urns.add(urn);
    return entries.filter(({ urn }) => urns.has(urn));
  }

  #refuseProtected(
    going: readonly StateEntry[],
    { protectedUrns }: GuardedState,
    operation: RunningOperation | undefined,
  ): void {
    const own = new Map(going.map((entry) => [entry.urn, entry]));
    const reasons = going.flatMap(
      ({ kind, outputs, pendingDelete }) =>
        (!pendingDelete && kind.refuseDelete?.(withDefaults(kind, outputs))) || [],
    );
    const all = operation?.name === "destroy" && !operation.isPartial;
    const others = operation?.ignoresProtection
      ? []
      : protectedUrns.filter((urn) => {
          const entry = own.get(urn);
          if (!entry) return all && !isOwnUrn(urn);
          return (
            !entry.pendingDelete &&
            entry.kind.refuseDelete?.(withDefaults(entry.kind, entry.outputs)) === undefined
          );
        });
    const said = others.map(
      (urn) =>
        `The resource ${parseUrn(urn).name} is protected by the program ("protect: true"). If it shall go, take that out, run "pulumi up", and then remove it.`,
    );
    if (reasons.length + said.length > 0) throw new ProtectedError([...reasons, ...said], nothingDeleted);
  }

  #findOperation(): Promise<RunningOperation | undefined> {
    this.#operation ??= this.surroundings.operation();
    return this.#operation;
  }

  #read(): Promise<GuardedState | { readonly reason: string }> {
    this.#held ??= this.#readNow();
    return this.#held;
  }

  async #readNow(): Promise<GuardedState | { readonly reason: string }> {
    const exported = await this.surroundings.state();
    if ("reason" in exported) return { reason: `the stack's state could not be read: ${exported.reason}` };
    try {
      const provider = this.surroundings.provider?.();
      const isOwn = (entry: StateEntry) => provider === undefined || entry.provider === provider;
      const entries = readStateEntries(exported.state).filter(
        (entry) => isOwn(entry) && !this.#vanished.has(keyIn(entry)),
      );
      return {
        entries,
        byKey: new Map(entries.map((entry) => [keyIn(entry), entry])),
        protectedUrns: readProtectedUrns(exported.state),
      };
    } catch {
      return { reason: "the stack's state is not what an engine exports" };
    }
  }
}

/** Children of deleted resources are deleted with them, without a request of their own. */
function decideWays(going: readonly StateEntry[]): ReadonlyMap<string, DeletionWay> {
  const byUrn = new Map(
    going.filter(({ pendingDelete }) => !pendingDelete).map((entry) => [entry.urn, entry]),
  );
  return new Map(
    going.map((entry) => {
      const owner = entry.parent === undefined ? undefined : byUrn.get(entry.parent);
      return [keyIn(entry), owner && isDeletedAlong(entry, owner) ? "along" : "request"];
    }),
  );
}

function isDeletedAlong(entry: StateEntry, owner: StateEntry): boolean {
  const { parentRole } = owner.kind;
  if (parentRole === undefined || !entry.kind.parents.includes(parentRole)) return false;
  // A program's author may have given it a parent that it does not belong to on the server.
  const place = entry.outputs[parentRole];
  const isThere = place === owner.id || (parentRole === "project" && place === owner.outputs.key);
  return isThere && describeDeletedChildren(owner.kind, withDefaults(owner.kind, owner.outputs));
}

function keyIn({ kind, id, outputs }: StateEntry): string {
  return keyOf(kind, id, outputs);
}

/** What identifies an object: ids of users and groups are the same in every repository. */
function keyOf(kind: Kind, id: string, values: Properties): string {
  return [kind.name, id, ...locationFields(kind).map((field) => String(values[field] ?? ""))].join("\n");
}

/** Inputs as one text, whatever their order. */
function textOf(kind: Kind, inputs: Properties): string {
  return JSON.stringify([kind.name, inputs], (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function labelOf(operation: string, kind: Kind, id: string, values: Properties): string {
  const name = kind.naturalKey.map((field) => values[field]).find((value) => typeof value === "string");
  return `${operation} ${kind.title} ${typeof name === "string" ? name : id}`;
}
