/** The part of a stack that a change of its YAML touches: with what it belongs to, and what belongs to it. */
import { type DesiredResource, type DesiredStack, isSecretReference, keyOf, rootOf } from "../desired";
import type { Properties } from "../kinds/kind";
import type { LiveReader } from "../live";
import { canonicalJson } from "../model/canonical";
import { isAsRecorded } from "../model/recorded";
import { isEncrypted } from "../model/secrets";
import { unknownValue } from "../model/unknown";
import { withDefaults } from "../model/values";
import { placesOf, type StateEntry } from "../plan";
import type { ProviderAnswers } from "./answers";
import type { ResolvedResource } from "./resolved";
import type { OpenEntry } from "./stateReading";

/** What a look is limited to. */
export interface LookScope {
  /** The keys of what the YAML changes: `Webhook api:ci`. Undefined: all that differs from the state. */
  readonly changed?: ReadonlySet<string> | undefined;
}

/** An earlier version of a stack. */
export interface FormerStack {
  readonly stack: DesiredStack;
  /** The keys of repositories that were the same, and are left out. */
  readonly same: ReadonlySet<string>;
}

/** The keys of what is declared in one of two versions of a stack only, or otherwise, whatever layer it comes from. */
export function findChangedKeys(
  { stack: former, same }: FormerStack,
  now: DesiredStack,
): ReadonlySet<string> {
  const before = new Map(former.resources.map((resource) => [keyOf(resource), textOf(resource)]));
  const moved = former.workspace !== now.workspace;
  const changed = new Set<string>();
  for (const resource of now.resources) {
    const root = rootOf(resource);
    if (root.kind.parentRole === "repository" && same.has(root.name)) continue;
    const key = keyOf(resource);
    if (moved || before.get(key) !== textOf(resource)) changed.add(key);
    before.delete(key);
  }
  return new Set([...changed, ...before.keys()]);
}

function textOf({ args, renamedFrom, unmanaged }: DesiredResource): string {
  return canonicalJson([args, renamedFrom, unmanaged].map(describeReferences));
}

/** A reference to a secret is what it names, wherever it is written. */
function describeReferences(value: unknown): unknown {
  if (isSecretReference(value)) return { [value.source]: value.name, keepIfMissing: value.keepIfMissing };
  if (Array.isArray(value)) return value.map(describeReferences);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, describeReferences(held)]));
}

/**
 * The keys of what differs from the state, without a look at the server: users are resolved, secrets in plain text.
 *
 * @param entries By the URNs under which the desired resources are in the state, with `urnOf`.
 */
export async function findKeysBesideState(
  desired: readonly ResolvedResource[],
  entries: ReadonlyMap<string, OpenEntry>,
  urnOf: (resource: DesiredResource) => string | undefined,
  workspace: string,
  live: LiveReader,
  answers: ProviderAnswers,
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  const kept = new Set<string>();
  const idOf = (owner: DesiredResource) => entries.get(urnOf(owner) ?? "")?.id ?? unknownValue;
  for (const { resource, kind, args } of desired) {
    const urn = urnOf(resource);
    const entry = urn === undefined ? undefined : entries.get(urn);
    if (urn !== undefined) kept.add(urn);
    const isRenamed = entry && keyOf(entry) !== keyOf(resource);
    const places = placesOf(resource, workspace, idOf);
    if (!entry || isRenamed || (await differs(entry, places, args))) {
      changed.add(keyOf({ kind, name: resource.name }));
    }
  }
  for (const [urn, entry] of entries) if (!kept.has(urn)) changed.add(keyOf(entry));
  return changed;

  async function differs(entry: OpenEntry, places: Properties, args: Properties): Promise<boolean> {
    const { kind } = entry;
    const given = { ...places, ...args };
    if (answers.showManaged(entry) && isAsRecorded(kind, entry.outputs, given)) return false;
    const declared = { ...given, ...answers.addProgramInputs(kind, places) };
    const { inputs } = answers.check(kind, entry.inputs, declared);
    const { found } = await answers.compare(kind, entry, inputs, () => live);
    return found.changes;
  }
}

/**
 * Adds what depends, in the state, on something that is renamed or deleted: it refers to a URN that disappears.
 *
 * @param stays Whether a resource of the state keeps its URN.
 */
export function addDependents(
  changed: ReadonlySet<string>,
  entries: readonly OpenEntry[],
  stays: (entry: OpenEntry) => boolean,
): ReadonlySet<string> {
  const going = new Set(entries.flatMap((entry) => (stays(entry) ? [] : [entry.raw.urn])));
  if (going.size === 0) return changed;
  const dependents = entries.filter(({ raw }) => raw.dependencies?.some((urn) => going.has(urn)));
  return new Set([...changed, ...dependents.map(keyOf)]);
}

/** A resource in the state, and what it belongs to there. */
type StateRelation = Pick<StateEntry, "kind" | "name" | "urn" | "parent">;

/** The keys of what is changed, of all that it belongs to, and of all that belongs to it. */
export function addRelatives(
  changed: ReadonlySet<string>,
  resources: readonly DesiredResource[],
  state: readonly StateRelation[],
): ReadonlySet<string> {
  const byUrn = new Map(state.map((entry) => [entry.urn, entry]));
  const all = new Set(changed);
  const relate = (key: string, owners: readonly string[]) => {
    if (changed.has(key)) for (const owner of owners) all.add(owner);
    else if (owners.some((owner) => changed.has(owner))) all.add(key);
  };
  for (const resource of resources)
    relate(
      keyOf(resource),
      ownersOf(resource, ({ parent }) => parent),
    );
  const ownerOf = ({ parent }: StateRelation) => (parent === undefined ? undefined : byUrn.get(parent));
  for (const entry of state) relate(keyOf(entry), ownersOf(entry, ownerOf));
  return all;
}

function ownersOf<One extends Pick<StateRelation, "kind" | "name">>(
  one: One,
  ownerOf: (one: One) => One | undefined,
): string[] {
  const keys: string[] = [];
  for (let owner = ownerOf(one); owner; owner = ownerOf(owner)) keys.push(keyOf(owner));
  return keys;
}

/**
 * The values that the state holds of a resource that is not looked at: it is as it was last applied. Without those that
 * are encrypted.
 */
export function toAppliedArgs({ kind, outputs }: Pick<OpenEntry, "kind" | "outputs">): Properties {
  const whole = withDefaults(kind, outputs);
  return Object.fromEntries(
    Object.keys(kind.args.shape).flatMap((field) =>
      whole[field] === undefined || isEncrypted(whole[field]) ? [] : [[field, whole[field]]],
    ),
  );
}
