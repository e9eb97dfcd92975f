/** How an object that a create finds differs from the desired one. */
import { fieldMeta, type Kind, type LiveObject, type Location, type Properties } from "../kinds/kind";
import { findDifferences } from "./values";

interface ExistingDifference {
  /** The fields in which it is not as wanted, as far as the API shows them. */
  readonly differing: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly fixed: readonly string[];
  /** Those among them that a run which died on the way cannot have left so: somebody else made the object. */
  readonly told: readonly string[];
}

/**
 * @param plain The desired values, with users by their UUIDs.
 * @param beside What is known of the object beside what its list or its own path shows.
 */
export function compareExisting(
  kind: Kind,
  at: Location,
  plain: Properties,
  existing: LiveObject,
  beside: Properties,
): ExistingDifference {
  const live: Properties = { ...existing.args, ...beside };
  const differing = findDifferences(kind, plain, { ...existing, args: live });
  // Some fields are set in a step of their own, which a run that died may not have come to.
  const unfinished = (field: string) =>
    kind.subResources?.[field] !== undefined ||
    (kind.createDefaults !== undefined &&
      field in kind.createDefaults &&
      live[field] === kind.createDefaults[field]);
  return {
    differing,
    fixed: differing.filter(
      (field) => fieldMeta(kind, field).immutable || kind.immutableAt?.(at).includes(field),
    ),
    told: differing.filter((field) => !unfinished(field)),
  };
}

/** Whether it may be adopted although it differs. */
export function isAdoptionAllowed({ adopt }: Properties, adoptAll: boolean): boolean {
  return adopt === true || (adoptAll && adopt !== false);
}

/**
 * Whether an object that exists may become a resource's own, so that an apply changes it to what is declared: whoever adds it to a
 * state asks this first.
 *
 * @param values The desired values.
 * @param adoptAll Whether everything that exists may be adopted, as if `adopt` were set for it.
 */
export function isAdoptable(
  kind: Kind,
  values: Properties,
  { fixed, told }: Omit<ExistingDifference, "differing">,
  adoptAll: boolean,
): boolean {
  if (fixed.length > 0) return false;
  return told.length === 0 || kind.alwaysExists === true || isAdoptionAllowed(values, adoptAll);
}
