/** What an apply would do, from the desired state and the last applied one, before anything is registered. */
import { takesAlong } from "../kinds/deletion";
import type { Kind, Values } from "../kinds/kind";
import { secretFieldsOf } from "../kinds/kind";
import { check } from "../provider/check";
import { diff } from "../provider/diff";
import { isEncrypted } from "../provider/encrypted";
import { locationFields } from "../provider/location";
import { unknownValue } from "../provider/unknown";
import type { Applied } from "./state";

export type Operation = "create" | "update" | "replace" | "delete";

/** A resource that shall be there. Secrets in `args` are texts, or stand-ins for them. */
export interface Desired {
  readonly kind: Kind;
  readonly name: string;
  readonly args: Values;
}

export interface Planned {
  readonly operation: Operation;
  readonly kind: Kind;
  readonly name: string;
  /** The args that are wanted; of a deletion, what the state holds. */
  readonly values: Values;
  /** Of a deletion: what it belongs to is deleted as well, and takes it along without a request of its own. */
  readonly along?: boolean;
}

export interface Plan {
  /** What changes. What drifted on the server is not known here. */
  readonly changes: readonly Planned[];
  /** How many resources the state holds. */
  readonly managed: number;
}

export function planOf(desired: readonly Desired[], state: readonly Applied[]): Plan {
  const held = new Map(state.map((resource) => [keyOf(resource), resource]));
  const changes: Planned[] = [];
  for (const { kind, name, args } of desired) {
    const before = held.get(keyOf({ kind, name }));
    held.delete(keyOf({ kind, name }));
    const operation = before ? change(kind, before.outputs, args) : "create";
    if (operation) changes.push({ operation, kind, name, values: args });
  }
  const taking = new Set(
    [...held.values()].flatMap(({ kind, outputs, urn }) =>
      urn !== undefined && takesAlong(kind, outputs) ? [urn] : [],
    ),
  );
  for (const { kind, name, outputs, parent } of held.values()) {
    const along = parent !== undefined && taking.has(parent);
    changes.push({ operation: "delete", kind, name, values: outputs, ...(along ? { along } : {}) });
  }
  return { changes, managed: state.length };
}

function change(kind: Kind, outputs: Values, args: Values): Operation | undefined {
  // Where it lives is known only when its parents are; a secret in the state is encrypted.
  const places = Object.fromEntries(locationFields(kind).map((field) => [field, unknownValue]));
  const encrypted = Object.keys(outputs).filter((field) => isEncrypted(outputs[field]));
  const secrets = [...secretFieldsOf(kind, args), ...encrypted];
  const { inputs } = check(kind, {}, { ...args, ...places });
  const { fields, replaces } = diff(kind, outputs, inputs);
  if (replaces.some((field) => !secrets.includes(field))) return "replace";
  return fields.some((field) => !secrets.includes(field)) ? "update" : undefined;
}

function keyOf({ kind, name }: { kind: Kind; name: string }): string {
  return `${kind.name} ${name}`;
}
