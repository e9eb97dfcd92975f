/** Writes live objects into the state of a stack, or of its shards, as if the engine had created them. */
import {
  type DesiredResource,
  type DesiredStack,
  groupByShard,
  keyOf,
  type SecretContext,
  secretFields,
} from "../desired";
import type { DesiredValues } from "../drift/desired";
import { fieldMeta, type Properties } from "../kinds/kind";
import { toCanonicalUuid, toCanonicalUuids } from "../kinds/uuid";
import type { LiveReader, SurveyedObject } from "../live";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { placesOf } from "../plan";
import { DependencyIndex } from "../plan/dependencies";
import { checkWorkspace } from "../plan/workspace";
import { type Deployment, type NewStateEntry, recordObject } from "../pulumi/state";
import type { Stacks } from "../run";
import { type Difference, findDifference, holdsReference, resolveShown } from "./difference";

interface StateOptions {
  readonly stacks: Stacks;
  readonly desired: DesiredStack;
  readonly matches: ReadonlyMap<DesiredResource, SurveyedObject>;
  /** The args with users by their UUIDs, if they differ from the YAML. */
  readonly args?: ReadonlyMap<DesiredResource, Properties> | undefined;
  /** Values that the API does not show, if they are known from elsewhere. */
  readonly hidden?: ReadonlyMap<SurveyedObject, Properties> | undefined;
  readonly say?: ((line: string) => void) | undefined;
  /** Identifies the workspace, and looks users up. */
  readonly reader: LiveReader;
  /** Where values are looked up that the API shows, and that the declarations take from elsewhere. */
  readonly secrets: SecretContext;
  /** Whether what differs is added as well, as if `adopt` were set for it. */
  readonly adoptAll: boolean;
}

/** A resource that was missing from the state, and whose object is not as declared. */
export interface DifferingResource extends Difference {
  /** `Webhook api:ci`. */
  readonly resource: string;
  /** The number of resources in it that were left out with it. */
  readonly members: number;
}

export interface StateOutcome {
  /** The number of resources added to the state, by the name of the Pulumi stack. */
  readonly added: ReadonlyMap<string, number>;
  /** Resources that the state holds under another name: a renamed key. They were left unchanged. */
  readonly renamed: readonly { readonly held: string; readonly declared: string }[];
  /** Those that are adoptable were added. */
  readonly differing: readonly DifferingResource[];
}

/**
 * Adds what is not in the state yet. Existing entries stay unchanged.
 *
 * @throws {LockedError} if another run holds a stack's lock, and `OtherWorkspaceError` if the state is that
 * of another workspace.
 */
export async function writeState(options: StateOptions): Promise<StateOutcome> {
  const { stacks, desired } = options;
  const shards = groupByShard(desired);
  const existing = await stacks.listExisting();
  // The base comes first: the others copy its configuration.
  for (const shard of [...shards.keys()].sort()) {
    if (existing.has(shard)) continue;
    options.say?.(`creating the Pulumi stack ${stacks.nameOf(shard)}`);
    await stacks.create(shard);
  }
  const states = new Map<string, Deployment>();
  for (const shard of new Set([...existing, ...shards.keys()]))
    states.set(shard, await stacks.deployment(shard));
  const entries = [...states.values()].flatMap(({ resources }) => resources.map(({ entry }) => entry));
  await checkWorkspace(
    desired,
    entries.map(({ outputs = {}, delete: pendingDelete }) => ({ outputs, pendingDelete })),
    options.reader,
  );
  const { uuid } = await options.reader.workspaces.findHome({ workspace: desired.workspace });
  const held = indexHeld(states.values());
  const absent = [...options.matches].filter(([resource]) => !held.names.has(keyOf(resource)));
  const values = await resolveShown(absent, { ...options, workspace: desired.workspace });
  const additions = new Additions(options, held, values, uuid);
  const added = new Map<string, number>();
  for (const [shard, resources] of shards) {
    const state = states.get(shard);
    if (!state) continue;
    const count = additions.addTo(state, resources);
    if (count === 0) continue;
    await stacks.replace(shard, state);
    added.set(stacks.nameOf(shard), count);
  }
  return { added, renamed: additions.renamed, differing: additions.differing };
}

/** The content of the states: names by object, and all names. */
interface HeldObjects {
  readonly byObject: ReadonlyMap<string, string>;
  readonly names: ReadonlySet<string>;
}

function indexHeld(states: Iterable<Deployment>): HeldObjects {
  const byObject = new Map<string, string>();
  const names = new Set<string>();
  for (const state of states) {
    for (const { kind, name, entry } of state.resources) {
      if (entry.delete) continue;
      names.add(`${kind.name} ${name}`);
      byObject.set(objectKey(kind.name, locationFields(kind), entry.outputs ?? {}, entry.id ?? ""), name);
    }
  }
  return { byObject, names };
}

function objectKey(kind: string, places: readonly string[], values: Properties, id: string): string {
  return JSON.stringify([
    kind,
    ...places.map((place) => toCanonicalUuids(values[place]) ?? null),
    toCanonicalUuid(id),
  ]);
}

/** Adds what is missing, shard by shard. */
class Additions {
  readonly renamed: { held: string; declared: string }[] = [];
  readonly #differing = new Map<DesiredResource, DifferingResource>();

  constructor(
    private readonly options: StateOptions,
    private readonly held: HeldObjects,
    /** The values of resources that take some from elsewhere. */
    private readonly values: ReadonlyMap<DesiredResource, DesiredValues>,
    private readonly workspaceUuid: string | undefined,
  ) {}

  get differing(): readonly DifferingResource[] {
    return [...this.#differing.values()];
  }

  /** @returns The number of resources that were added. */
  addTo(state: Deployment, resources: readonly DesiredResource[]): number {
    const { args } = this.options;
    const urns = new Map(state.resources.map(({ kind, name, entry }) => [`${kind.name} ${name}`, entry.urn]));
    const ready = resources.map((resource) => ({ resource, args: args?.get(resource) ?? resource.args }));
    const needs = new DependencyIndex(ready);
    let count = 0;
    for (const { resource, args: wanted } of ready) {
      const { parent } = resource;
      const live = this.options.matches.get(resource);
      if (!live || this.held.names.has(keyOf(resource))) continue;
      // Children of an object that the state does not hold would have no parent.
      const above = parent && urns.get(keyOf(parent));
      if (parent && !above) {
        this.#countMember(parent);
        continue;
      }
      if (this.#isRenamed(resource, live) || !this.#accepts(resource, wanted, live)) continue;
      const dependencies = needs.dependenciesOf(resource).flatMap((one) => {
        const found = urns.get(keyOf(one));
        return found !== undefined && found !== above ? [found] : [];
      });
      urns.set(keyOf(resource), this.#add(state, resource, wanted, live, { parent: above, dependencies }));
      count += 1;
    }
    return count;
  }

  /** Whether a state holds the object under another name. */
  #isRenamed(resource: DesiredResource, live: SurveyedObject): boolean {
    const { kind } = resource;
    const places = this.#placesOf(resource);
    const other = this.held.byObject.get(objectKey(kind.name, locationFields(kind), places, live.found.id));
    if (other !== undefined) this.renamed.push({ held: `${kind.name} ${other}`, declared: keyOf(resource) });
    return other !== undefined;
  }

  /** Whether an object may be added: otherwise the next apply would change what it would refuse to adopt. */
  #accepts(resource: DesiredResource, wanted: Properties, live: SurveyedObject): boolean {
    const { kind } = resource;
    const { args = wanted, unknown = new Map() } = this.values.get(resource) ?? {};
    const { inputs } = check(kind, {}, { ...this.#placesOf(resource), ...args });
    const { adoptAll } = this.options;
    const difference = findDifference(kind, inputs, live, { unknown, adoptAll });
    if (difference) this.#differing.set(resource, { ...difference, resource: keyOf(resource), members: 0 });
    return difference?.isAdoptable ?? true;
  }

  /** Counts what is left out with what it belongs to. */
  #countMember(parent: DesiredResource): void {
    for (let owner: DesiredResource | undefined = parent; owner; owner = owner.parent) {
      const left = this.#differing.get(owner);
      if (left) this.#differing.set(owner, { ...left, members: left.members + 1 });
    }
  }

  #add(
    state: Deployment,
    resource: DesiredResource,
    wanted: Properties,
    live: SurveyedObject,
    relations: Pick<NewStateEntry, "parent" | "dependencies">,
  ): string {
    const { kind, name, args } = resource;
    const { inputs } = check(kind, {}, { ...this.#placesOf(resource), ...isKnown(resource, wanted, live) });
    const { workspaceUuid } = this;
    const object = recordObject(kind, inputs, live.found, {
      resolved: inputs,
      ...(kind.parents.includes("account") || inputs.repository !== undefined ? {} : { workspaceUuid }),
    });
    const hidden = this.options.hidden?.get(live) ?? {};
    return state.add(
      { kind, name, secretFields: secretFields(args), ...relations },
      {
        id: object.id,
        inputs: { ...object.inputs, ...hidden },
        outputs: { ...object.outputs, ...hidden },
      },
    );
  }

  /** The inputs that locate an object, as the program gives them to the resource. */
  #placesOf(resource: DesiredResource): Properties {
    const { desired, matches } = this.options;
    return placesOf(resource, desired.workspace, (owner) => matches.get(owner)?.found.id);
  }
}

/** The args without values that are looked up elsewhere. If the API shows them, they come from there. */
function isKnown({ kind }: DesiredResource, args: Properties, { found }: SurveyedObject): Properties {
  return Object.fromEntries(
    Object.entries(args).flatMap(([field, value]) => {
      if (!holdsReference(value)) return [[field, value]];
      return fieldMeta(kind, field).secret || found.args[field] === undefined
        ? []
        : [[field, found.args[field]]];
    }),
  );
}
