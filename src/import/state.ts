/** Writes live objects into the state of a stack, or of its shards, as if the engine had created them. */
import {
  type DesiredResource,
  type DesiredStack,
  groupByShard,
  isSecretReference,
  secretFields,
} from "../desired";
import { fieldMeta, type Properties } from "../kinds/kind";
import { toCanonicalUuid, toCanonicalUuids } from "../kinds/uuid";
import type { LiveReader, SurveyedObject } from "../live";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { DependencyIndex } from "../plan/dependencies";
import { checkWorkspace } from "../plan/workspace";
import { type Deployment, recordObject } from "../pulumi/state";
import type { Stacks } from "../run";

interface StateOptions {
  readonly stacks: Stacks;
  readonly desired: DesiredStack;
  readonly matches: ReadonlyMap<DesiredResource, SurveyedObject>;
  /** The args with users by their UUIDs, if they differ from the YAML. */
  readonly args?: ReadonlyMap<DesiredResource, Properties> | undefined;
  /** Values that the API does not show, if they are known from elsewhere. */
  readonly secrets?: ReadonlyMap<SurveyedObject, Properties> | undefined;
  readonly say?: ((line: string) => void) | undefined;
  /** Identifies the workspace. */
  readonly reader: LiveReader;
}

export interface StateOutcome {
  /** The number of resources added to the state, by the name of the Pulumi stack. */
  readonly added: ReadonlyMap<string, number>;
  /** Resources that the state holds under another name: a renamed key. They were left unchanged. */
  readonly renamed: readonly { readonly held: string; readonly declared: string }[];
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
  const added = new Map<string, number>();
  const renamed: { held: string; declared: string }[] = [];
  for (const [shard, resources] of shards) {
    const state = states.get(shard);
    if (!state) continue;
    const count = addTo(state, resources, options, held, renamed, uuid);
    if (count === 0) continue;
    await stacks.replace(shard, state);
    added.set(stacks.nameOf(shard), count);
  }
  return { added, renamed };
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

function addTo(
  state: Deployment,
  resources: readonly DesiredResource[],
  { desired, matches, args, secrets }: StateOptions,
  held: HeldObjects,
  renamed: { held: string; declared: string }[],
  workspaceUuid: string | undefined,
): number {
  const urns = new Map(state.resources.map(({ kind, name, entry }) => [`${kind.name} ${name}`, entry.urn]));
  const ready = resources.map((resource) => ({ resource, args: args?.get(resource) ?? resource.args }));
  const needs = new DependencyIndex(ready);
  let count = 0;
  for (const { resource, args: wanted } of ready) {
    const { kind, name, parent } = resource;
    const key = `${kind.name} ${name}`;
    const live = matches.get(resource);
    if (!live || held.names.has(key)) continue;
    // Children of an object that the state does not hold would have no parent.
    const above = parent && urns.get(`${parent.kind.name} ${parent.name}`);
    if (parent && !above) continue;
    const places = placesOf(resource, desired.workspace, matches);
    const other = held.byObject.get(objectKey(kind.name, locationFields(kind), places, live.found.id));
    if (other !== undefined) {
      renamed.push({ held: `${kind.name} ${other}`, declared: key });
      continue;
    }
    const { inputs } = check(kind, {}, { ...places, ...isKnown(resource, wanted, live) });
    const object = recordObject(kind, inputs, live.found, {
      resolved: inputs,
      ...(kind.parents.includes("account") || inputs.repository !== undefined ? {} : { workspaceUuid }),
    });
    const hidden = secrets?.get(live) ?? {};
    const urn = state.add(
      {
        kind,
        name,
        parent: above,
        secretFields: secretFields(resource.args),
        dependencies: needs.dependenciesOf(resource).flatMap((one) => {
          const found = urns.get(`${one.kind.name} ${one.name}`);
          return found !== undefined && found !== above ? [found] : [];
        }),
      },
      {
        id: object.id,
        inputs: { ...object.inputs, ...hidden },
        outputs: { ...object.outputs, ...hidden },
      },
    );
    urns.set(key, urn);
    count += 1;
  }
  return count;
}

/** The inputs that locate an object, as the program gives them to the resource. */
function placesOf(
  { kind, parent }: DesiredResource,
  workspace: string,
  matches: ReadonlyMap<DesiredResource, SurveyedObject>,
): Properties {
  const fields: readonly string[] = locationFields(kind);
  const places: Record<string, unknown> = fields.includes("workspace") ? { workspace } : {};
  for (let owner = parent; owner; owner = owner.parent) {
    const place = owner.kind.parentRole;
    if (place && fields.includes(place)) places[place] = matches.get(owner)?.found.id;
  }
  return places;
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

function holdsReference(value: unknown): boolean {
  if (isSecretReference(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsReference);
}
