/** Finds existing objects that an apply would create: the preview reports them, before the apply runs into them. */
import { type DesiredResource, keyOf } from "../desired";
import { fieldMeta, type Kind, type Properties } from "../kinds/kind";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { withDefaults } from "../model/values";
import type { Lifecycle } from "../provider/lifecycle";
import type { StateEntry } from "./state";

/** Collections that are read for it, at most: on the way into management, a workspace may hold thousands. */
const maxReads = 200;

/** An existing object where the YAML has something new. */
export interface ExistingMatch {
  readonly resource: DesiredResource;
  readonly id: string;
  /** The fields in which it is not as declared, as far as the API shows them. */
  readonly differences: readonly string[];
  /** Whether an apply takes it over. */
  readonly isTaken: boolean;
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
        found.push({ resource, id: met.found.id, differences: met.differences, isTaken: met.adoptable });
      }),
    );
  }
  return found;
}

/** How to consent to adoption, by what the resource is declared in. */
const waysToAdopt = {
  yaml: 'To adopt it, set "adopt: true" on it, on its repository or on the whole stack.',
  program:
    'To adopt it, set "adopt: true" in its arguments. To adopt all existing resources, set BITBUCKET_ADOPT=1 for one run, ' +
    'or run "pulumi config set bitbucket:adopt true".',
} as const;

/**
 * A line for a preview, to show with the resource.
 *
 * @param declaredIn What the user can change.
 */
export function formatExisting(
  {
    resource,
    id,
    differences,
    isTaken,
  }: Omit<ExistingMatch, "resource"> & { readonly resource: { readonly kind: Kind } },
  declaredIn: keyof typeof waysToAdopt,
): string {
  const changes = differences.join(", ");
  if (!isTaken) {
    const fixed = differences.filter((field) => fieldMeta(resource.kind, field).immutable);
    const way =
      fixed.length > 0
        ? `${fixed.join(", ")} cannot be changed in place: declare its current value, or delete it first.`
        : waysToAdopt[declaredIn];
    return `exists (id ${id}) and differs in ${changes}: an apply would stop before changing it. ${way}`;
  }
  return changes === ""
    ? "exists: to be adopted unchanged"
    : `exists: to be adopted, with changes to ${changes}`;
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
