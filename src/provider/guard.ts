import type { Kind, Properties } from "../kinds/kind";
import { canonicalJson } from "../model/canonical";
import { refuseReplacement } from "../model/replacement";
import { withDefaults } from "../model/values";
import { createTargetMatcher, type ExportResult, type RunningOperation } from "../pulumi";
import type { StateEntry } from "../pulumi/state";
import {
  type DeletionWay,
  decideWays,
  type GuardedState,
  keyOf,
  nothingDeleted,
  readGuardedState,
} from "./guardedState";
import {
  checkDestruction,
  countThatStops,
  type Destruction,
  NothingDeclaredError,
  ProtectedError,
  RefusedBeforeError,
  type SafetyLimits,
  UnknownDeletionError,
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
    this.#declared.add(canonicalJson([kind.name, inputs]));
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
    const isDeclared = this.#declared.has(canonicalJson([kind.name, inputs]));
    if (replaces.length === 0) {
      for (const one of new Set([key, keyOf(kind, id, inputs), facts.former.get(key) ?? key]))
        facts.record("kept", one, isDeclared);
      return;
    }
    if (!isDeclared && (await this.#findOperation())?.runsProgram) return;
    const refusal = refuseReplacement(kind, state, inputs, replaces);
    if (refusal !== undefined) throw new ProtectedError([refusal], "It was not changed.");
    facts.record("replaced", key, replacementOf(kind, id, state));
    const former = facts.former.get(key);
    if (former !== undefined) facts.record("kept", former, isDeclared);
    facts.catchUp();
    if (facts.replaced.size < countThatStops(this.surroundings.limits())) return;
    if (facts.replaced.size <= (this.surroundings.allowed() ?? 0)) return;
    const held = await this.#read();
    if ("reason" in held) return;
    const managed = held.listManaged().length;
    const destroyed = [...facts.replaced.values()];
    this.#checkDestruction({ destroyed, managed, kept: managed, outcome: "Nothing else was changed." });
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
    // At the end of the run, when the answer is used, the engine may be gone.
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
      if (operation.name === "destroy") held.refuseProtected(held.listTargeted(operation), operation);
      return new Map();
    }
    const isDestroy = operation?.name === "destroy";
    const remains = isDestroy ? () => false : held.findRemaining(operation);
    const stays = (entry: StateEntry) => isInPart?.(entry.urn) === false || remains(entry);
    const going = held.listPresent().filter((entry) => !entry.needsNoRequest && !stays(entry));
    held.refuseProtected(going, operation);
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
    const { replaced } = this.#facts;
    const destroyed = [
      ...going.filter(isOwn).map(({ kind, name }) => `delete ${kind.title} ${name}`),
      ...[...replaced].flatMap(([key, line]) => {
        const entry = held.byKey.get(key);
        return entry === undefined || isOwn(entry) ? [line] : [];
      }),
    ];
    const managed = held.listManaged().filter(isOwn);
    const kept = managed.filter(stays).length;
    this.#checkDestruction({ destroyed, managed: managed.length, kept, outcome: nothingDeleted });
  }

  #checkDestruction(destruction: Destruction): void {
    checkDestruction(destruction, this.surroundings.limits(), this.surroundings.allowed());
  }

  /** If the stack can't be judged as a whole, deletions are counted one by one. */
  async #decideAlone(held: GuardedState): Promise<DeletionWay> {
    const operation = await this.#findOperation();
    if (operation?.name === "destroy") return "request";
    const destroyed = [...this.#facts.deleted].map((key) => {
      const entry = held.byKey.get(key);
      return `delete ${entry ? `${entry.kind.title} ${entry.name}` : key}`;
    });
    const managed = held.listManaged().length;
    // Resources that are not targeted stay, whatever the program declares.
    this.#checkDestruction({ destroyed, managed, kept: managed, outcome: "Nothing else was deleted." });
    return "request";
  }

  #findOperation(): Promise<RunningOperation | undefined> {
    this.#operation ??= this.surroundings.operation();
    return this.#operation;
  }

  #read(): Promise<GuardedState | { readonly reason: string }> {
    this.#held ??= readGuardedState(() => this.surroundings.state(), this.#facts);
    return this.#held;
  }
}

function replacementOf(kind: Kind, id: string, values: Properties): string {
  const name = kind.naturalKey.map((field) => values[field]).find((value) => typeof value === "string");
  return `replace ${kind.title} ${typeof name === "string" ? name : id}`;
}
