/** What the guard against deletions knows of the state, and how an object is deleted. */
import { describeDeletedChildren, refuseRecreatedDeletion } from "../kinds/deletion";
import type { Kind, Properties } from "../kinds/kind";
import { locationFields } from "../model/location";
import { withDefaults } from "../model/values";
import { createTargetMatcher, type ExportResult, type RunningOperation } from "../pulumi";
import { readProtectedUrns, readStateEntries, type StateEntry } from "../pulumi/state";
import { isOwnUrn, parseUrn } from "../pulumi/urn";
import { ProtectedError } from "./limits";
import type { RunFacts } from "./runFacts";

/** How an object is deleted: by a request, or along with its owner. */
export type DeletionWay = "request" | "along";

export const nothingDeleted = "Nothing was deleted.";

/** The state of a stack, and what a run does to it. */
export class GuardedState {
  readonly byKey: ReadonlyMap<string, StateEntry>;

  /**
   * @param protectedUrns Everything that the engine refuses to delete, of any provider.
   * @param facts What is known of the run by now.
   */
  constructor(
    private readonly entries: readonly StateEntry[],
    private readonly protectedUrns: readonly string[],
    private readonly facts: RunFacts,
  ) {
    this.byKey = new Map(entries.map((entry) => [keyIn(entry), entry]));
  }

  /** The resources in the state whose objects a refresh has not found gone. */
  listPresent(): readonly StateEntry[] {
    return this.entries.filter((entry) => !this.facts.vanished.has(keyIn(entry)));
  }

  /** The state before this run. */
  listManaged(): readonly StateEntry[] {
    const { made, replaced } = this.facts;
    return this.listPresent().filter((entry) => {
      const key = keyIn(entry);
      return !entry.needsNoRequest && !made.has(key) && (!entry.pendingDelete || replaced.has(key));
    });
  }

  /** Resources that exist after this run, or are replaced in it. */
  findRemaining(operation: RunningOperation | undefined): (entry: StateEntry) => boolean {
    const { replaced, made, kept } = this.facts;
    return (entry) => {
      const key = keyIn(entry);
      if (replaced.has(key)) return true;
      if (entry.pendingDelete) return false;
      return made.has(key) || (operation?.runsProgram ? kept.get(key) === true : kept.has(key));
    };
  }

  /** The resources that a destroy of a part is about. */
  listTargeted({ targets, withDependents }: RunningOperation): readonly StateEntry[] {
    const entries = this.listPresent();
    const isTargeted = createTargetMatcher(targets);
    const urns = new Set(entries.flatMap(({ urn }) => (isTargeted(urn) ? [urn] : [])));
    if (withDependents)
      // Owners before what belongs to them.
      for (const { urn, parent } of entries) if (parent !== undefined && urns.has(parent)) urns.add(urn);
    return entries.filter(({ urn }) => urns.has(urn));
  }

  /** @throws {ProtectedError} where a resource to be removed is protected from deletion. */
  refuseProtected(going: readonly StateEntry[], operation: RunningOperation | undefined): void {
    const own = new Map(going.map((entry) => [entry.urn, entry]));
    const reasons = going.flatMap((entry) => {
      const { kind, outputs, pendingDelete, name } = entry;
      if (pendingDelete) return [];
      if (this.facts.recreated.has(keyIn(entry))) return refuseRecreatedDeletion(kind.title, name);
      return kind.refuseDelete?.(withDefaults(kind, outputs)) ?? [];
    });
    const all = operation?.name === "destroy" && !operation.isPartial;
    const others = operation?.ignoresProtection
      ? []
      : this.protectedUrns.filter((urn) => {
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
}

/** The stack's state, or why it cannot be judged. */
export async function readGuardedState(
  read: () => Promise<ExportResult>,
  facts: RunFacts,
): Promise<GuardedState | { readonly reason: string }> {
  const exported = await read();
  if ("reason" in exported) return { reason: `the stack's state could not be read: ${exported.reason}` };
  try {
    return new GuardedState(readStateEntries(exported.state), readProtectedUrns(exported.state), facts);
  } catch {
    return { reason: "the stack's state is not a valid export" };
  }
}

/** Children of deleted resources are deleted with them, without a request of their own. */
export function decideWays(going: readonly StateEntry[]): ReadonlyMap<string, DeletionWay> {
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

export function keyIn({ kind, id, outputs }: StateEntry): string {
  return keyOf(kind, id, outputs);
}

/** What identifies an object: ids of users and groups are the same in every repository. */
export function keyOf(kind: Kind, id: string, values: Properties): string {
  return [kind.name, id, ...locationFields(kind).map((field) => String(values[field] ?? ""))].join("\n");
}
