/** What an apply would meet where it is to create: said in the preview, and not in the middle of the apply. */
import { type DesiredResource, keyOf } from "../desired";
import { fieldMeta, type Values } from "../kinds/kind";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { complete } from "../model/values";
import type { Lifecycle } from "../provider/lifecycle";
import type { StateResource } from "./state";

/** Collections that are read for it, at most: on the way into management, a workspace may hold thousands. */
const mostReads = 200;

/** Something that is there already where the YAML has something new. */
export interface Existing {
  readonly resource: DesiredResource;
  readonly id: string;
  /** The fields in which it is not as declared, as far as the API shows them. */
  readonly differing: readonly string[];
  /** Whether an apply takes it over. */
  readonly isTaken: boolean;
}

interface Wanted {
  readonly resource: DesiredResource;
  readonly args: Values;
}

/**
 * What is there already of that which is to be created. What cannot be read tells nothing.
 *
 * @param desired Parents before what belongs to them.
 */
export async function existingOf(
  desired: readonly Wanted[],
  state: readonly StateResource[],
  workspace: string,
  lifecycle: Pick<Lifecycle, "recognise">,
): Promise<readonly Existing[]> {
  const held = new Map(state.map((resource) => [keyOf(resource), resource.id]));
  const ids = new Map<DesiredResource, string>();
  const found: Existing[] = [];
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
        if (read.size > mostReads) return;
        const { inputs } = check(kind, {}, { ...places(resource, ids, workspace), ...args });
        const met = await lifecycle.recognise(kind, complete(kind, inputs)).catch(() => undefined);
        if (!met) return;
        ids.set(resource, met.found.id);
        found.push({ resource, id: met.found.id, differing: met.differing, isTaken: met.isOurs });
      }),
    );
  }
  return found;
}

/** A line for a preview, to stand with the resource. */
export function existingText({ resource, id, differing, isTaken }: Existing): string {
  const changes = differing.join(", ");
  if (!isTaken) {
    const fixed = differing.filter((field) => fieldMeta(resource.kind, field).immutable);
    const way =
      fixed.length > 0
        ? `${fixed.join(", ")} cannot be changed in place: declare it as it is, or delete it first.`
        : 'If it is to be taken over, write "adopt: true" for it, for its repository or for the whole stack.';
    return `exists already (id ${id}) and differs in ${changes}: an apply would stop here, before it is changed. ${way}`;
  }
  return changes === ""
    ? "is there already: to be adopted as it is"
    : `is there already: to be adopted, with changes to ${changes}`;
}

function levelsOf(desired: readonly Wanted[]): Wanted[][] {
  const levels: Wanted[][] = [];
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
): Values {
  const fields: readonly string[] = locationFields(kind);
  const found: Record<string, unknown> = fields.includes("workspace") ? { workspace } : {};
  for (let owner = parent; owner; owner = owner.parent) {
    const place = owner.kind.provides;
    if (place && fields.includes(place)) found[place] = ids.get(owner);
  }
  return found;
}
