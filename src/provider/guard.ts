/**
 * The last line of defence against deletions that nobody meant: before the first one of a run, the guard looks which of
 * the engine's operations runs and what the state holds, and compares it with what the run has shown to the provider.
 * It holds for every program, also for one that loads nothing of this package, and costs nothing where nothing goes.
 */
import { UserError } from "../errors";
import { describeDeletedChildren, refuseRecreatedDeletion } from "../kinds/deletion";
import type { Kind, Properties } from "../kinds/kind";
import { locationFields } from "../model/location";
import { refuseReplacement } from "../model/replacement";
import { withDefaults } from "../model/values";
import { createTargetMatcher, type ExportResult, type RunningOperation } from "../pulumi";
import { readProtectedUrns, readStateEntries, type StateEntry } from "../pulumi/state";
import { isOwnUrn, parseUrn } from "../pulumi/urn";
import {
  checkDestruction,
  countThatStops,
  NothingDeclaredError,
  ProtectedError,
  type SafetyLimits,
} from "./limits";
import { RunFacts } from "./runFacts";

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
   * What the engine calls the provider that asks, as the state has it beside its resources: its own resources are
   * judged for themselves as well. Undefined: all are its own.
   */
  provider?(): string | undefined;
  /**
   * Whether a command of this package has limited the engine to targets, and its program declares everything: then they
   * are judged together. Whatever is no target must stay.
   */
  readonly isLimited?: boolean | undefined;
  /** What the provider processes of the run know of it together. Default: what this guard is told. */
  readonly facts?: RunFacts;
}

/** How an object is deleted: by a request, or along with its owner. */
export type DeletionWay = "request" | "along";

/** It is unknown what else would be deleted. */
class UnknownDeletionError extends UserError {
  constructor(reason: string, shown: number) {
    super(
      `Not deleted: ${reason}, so it is unknown how much of the stack would be deleted (${shown} of its resources ` +
        "were declared in this run). Nothing was deleted. Fix that and run this again; or, if these deletions are intended, " +
        "set their number: BITBUCKET_ALLOW_DELETIONS=<n>.",
    );
  }
}

/** A run that was refused already: it is said once in full. */
class RefusedBeforeError extends UserError {
  constructor() {
    super("Not deleted: this run was stopped; see the other message.");
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
  /** Why objects that a refresh has found are not to be deleted. */
  readonly #refusals = new Map<string, string>();
  /** The inputs that the program declares. */
  readonly #declared = new Set<string>();
  readonly #facts: RunFacts;
  #shown = 0;
  #operation: Promise<RunningOperation | undefined> | undefined;
  #held: Promise<GuardedState | { readonly reason: string }> | undefined;
  #judged: Promise<ReadonlyMap<string, DeletionWay>> | undefined;
  /** Whether this process has said why deletions are refused. */
  #hasExplained = false;

  constructor(private readonly surroundings: GuardContext) {
    this.#facts = surroundings.facts ?? new RunFacts();
  }

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
   * @param replaces The fields whose change replaces it.
   * @throws {ProtectedError} where it is protected from deletion, and would be replaced.
   * @throws {SafetyLimitError} where more is replaced by now than the limits allow.
   */
  async recordDiff(
    kind: Kind,
    id: string,
    state: Properties,
    inputs: Properties,
    replaces: readonly string[],
  ): Promise<void> {
    // Diffs of a refresh before the program runs say nothing about the declaration.
    if (this.#shown === 0) return;
    const facts = this.#facts;
    const key = keyOf(kind, id, state);
    const isDeclared = this.#declared.has(textOf(kind, inputs));
    if (replaces.length === 0) {
      for (const one of new Set([key, keyOf(kind, id, inputs), facts.former.get(key) ?? key]))
        facts.record("kept", one, isDeclared);
      return;
    }
    if (!isDeclared && (await this.#findOperation())?.runsProgram) return;
    const refusal = refuseReplacement(kind, state, inputs, replaces);
    if (refusal !== undefined) throw new ProtectedError([refusal], "It was not changed.");
    facts.record("replaced", key, labelOf("replace", kind, id, state));
    const former = facts.former.get(key);
    if (former !== undefined) facts.record("kept", former, isDeclared);
    facts.catchUp();
    if (facts.replaced.size < countThatStops(this.surroundings.limits())) return;
    if (facts.replaced.size <= (this.surroundings.allowed() ?? 0)) return;
    const held = await this.#read();
    if ("reason" in held) return;
    const managed = this.#listManaged(held).length;
    checkDestruction(
      {
        destroyed: [...facts.replaced.values()],
        managed,
        kept: managed,
        outcome: "Nothing else was changed.",
      },
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
      this.#facts.record("vanished", keyOf(kind, state.id, state));
      return;
    }
    const [before, after] = [keyOf(kind, state.id, state), keyOf(kind, now.id, now)];
    if (before !== after) this.#facts.record("former", after, before);
    if (kind.refuseDelete && now.id !== state.id) this.#facts.record("recreated", before);
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
    if (this.#refusals.size === 0 || this.#facts.deleted.size > 0) return undefined;
    const operation = await this.#findOperation();
    if (operation?.name !== "destroy" || operation.isPartial) return undefined;
    return new ProtectedError([...this.#refusals.values()], nothingDeleted).message;
  }

  /** An object was changed in place. */
  recordUpdate(kind: Kind, id: string, state: Properties): void {
    this.#facts.record("kept", keyOf(kind, id, state), true);
  }

  /** Records an object that this run created. */
  recordCreation(kind: Kind, id: string, state: Properties): void {
    this.#facts.record("made", keyOf(kind, id, state));
  }

  /**
   * Asked before each deletion.
   *
   * @throws {ProtectedError | SafetyLimitError | NothingDeclaredError | UnknownDeletionError} where it must not be.
   */
  async beforeDelete(kind: Kind, id: string, state: Properties): Promise<DeletionWay> {
    const facts = this.#facts;
    const key = keyOf(kind, id, state);
    facts.record("deleted", key);
    facts.catchUp();
    if (facts.isRefused) throw new RefusedBeforeError();
    try {
      return await this.#decide(key);
    } catch (error) {
      const first = !this.#hasExplained;
      this.#hasExplained = true;
      facts.record("refused");
      throw first ? error : new RefusedBeforeError();
    }
  }

  async #decide(key: string): Promise<DeletionWay> {
    const held = await this.#read();
    const { surroundings } = this;
    const allowed = surroundings.allowed();
    if ("reason" in held) {
      if (allowed !== undefined && this.#facts.deleted.size <= allowed) return "request";
      throw new UnknownDeletionError(held.reason, this.#shown);
    }
    const there = held.byKey.has(key) ? key : (this.#facts.former.get(key) ?? key);
    if (!held.byKey.has(there)) {
      if (allowed !== undefined && this.#facts.deleted.size <= allowed) return "request";
      throw new UnknownDeletionError("the state does not contain what is to be deleted", this.#shown);
    }
    // A replacement may delete while the program still runs, when it is not known yet what it leaves out.
    if (this.#facts.replaced.has(key)) return "request";
    this.#judged ??= this.#judge(held);
    const way = (await this.#judged).get(there);
    if (way === undefined && surroundings.isLimited)
      throw new UnknownDeletionError("it is not among what this run is limited to", this.#shown);
    return way ?? (await this.#decideAlone(held));
  }

  /** Looks at everything that this run will delete, once the program has ended. */
  async #judge(held: GuardedState): Promise<ReadonlyMap<string, DeletionWay>> {
    const operation = await this.#findOperation();
    const isInPart = this.#createPartMatcher(operation);
    if (operation?.isPartial && !isInPart) {
      if (operation.name === "destroy")
        this.#refuseProtected(this.#listTargeted(held, operation), held, operation);
      return new Map();
    }
    const isDestroy = operation?.name === "destroy";
    const remains = isDestroy ? () => false : this.#findRemaining(operation);
    const stays = (entry: StateEntry) => isInPart?.(entry.urn) === false || remains(entry);
    const going = this.#listPresent(held).filter((entry) => !entry.needsNoRequest && !stays(entry));
    this.#refuseProtected(going, held, operation);
    if (!isDestroy) {
      try {
        for (const isOwn of this.#listScopes()) this.#checkLimits(held, going, stays, isOwn);
      } catch (error) {
        // Without the operation, a destroy looks like a program that declares nothing.
        if (operation === undefined && error instanceof NothingDeclaredError)
          error.message += "\nIt is unknown which Pulumi operation runs: it is treated as up.";
        throw error;
      }
    }
    return decideWays(going);
  }

  /**
   * Whether a URN belongs to the part that a command of this package has limited the engine to. Undefined: it has not.
   *
   * @throws {UnknownDeletionError} if the engine is not limited, although it has to be.
   */
  #createPartMatcher(operation: RunningOperation | undefined): ((urn: string) => boolean) | undefined {
    if (!this.surroundings.isLimited) return undefined;
    if (operation === undefined || operation.targets.length === 0)
      throw new UnknownDeletionError("the targets of the engine are not known", this.#shown);
    return createTargetMatcher(operation.targets);
  }

  /** What the limits apply to: all resources of the program, and those of this provider. */
  #listScopes(): readonly ((entry: StateEntry) => boolean)[] {
    const provider = this.surroundings.provider?.();
    const all = () => true;
    return provider === undefined ? [all] : [all, (entry) => entry.provider === provider];
  }

  #checkLimits(
    held: GuardedState,
    going: readonly StateEntry[],
    stays: (entry: StateEntry) => boolean,
    isOwn: (entry: StateEntry) => boolean,
  ): void {
    const { surroundings } = this;
    const { replaced } = this.#facts;
    const destroyed = [
      ...going.filter(isOwn).map(({ kind, name }) => `delete ${kind.title} ${name}`),
      ...[...replaced].flatMap(([key, line]) => {
        const entry = held.byKey.get(key);
        return entry === undefined || isOwn(entry) ? [line] : [];
      }),
    ];
    const managed = this.#listManaged(held).filter(isOwn);
    const kept = managed.filter(stays).length;
    const destruction = { destroyed, managed: managed.length, kept, outcome: nothingDeleted };
    checkDestruction(destruction, surroundings.limits(), surroundings.allowed());
  }

  /** The resources in the state whose objects a refresh has not found gone. */
  #listPresent({ entries }: GuardedState): readonly StateEntry[] {
    return entries.filter((entry) => !this.#facts.vanished.has(keyIn(entry)));
  }

  /** If the stack can't be judged as a whole, deletions are counted one by one. */
  async #decideAlone(held: GuardedState): Promise<DeletionWay> {
    const operation = await this.#findOperation();
    if (operation?.name === "destroy") return "request";
    const destroyed = [...this.#facts.deleted].map((key) => {
      const entry = held.byKey.get(key);
      return `delete ${entry ? `${entry.kind.title} ${entry.name}` : key}`;
    });
    const managed = this.#listManaged(held).length;
    checkDestruction(
      // Resources that are not targeted stay, whatever the program declares.
      { destroyed, managed, kept: managed, outcome: "Nothing else was deleted." },
      this.surroundings.limits(),
      this.surroundings.allowed(),
    );
    return "request";
  }

  /** The state before this run. */
  #listManaged(held: GuardedState): readonly StateEntry[] {
    const { made, replaced } = this.#facts;
    return this.#listPresent(held).filter((entry) => {
      const key = keyIn(entry);
      return !entry.needsNoRequest && !made.has(key) && (!entry.pendingDelete || replaced.has(key));
    });
  }

  /** Resources that exist after this run, or are replaced in it. */
  #findRemaining(operation: RunningOperation | undefined): (entry: StateEntry) => boolean {
    const { replaced, made, kept } = this.#facts;
    return (entry) => {
      const key = keyIn(entry);
      if (replaced.has(key)) return true;
      if (entry.pendingDelete) return false;
      return made.has(key) || (operation?.runsProgram ? kept.get(key) === true : kept.has(key));
    };
  }

  #listTargeted(held: GuardedState, { targets, withDependents }: RunningOperation): readonly StateEntry[] {
    const entries = this.#listPresent(held);
    const isTargeted = createTargetMatcher(targets);
    const urns = new Set(entries.flatMap(({ urn }) => (isTargeted(urn) ? [urn] : [])));
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
    const reasons = going.flatMap((entry) => {
      const { kind, outputs, pendingDelete, name } = entry;
      if (pendingDelete) return [];
      if (this.#facts.recreated.has(keyIn(entry))) return refuseRecreatedDeletion(kind.title, name);
      return kind.refuseDelete?.(withDefaults(kind, outputs)) ?? [];
    });
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
        `The resource ${parseUrn(urn).name} is protected by the program ("protect: true"). To delete it, remove that, apply it, and then remove the resource.`,
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
      const entries = readStateEntries(exported.state);
      return {
        entries,
        byKey: new Map(entries.map((entry) => [keyIn(entry), entry])),
        protectedUrns: readProtectedUrns(exported.state),
      };
    } catch {
      return { reason: "the stack's state is not a valid export" };
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
  // Another provider may not be able to delete the owner.
  if (entry.provider !== owner.provider) return false;
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
