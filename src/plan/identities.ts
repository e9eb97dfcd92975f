/** By what a resource is recognized under another name. */
import {
  fieldMeta,
  identityOf,
  type Kind,
  type LiveObject,
  type Properties,
  secretFieldsOf,
} from "../kinds/kind";
import { check } from "../model/check";
import { diff } from "../model/diff";
import { locationFields } from "../model/location";
import { unknownValue } from "../model/unknown";
import { withDefaults } from "../model/values";
import type { StateEntry } from "../pulumi/state";

/** The natural keys of the resource, from its inputs and from what the server derived: a slug. */
export function listIdentities({ kind, id, outputs }: StateEntry): string[] {
  const whole = withDefaults(kind, outputs);
  const derived = Object.fromEntries(
    Object.entries(kind.derived ?? {}).map(([name, derive]) => [name, derive(id, outputs)]),
  );
  return [tryIdentity(kind, whole), tryIdentity(kind, { ...whole, ...derived })].filter(
    (identity) => identity !== undefined,
  );
}

export function liveIdentity(kind: Kind, found: LiveObject | undefined): string[] {
  const identity = found && tryIdentity(kind, found.args);
  return identity === undefined ? [] : [identity];
}

/** Undefined if the natural key is unknown, for example secret. */
export function tryIdentity(kind: Kind, values: Properties): string | undefined {
  const secret = secretFieldsOf(kind, values);
  const unknown = kind.naturalKey.some(
    (field) => secret.includes(field) || (typeof values[field] === "object" && values[field] !== null),
  );
  if (unknown) return undefined;
  try {
    return identityOf(kind, values);
  } catch {
    return undefined;
  }
}

/** Whether the declaration equals the state apart from its name and the project that it is in. */
export function isRenamedOnly(kind: Kind, outputs: Properties, args: Properties): boolean {
  const places = Object.fromEntries(locationFields(kind).map((field) => [field, unknownValue]));
  const { inputs } = check(kind, {}, { ...args, ...places });
  const names = new Set([kind.yaml.nameField, ...kind.naturalKey, ...secretFieldsOf(kind, args)]);
  return diff(kind, outputs, inputs).fields.every(
    (field) => names.has(field) || fieldMeta(kind, field).reference === "project",
  );
}
