/** Finds existing objects that an apply would create: the preview reports them, before the apply runs into them. */
import { type DesiredResource, keyOf } from "../desired";
import type { Properties } from "../kinds/kind";
import type { ExistingLine } from "../model/adoption";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { withDefaults } from "../model/values";
import type { Lifecycle } from "../provider/lifecycle";
import type { StateEntry } from "../pulumi/state";

/** Collections that are read for it, at most: during adoption, a workspace may hold thousands. */
const maxReads = 200;

/** An existing object where the YAML has something new. */
interface ExistingMatch extends ExistingLine {
  readonly resource: DesiredResource;
}

interface WantedResource {
  readonly resource: DesiredResource;
  readonly args: Properties;
}

/**
 * Finds the existing objects among those to be created. What can't be read is ignored.
 *
 * @param desired Parents before what belongs to them.
 */
export async function findExistingObjects(
  desired: readonly WantedResource[],
  state: readonly StateEntry[],
  workspace: string,
  lifecycle: Pick<Lifecycle, "findExisting">,
): Promise<readonly ExistingMatch[]> {
  const held = new Map(state.map((resource) => [keyOf(resource), resource.id]));
  const ids = new Map<DesiredResource, string>();
  const found: ExistingMatch[] = [];
  const read = new Set<string>();
  for (const level of levelsOf(desired)) {
    await Promise.all(
      level.map(async ({ resource, args }) => {
        const { kind, parent } = resource;
        const id = held.get(keyOf(resource));
        if (id !== undefined) ids.set(resource, id);
        const owner = parent && ids.get(parent);
        if (id !== undefined || kind.alwaysExists || (parent && owner === undefined)) return;
        read.add(`${kind.name} ${owner ?? ""} ${"single" in kind.source ? resource.name : ""}`);
        if (read.size > maxReads) return;
        const { inputs } = check(kind, {}, { ...places(resource, ids, workspace), ...args });
        const met = await lifecycle.findExisting(kind, withDefaults(kind, inputs)).catch(() => undefined);
        if (!met) return;
        ids.set(resource, met.found.id);
        const { differences, fixed, adoptable } = met;
        found.push({ resource, id: met.found.id, differences, fixed, isTaken: adoptable });
      }),
    );
  }
  return found;
}

function levelsOf(desired: readonly WantedResource[]): WantedResource[][] {
  const levels: WantedResource[][] = [];
  for (const one of desired) {
    let depth = 0;
    for (let owner = one.resource.parent; owner; owner = owner.parent) depth += 1;
    levels[depth] ??= [];
    levels[depth]?.push(one);
  }
  return levels.map((level) => level ?? []);
}

function places(
  { kind, parent }: DesiredResource,
  ids: ReadonlyMap<DesiredResource, string>,
  workspace: string,
): Properties {
  const fields: readonly string[] = locationFields(kind);
  const found: Record<string, unknown> = fields.includes("workspace") ? { workspace } : {};
  for (let owner = parent; owner; owner = owner.parent) {
    const place = owner.kind.parentRole;
    if (place && fields.includes(place)) found[place] = ids.get(owner);
  }
  return found;
}
