/** Pulumi's diff between the state and the desired inputs. Makes no request. */
import { isDeepStrictEqual } from "node:util";
import { fieldMeta, identityOf, type Kind, type Properties } from "../kinds/kind";
import { toCanonicalUuids } from "../kinds/uuid";
import { locationFields, toLocation } from "./location";
import { hasUnknown, unknownValue } from "./unknown";
import { isSame, listManagedFields, withDefaults } from "./values";

export interface ResourceDiff {
  readonly changes: boolean;
  /** The fields that differ. */
  readonly fields: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/**
 * @param outputs The outputs in the state.
 * @param news The checked inputs.
 */
export function diff(kind: Kind, outputs: Properties, news: Properties): ResourceDiff {
  const olds = withDefaults(kind, outputs);
  const fields: string[] = [];
  const replaces: string[] = [];
  for (const field of locationFields(kind)) {
    // Unknown during a preview means that the parent changes in place: its UUID stays.
    if (
      news[field] === unknownValue ||
      isDeepStrictEqual(toCanonicalUuids(olds[field]), toCanonicalUuids(news[field]))
    )
      continue;
    fields.push(field);
    replaces.push(field);
  }
  const immutable = kind.immutableAt?.(toLocation(kind, news)) ?? [];
  const candidates = new Set([...listManagedFields(kind, olds), ...listManagedFields(kind, news)]);
  for (const field of candidates) {
    const unchanged =
      news[field] !== undefined && olds[field] !== undefined && isSame(kind, field, olds[field], news[field]);
    if (unchanged) continue;
    fields.push(field);
    const dropped = news[field] === undefined;
    if (!dropped && (fieldMeta(kind, field).immutable || immutable.includes(field))) replaces.push(field);
  }
  const staysInPlace =
    fields.length > 0 && !replaces.some((field) => locationFields(kind).includes(field as never));
  return {
    changes: fields.length > 0,
    fields,
    replaces,
    // Two with the same natural key can't coexist. Also if only the program replaces it, by `replaceOnChanges`.
    deleteBeforeReplace:
      staysInPlace && !hasUnknown(news) && identityOf(kind, olds) === identityOf(kind, news),
  };
}
