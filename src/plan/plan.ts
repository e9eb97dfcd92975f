/** Plans an apply from desired and last applied state, before anything is registered. */
import type { DesiredResource } from "../desired";
import { describeDeletedChildren } from "../kinds/deletion";
import type { Kind, Properties } from "../kinds/kind";
import { secretFieldsOf } from "../kinds/kind";
import { check } from "../model/check";
import { diff } from "../model/diff";
import { locationFields } from "../model/location";
import { isAsRecorded } from "../model/recorded";
import { isEncrypted } from "../model/secrets";
import { unknownValue } from "../model/unknown";
import type { AppliedResource } from "../pulumi/state";
import { placesOf } from "./places";

export type PlanOperation = "create" | "update" | "replace" | "delete";

/** A desired resource. Secrets in `args` are texts, or stand-ins for them. */
interface DesiredArgs {
  readonly kind: Kind;
  readonly name: string;
  readonly args: Properties;
  /** The declaration, if known: it has the resource's parents. */
  readonly resource?: DesiredResource | undefined;
}

export interface PlannedOperation {
  readonly operation: PlanOperation;
  readonly kind: Kind;
  readonly name: string;
  /** The desired args; for a deletion, those in the state. */
  readonly values: Properties;
  /** Of a replacement: what is replaced, and the fields because of which. */
  readonly replaced?: { readonly values: Properties; readonly fields: readonly string[] };
  /** Of a deletion: what it belongs to is deleted as well, and takes it along without a request of its own. */
  readonly along?: boolean;
}

export interface Plan {
  /** The planned changes. Drift is unknown here. */
  readonly changes: readonly PlannedOperation[];
  /** How many resources the state holds. */
  readonly managed: number;
  /** How many of them are still declared. */
  readonly kept: number;
}

/** Placeholder for an id that the apply creates: no object has it. */
const idToCome = "(new)";

/**
 * @param desired Parents before what belongs to them.
 * @param workspace The workspace that is declared. Left out, nothing is said of what changes its place.
 */
export function planChanges(
  desired: readonly DesiredArgs[],
  state: readonly AppliedResource[],
  workspace?: string | undefined,
): Plan {
  const held = new Map(state.map((resource) => [keyOf(resource), resource]));
  const managed = held.size;
  const changes: PlannedOperation[] = [];
  const ids = new Map<DesiredResource, string>();
  for (const { kind, name, args, resource } of desired) {
    const before = held.get(keyOf({ kind, name }));
    held.delete(keyOf({ kind, name }));
    const places =
      resource && workspace !== undefined
        ? placesOf(resource, workspace, (owner) => ids.get(owner) ?? unknownValue)
        : {};
    const { operation, fields = [] } = before
      ? decideOperation(kind, before.outputs, args, places)
      : { operation: "create" as const };
    const isReplaced = before && operation === "replace";
    const replaced = isReplaced ? { replaced: { values: before.outputs, fields } } : {};
    if (operation) changes.push({ operation, kind, name, values: args, ...replaced });
    const stays = before && !isReplaced;
    if (resource) ids.set(resource, stays ? (before.id ?? unknownValue) : idToCome);
  }
  const kept = managed - held.size;
  const taking = new Set(
    [...held.values()].flatMap(({ kind, outputs, urn }) =>
      urn !== undefined && describeDeletedChildren(kind, outputs) ? [urn] : [],
    ),
  );
  for (const { kind, name, outputs, parent } of held.values()) {
    const along = parent !== undefined && taking.has(parent);
    changes.push({ operation: "delete", kind, name, values: outputs, ...(along ? { along } : {}) });
  }
  return { changes, managed: state.length, kept };
}

function decideOperation(
  kind: Kind,
  outputs: Properties,
  args: Properties,
  known: Properties,
): { readonly operation?: PlanOperation; readonly fields?: readonly string[] } {
  if (isAsRecorded(kind, outputs, { ...args, ...known })) return {};
  // Where it lives is not always known; a secret in the state is encrypted.
  const places = {
    ...Object.fromEntries(locationFields(kind).map((field) => [field, unknownValue])),
    ...known,
  };
  const encrypted = Object.keys(outputs).filter((field) => isEncrypted(outputs[field]));
  const secrets = [...secretFieldsOf(kind, args), ...encrypted];
  const { inputs } = check(kind, {}, { ...args, ...places });
  const { fields, replaces } = diff(kind, outputs, inputs);
  const replacing = replaces.filter((field) => !secrets.includes(field));
  if (replacing.length > 0) return { operation: "replace", fields: replacing };
  return fields.some((field) => !secrets.includes(field)) ? { operation: "update" } : {};
}

function keyOf({ kind, name }: { kind: Kind; name: string }): string {
  return `${kind.name} ${name}`;
}
