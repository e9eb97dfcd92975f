/**
 * The three states of one resource, field by field. The provider's own comparison decides what an apply would do, so that
 * this and a preview cannot disagree.
 */
import { fieldMeta, type Kind, type Properties } from "../kinds/kind";
import { diff } from "./diff";
import { isEncrypted } from "./secrets";
import { hasUnknown } from "./unknown";
import { isSame, listManagedFields, withDefaults } from "./values";

interface ThreeStates {
  readonly kind: Kind;
  /** The outputs that the last apply left in the state. */
  readonly last: Properties;
  /** The outputs that a refresh would put there, and what the API shows. */
  readonly refreshed: Properties;
  readonly live: Properties;
  /** The checked inputs; undefined if it is no longer declared. */
  readonly desired: Properties | undefined;
  /** Fields that could not be read, with the reason. */
  readonly unread?: ReadonlyMap<string, string> | undefined;
}

export interface ThreeWayDifference {
  /** Changed on the server. */
  readonly drifted: readonly string[];
  /** Changed in YAML alone. */
  readonly pending: readonly string[];
  /** Those among the drifted that were changed in YAML as well, to yet another value. */
  readonly conflicts: readonly string[];
  /** The operation that the next apply would perform. */
  readonly operation: "update" | "replace" | "delete" | undefined;
  /** Fields that cannot be compared, with the reason. */
  readonly undetectable: ReadonlyMap<string, string>;
}

const neverShown = "the API never returns it";
const encrypted = "its last value is encrypted in the state";

export function diffThreeWays(states: ThreeStates): ThreeWayDifference {
  const { kind, unread = new Map<string, string>() } = states;
  const known = (values: Properties) =>
    Object.fromEntries(Object.entries(values).filter(([field]) => !unread.has(field)));
  const desired = states.desired && known(states.desired);
  const last = withDefaults(kind, known(states.last));
  const refreshed = withDefaults(kind, states.refreshed);
  const undetectable = new Map<string, string>(unread);
  const drifted = new Set<string>();
  for (const field of listManagedFields(kind, last)) {
    const [before, now, wanted] = [last[field], refreshed[field], desired?.[field]];
    if (now !== undefined && isSame(kind, field, before, now)) {
      if (states.live[field] === undefined && isHidden(kind, field, before))
        undetectable.set(field, neverShown);
    } else if (now === undefined || !isEncrypted(before)) drifted.add(field);
    // The applied value is unknown. The desired one is known if its source is available: that counts then.
    else if (wanted === undefined || hasUnknown(wanted)) undetectable.set(field, encrypted);
    else if (!isSame(kind, field, wanted, now)) drifted.add(field);
  }
  if (!desired)
    return { drifted: [...drifted], pending: [], conflicts: [], operation: "delete", undetectable };

  const comparable = (before: Properties) => (field: string) => {
    const told = before[field] !== undefined && desired[field] !== undefined;
    return !(told && (hasUnknown(desired[field]) || isEncrypted(before[field])));
  };
  const toApply = diff(kind, states.refreshed, desired);
  const changes = toApply.fields.filter(comparable(refreshed));
  const written = new Set(diff(kind, known(states.last), desired).fields.filter(comparable(last)));
  const replaces = toApply.replaces.some((field) => changes.includes(field));
  return {
    drifted: [
      ...changes.filter((field) => drifted.has(field)),
      // It is lost, and YAML cannot bring it back: a secret that was not supplied.
      ...[...drifted].filter((field) => desired[field] === undefined && refreshed[field] === undefined),
    ],
    pending: changes.filter((field) => !drifted.has(field)),
    conflicts: changes.filter((field) => drifted.has(field) && written.has(field)),
    operation: changes.length === 0 ? undefined : replaces ? "replace" : "update",
    undetectable,
  };
}

function isHidden(kind: Kind, field: string, before: unknown): boolean {
  return isEncrypted(before) || fieldMeta(kind, field).writeOnly === true;
}
