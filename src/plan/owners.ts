/** What each resource of a state belongs to among the others, whatever parent its program has given it. */
import type { ParentName, Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import type { StateEntry } from "../pulumi/state";

export class Owners {
  readonly #urns: ReadonlySet<string>;
  /** By role and by the forms in which what belongs to them names them. */
  readonly #byPlace = new Map<string, string>();

  constructor(state: readonly StateEntry[]) {
    this.#urns = new Set(state.map(({ urn }) => urn));
    for (const { kind, id, outputs, urn } of state) {
      const { parentRole } = kind;
      for (const form of parentRole ? [id, outputs.key, kind.derived?.slug?.(id, outputs)] : [])
        if (parentRole && typeof form === "string") this.#byPlace.set(toPlace(parentRole, form), urn);
    }
  }

  /**
   * The URN of the owner. Programs without the YAML's structure have the stack as the parent of everything: the values say
   * where something is. Empty if it belongs to the workspace or the account; no URN if its owner is not in the state.
   */
  urnOf({ kind, outputs, parent }: StateEntry): string {
    const place = readPlace(kind.parents, outputs);
    const owner = place === undefined ? undefined : this.#byPlace.get(place);
    if (owner !== undefined) return owner;
    return parent !== undefined && this.#urns.has(parent) ? parent : (place ?? "");
  }
}

/** The most specific owner that is set. */
function readPlace(parents: readonly ParentName[], values: Properties): string | undefined {
  for (const role of parents) {
    const value = values[role];
    if (role !== "workspace" && typeof value === "string") return toPlace(role, value);
  }
  return undefined;
}

const toPlace = (role: ParentName, name: string): string => `${role} ${toCanonicalUuid(name)}`;
