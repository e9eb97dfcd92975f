/** What this run has shown of the stack's resources, to this process and to the other provider processes. */
import type { RunFact, SharedRun } from "./sharedRun";

export class RunFacts {
  /**
   * Objects that were compared once the program ran, changes in place included, and whether it was with inputs that the
   * program declares. A refresh compares as well, before the program runs or, with `--run-program`, beside it.
   */
  readonly kept = new Map<string, boolean>();
  /** Objects that a refresh found under another id, and what they were: the state may not have been written since. */
  readonly former = new Map<string, string>();
  /** Objects in the state, protected from deletion unless it says otherwise, in whose place a refresh found others. */
  readonly recreated = new Set<string>();
  /** Objects that a refresh found gone: the engine deletes them no more. */
  readonly vanished = new Set<string>();
  /** The same, by what a program declares of them. */
  readonly gone = new Set<string>();
  /** Objects that are replaced, and a line for each. */
  readonly replaced = new Map<string, string>();
  /** Objects that this run created. */
  readonly made = new Set<string>();
  /** Objects that the engine asked to delete. */
  readonly deleted = new Set<string>();
  /** Ids of objects that resources of the program had before this run. */
  readonly managed = new Set<string>();
  #isRefused = false;

  /** @param open Returns what the processes share; undefined, where this one is alone. */
  constructor(private readonly open: () => SharedRun | undefined = () => undefined) {}

  get shared(): SharedRun | undefined {
    return this.open();
  }

  /** Whether a deletion was refused: all that follow are as well. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  record(...fact: RunFact): void {
    this.#apply(fact);
    this.shared?.append(fact);
  }

  /** Takes in what the other processes have recorded. */
  catchUp(): void {
    for (const fact of this.shared?.readOthers() ?? []) this.#apply(fact);
  }

  #apply(fact: RunFact): void {
    switch (fact[0]) {
      case "kept":
        this.kept.set(fact[1], fact[2] || this.kept.get(fact[1]) === true);
        break;
      case "former":
      case "replaced":
        this[fact[0]].set(fact[1], fact[2]);
        break;
      case "released":
        this.managed.delete(fact[1]);
        break;
      case "refused":
        this.#isRefused = true;
        break;
      default:
        this[fact[0]].add(fact[1]);
    }
  }
}
