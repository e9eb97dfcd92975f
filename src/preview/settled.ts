/** Whether an apply would write a resource's state as it is already. */
import { isDeepStrictEqual } from "node:util";
import type { DesiredResource } from "../desired";
import type { Properties } from "../kinds/kind";
import { oncePer } from "../kinds/memo";
import { placesOf } from "../plan";
import { DependencyIndex } from "../plan/dependencies";
import type { RefreshedEntry } from "./refresh";
import type { ResolvedResource } from "./resolved";

interface Registered {
  readonly one: ResolvedResource;
  readonly entry: RefreshedEntry;
  /** As the check gives them on. */
  readonly inputs: Properties;
  /** The inputs that the state holds as secret. */
  readonly secrets: ReadonlySet<string>;
  readonly owners: {
    readonly urns: ReadonlyMap<DesiredResource, string>;
    readonly desired: readonly ResolvedResource[];
  };
}

/** Values, id, secrecy, protection and relations to others are compared. */
export function isSettled({ one, entry, inputs, secrets, owners }: Registered): boolean {
  const { kind, resource, args } = one;
  const { before } = entry;
  const { raw } = before;
  const isProtected = kind.refuseDelete?.(args) !== undefined;
  return (
    before.id === entry.id &&
    isDeepStrictEqual(toJson(before.outputs), toJson(entry.outputs)) &&
    isDeepStrictEqual(toJson(before.inputs), toJson(inputs)) &&
    isDeepStrictEqual(before.secretInputs, secrets) &&
    isDeepStrictEqual(before.secretOutputs, entry.secretOutputs) &&
    (raw.protect ?? false) === isProtected &&
    isDeepStrictEqual(
      // Some language hosts name the parent among them, which orders the two in any case.
      (raw.dependencies ?? []).filter((urn) => urn !== raw.parent).sort(),
      dependenciesOf(resource, raw.parent, owners),
    )
  );
}

/**
 * URNs of what it depends on.
 *
 * @param left The one that does not count.
 */
function dependenciesOf(
  resource: DesiredResource,
  left: string | undefined,
  { urns, desired }: Registered["owners"],
): string[] {
  const others = indexOf(desired).dependenciesOf(resource);
  placesOf(resource, "", (owner) => others.push(owner));
  const known = new Set(others.flatMap((other) => urns.get(other) ?? []));
  return [...known].filter((urn) => urn !== left).sort();
}

const indexOf = oncePer((desired: readonly ResolvedResource[]) => new DependencyIndex(desired));

/** Without undefined values, as JSON has it. */
function toJson(values: Properties): unknown {
  return JSON.parse(JSON.stringify(values));
}
