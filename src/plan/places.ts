/** Where a resource lives, in the form of its inputs. */
import type { DesiredResource } from "../desired";
import type { Properties } from "../kinds/kind";
import { locationFields } from "../model/location";

/**
 * The inputs that name the workspace and what a resource belongs to.
 *
 * @param idOf The id of what it belongs to, in whatever form it is known.
 */
export function placesOf(
  { kind, parent }: DesiredResource,
  workspace: string,
  idOf: (owner: DesiredResource) => unknown,
): Properties {
  const fields: readonly string[] = locationFields(kind);
  const places: Record<string, unknown> = fields.includes("workspace") ? { workspace } : {};
  for (let owner = parent; owner; owner = owner.parent) {
    const place = owner.kind.parentRole;
    if (place && fields.includes(place)) places[place] = idOf(owner);
  }
  return places;
}
