/**
 * Which desired resources the state has under another name: keys that were renamed in the YAML, and what was renamed
 * on the server and then in the YAML. The engine is told by an alias; without it, it would delete and recreate it.
 *
 * Nothing is guessed: two are taken for the same where they have the same natural key below the same parent, where the
 * live object of that id has it by now, or where `renamedFrom` says so.
 */
import { type DesiredResource, DesiredStateError, type Diagnostic, keyOf, Structure } from "../desired";
import type { Kind, LiveObject, Properties } from "../kinds/kind";
import { groupBy } from "../model/groupBy";
import type { StateEntry } from "../pulumi/state";
import { isRenamedOnly, listIdentities, liveIdentity, tryIdentity } from "./identities";
import { Owners } from "./owners";
import { refusePassedNames } from "./passedNames";

/** A desired resource, with the args that it is registered with. */
interface ResolvedArgs {
  readonly resource: DesiredResource;
  readonly args: Properties;
}

/** The live object of a resource in the state, or undefined where it is gone or cannot be read. */
export type LiveLookup = (resource: StateEntry) => Promise<LiveObject | undefined>;

export interface Renames {
  /** The state entry of a desired resource under its former name. */
  readonly former: ReadonlyMap<DesiredResource, StateEntry>;
  /** Those among them that were renamed themselves, and not with what they belong to. */
  readonly renamed: readonly DesiredResource[];
  /** A suspected rename that is not declared. */
  readonly suspected: readonly SuspectedRename[];
}

export interface SuspectedRename {
  readonly resource: DesiredResource;
  readonly state: StateEntry;
}

/**
 * @param wanted Parents before what belongs to them.
 * @param live Asked only where something of a kind has vanished and something has appeared below the same parent.
 * @throws {DesiredStateError} where it cannot be told what was renamed to what.
 */
export async function findRenames(
  wanted: readonly ResolvedArgs[],
  state: readonly StateEntry[],
  live: LiveLookup = async () => undefined,
): Promise<Renames> {
  const renames = await new RenameMatcher(wanted, state, live).run();
  await refusePassedNames(wanted, state, renames.former, live);
  return renames;
}

/** The state as it will be called once the engine has followed the aliases. */
export function applyRenames(
  state: readonly StateEntry[],
  former: ReadonlyMap<DesiredResource, StateEntry>,
): readonly StateEntry[] {
  const names = new Map([...former].map(([{ name }, { urn }]) => [urn, name]));
  return state.map((resource) => ({ ...resource, name: names.get(resource.urn) ?? resource.name }));
}

interface RenameGroup {
  readonly kind: Kind;
  readonly wanted: readonly ResolvedArgs[];
  /** State entries below the same parent whose names are not declared. */
  readonly free: readonly StateEntry[];
}

class RenameMatcher {
  readonly #state: readonly StateEntry[];
  readonly #byKey: ReadonlyMap<string, StateEntry>;
  readonly #owners: Owners;
  /** The state entry of each desired resource, under any name. */
  readonly #held = new Map<DesiredResource, StateEntry>();
  readonly #takenBy = new Map<string, ResolvedArgs>();
  readonly #former = new Map<DesiredResource, StateEntry>();
  readonly #renamed: DesiredResource[] = [];
  readonly #suspected: SuspectedRename[] = [];
  readonly #problems: Diagnostic[] = [];
  readonly #structure = new Structure();
  #byIdentityIn: ReadonlyMap<string, StateEntry> | undefined;

  constructor(
    private readonly wanted: readonly ResolvedArgs[],
    state: readonly StateEntry[],
    private readonly live: LiveLookup,
  ) {
    this.#state = state.filter(({ pendingDelete }) => !pendingDelete);
    this.#byKey = new Map(this.#state.map((resource) => [keyOf(resource), resource]));
    this.#owners = new Owners(this.#state);
  }

  async run(): Promise<Renames> {
    for (const one of this.wanted) {
      const same = this.#byKey.get(keyOf(one.resource));
      if (same) this.#hold(one, same);
    }
    // Children of a renamed resource can be found only after it.
    for (const level of this.#levels()) for (const group of this.#groups(level)) await this.#match(group);
    if (this.#problems.length > 0) throw new DesiredStateError(this.#problems);
    return { former: this.#former, renamed: this.#renamed, suspected: this.#suspected };
  }

  #levels(): ResolvedArgs[][] {
    const depthOf = ({ parent }: DesiredResource): number => (parent ? depthOf(parent) + 1 : 0);
    const levels = groupBy(this.wanted, ({ resource }) => depthOf(resource));
    return [...levels].sort(([one], [other]) => one - other).map(([, level]) => level);
  }

  #groups(level: readonly ResolvedArgs[]): RenameGroup[] {
    const heldParent = ({ parent }: DesiredResource) => parent && this.#held.get(parent);
    const open = this.#withoutState(level).filter(({ resource }) => !resource.parent || heldParent(resource));
    if (open.length === 0) return [];
    const wanted = groupBy(
      open,
      ({ resource }) => `${resource.kind.name} ${heldParent(resource)?.urn ?? ""}`,
    );
    const free = groupBy(
      this.#withoutMatch(this.#state),
      (entry) => `${entry.kind.name} ${this.#owners.urnOf(entry)}`,
    );
    return [...wanted].map(([key, group]) => ({
      kind: group[0].resource.kind,
      wanted: group,
      free: free.get(key) ?? [],
    }));
  }

  async #match(group: RenameGroup): Promise<void> {
    for (const one of group.wanted) this.#matchDeclared(one);
    for (const one of this.#withoutState(group.wanted)) this.#withParent(one, group.free);
    const open = this.#withoutState(group.wanted);
    const free = this.#withoutMatch(group.free);
    if (open.length === 0) return;
    const now = new Map<StateEntry, LiveObject | undefined>();
    if (free.length > 0) {
      const listed = "collection" in group.kind.source;
      for (const resource of free) now.set(resource, listed ? await this.live(resource) : undefined);
      this.#byIdentity(open, free, now);
    }
    for (const one of this.#withoutState(open)) this.#refusePassedOn(one);
    const gone = (resource: StateEntry) => "collection" in group.kind.source && !now.get(resource);
    this.#suspect(
      this.#withoutState(open),
      this.#withoutMatch(free).filter((resource) => !gone(resource)),
    );
  }

  #withoutState(wanted: readonly ResolvedArgs[]): ResolvedArgs[] {
    return wanted.filter(({ resource }) => !this.#held.has(resource));
  }

  #withoutMatch(state: readonly StateEntry[]): StateEntry[] {
    return state.filter(({ urn }) => !this.#takenBy.has(urn));
  }

  /** `renamedFrom`: what had this key below the same parent. With null, it is a different object. */
  #matchDeclared(one: ResolvedArgs): void {
    const { resource } = one;
    const { kind, parent, renamedFrom } = resource;
    if (renamedFrom === undefined || renamedFrom === null) return;
    const owner = parent && this.#held.get(parent);
    const prefix = parent && owner ? this.#structure.namePrefix(kind, parent.kind) + owner.name : "";
    const name = [prefix, renamedFrom].filter((part) => part !== "").join(":");
    const former = this.#byKey.get(keyOf({ kind, name }));
    if (!former || this.#owners.urnOf(former) !== (owner?.urn ?? "")) return;
    const other = this.#takenBy.get(former.urn);
    if (!other) {
      this.#assign(one, former);
      this.#renamed.push(resource);
    } else {
      this.#problem(
        one,
        `cannot be renamed from "${renamedFrom}": ${other.resource.position.path} in ${other.resource.position.file}:${other.resource.position.line} ` +
          `is that ${kind.title}`,
        ["renamedFrom"],
      );
    }
  }

  /** Names of children contain the name of the renamed parent. */
  #withParent(one: ResolvedArgs, free: readonly StateEntry[]): void {
    const { kind, name, parent } = one.resource;
    const owner = parent && this.#held.get(parent);
    if (!parent || !owner || owner.name === parent.name) return;
    const prefix = this.#structure.namePrefix(kind, parent.kind);
    const former = prefix + owner.name + name.slice((prefix + parent.name).length);
    const found = this.#withoutMatch(free).find((resource) => resource.name === former);
    if (found) this.#assign(one, found);
  }

  #byIdentity(
    open: readonly ResolvedArgs[],
    free: readonly StateEntry[],
    now: ReadonlyMap<StateEntry, LiveObject | undefined>,
  ): void {
    const known = new Map(
      free.map((resource) => [
        resource,
        new Set([...listIdentities(resource), ...liveIdentity(resource.kind, now.get(resource))]),
      ]),
    );
    const candidates = open.map((one) => {
      const identity = tryIdentity(one.resource.kind, one.args);
      return {
        one,
        found: identity === undefined ? [] : free.filter((resource) => known.get(resource)?.has(identity)),
      };
    });
    for (const { one, found } of candidates) {
      const [first] = found;
      if (!first) continue;
      if (one.resource.renamedFrom === null) {
        this.#problem(
          one,
          `cannot be another ${one.resource.kind.title} than "${first.name}" of the state: it has the same natural key, ` +
            "and both cannot exist at once. Remove null, or delete the old one in a separate run",
          ["renamedFrom"],
        );
        continue;
      }
      const rivals = candidates.filter((other) => other.one !== one && other.found.includes(first));
      if (found.length > 1 || rivals.length > 0) {
        this.#problem(
          one,
          `may be what the state has as ${found.map(({ name }) => `"${name}"`).join(" or as ")}` +
            `${rivals.length > 0 ? `, and so may ${rivals.map((other) => other.one.resource.position.path).join(", ")}` : ""}. ` +
            `Set "renamedFrom:" to its previous key`,
        );
        continue;
      }
      this.#assign(one, first);
      this.#renamed.push(one.resource);
    }
  }

  /** The engine cannot follow a name that is given to another resource in the run in which it gets a new owner. */
  #refusePassedOn(one: ResolvedArgs): void {
    const identity = tryIdentity(one.resource.kind, one.args);
    if (identity === undefined) return;
    const owner = one.resource.parent && this.#held.get(one.resource.parent);
    const held = this.#identities().get(`${one.resource.kind.name} ${owner?.urn ?? ""} ${identity}`);
    const other = held && this.#takenBy.get(held.urn)?.resource;
    if (!held || !other) return;
    this.#problem(
      one,
      `is what the state has as "${held.name}", while ${other.position.path} becomes another ${other.kind.title}. ` +
        "One run cannot do both: apply one of the changes first",
    );
  }

  /** State entries by kind, parent and natural key, built on first use. */
  #identities(): ReadonlyMap<string, StateEntry> {
    this.#byIdentityIn ??= new Map(
      this.#state.flatMap((resource) =>
        listIdentities(resource).map((identity) => [
          `${resource.kind.name} ${this.#owners.urnOf(resource)} ${identity}`,
          resource,
        ]),
      ),
    );
    return this.#byIdentityIn;
  }

  /**
   * One that vanished and one that appeared, which differ in nothing but their names: in the same project, or, where nothing
   * else of the kind vanished and appeared, in another one.
   */
  #suspect(open: readonly ResolvedArgs[], free: readonly StateEntry[]): void {
    const project = (values: Properties) => String(values.project ?? "");
    const wanted = groupBy(open, ({ args }) => project(args));
    const gone = groupBy(free, ({ outputs }) => project(outputs));
    for (const [key, ones] of wanted) this.#suspectOnly(ones, gone.get(key) ?? []);
    const suspected = new Set(this.#suspected.flatMap(({ resource, state }) => [resource, state]));
    this.#suspectOnly(
      open.filter(({ resource }) => !suspected.has(resource)),
      free.filter((entry) => !suspected.has(entry)),
    );
  }

  #suspectOnly([one, ...others]: readonly ResolvedArgs[], [state, another]: readonly StateEntry[]): void {
    if (!one || !state || others.length > 0 || another) return;
    const { kind, renamedFrom } = one.resource;
    if (!kind.parentRole || renamedFrom === null || !isRenamedOnly(kind, state.outputs, one.args)) return;
    this.#suspected.push({ resource: one.resource, state });
  }

  #hold(one: ResolvedArgs, resource: StateEntry): void {
    this.#held.set(one.resource, resource);
    this.#takenBy.set(resource.urn, one);
  }

  #assign(one: ResolvedArgs, resource: StateEntry): void {
    this.#hold(one, resource);
    this.#former.set(one.resource, resource);
  }

  #problem({ resource }: ResolvedArgs, message: string, path: readonly string[] = []): void {
    const position = path.length > 0 ? resource.positionOf(path) : resource.position;
    this.#problems.push({ severity: "error", ...position, message });
  }
}
