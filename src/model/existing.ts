/** How an object that a create meets differs from what is wanted. */
import { type Found, fieldMeta, type Kind, type Location, type Values } from "../kinds/kind";
import { differences } from "./values";

export interface ExistingDifference {
  /** The fields in which it is not as wanted, as far as the API shows them. */
  readonly differing: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly fixed: readonly string[];
  /** Those among them that a run which died on the way cannot have left so: somebody else made the object. */
  readonly told: readonly string[];
}

/**
 * @param plain What is wanted, with users by their UUIDs.
 * @param beside What is known of the object beside what its list or its own path shows.
 */
export function compareExisting(
  kind: Kind,
  at: Location,
  plain: Values,
  existing: Found,
  beside: Values,
): ExistingDifference {
  const live: Values = { ...existing.args, ...beside };
  const differing = differences(kind, plain, { ...existing, args: live });
  // Some fields are set in a step of their own, which a run that died may not have come to.
  const unfinished = (field: string) =>
    kind.facets?.[field] !== undefined ||
    (kind.initially !== undefined && field in kind.initially && live[field] === kind.initially[field]);
  return {
    differing,
    fixed: differing.filter(
      (field) => fieldMeta(kind, field).immutable || kind.immutableAt?.(at).includes(field),
    ),
    told: differing.filter((field) => !unfinished(field)),
  };
}
