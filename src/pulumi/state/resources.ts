/** What a stack's state holds of ours. */
import type { Kind, Values } from "../../kinds/kind";
import { kindOfType } from "../../model/typeToken";
import { parseUrn } from "../urn";
import { entriesIn } from "./schema";

/** What was last applied of a resource. */
export interface Applied {
  readonly kind: Kind;
  readonly name: string;
  readonly outputs: Values;
  readonly id?: string | undefined;
  /** The engine refuses to delete it. */
  readonly protect?: boolean | undefined;
  /** It was replaced by another of the same name, and is still to be deleted. */
  readonly condemned?: boolean | undefined;
  /** Its going takes no request: it is left alone when it leaves the program, or was deleted for a replacement. */
  readonly leftAlone?: boolean | undefined;
  readonly urn?: string | undefined;
  /** The URN of the resource that it belongs to. */
  readonly parent?: string | undefined;
  /** The URN and the id of its provider, as the engine writes them: `urn::id`. */
  readonly provider?: string | undefined;
}

export interface StateResource extends Applied {
  readonly urn: string;
  readonly id: string;
}

/**
 * The resources of an exported state. Secrets in it stay encrypted.
 *
 * @throws {z.ZodError} where it is no state.
 */
export function resourcesIn(state: unknown): readonly StateResource[] {
  return entriesIn(state).flatMap((resource) => {
    const { urn, type, outputs = {}, id = "", parent, protect, provider } = resource;
    const kind = kindOfType(type);
    if (!kind || resource.external) return [];
    const { name } = parseUrn(urn);
    return [
      {
        kind,
        name,
        urn,
        id,
        parent,
        outputs,
        ...(provider === undefined ? {} : { provider }),
        ...(protect ? { protect } : {}),
        ...(resource.delete ? { condemned: true } : {}),
        ...(resource.retainOnDelete || resource.pendingReplacement ? { leftAlone: true } : {}),
      },
    ];
  });
}

/** The URNs of all that the engine refuses to delete, whatever it is. */
export function protectedUrnsIn(state: unknown): readonly string[] {
  return entriesIn(state).flatMap(({ urn, protect }) => (protect ? [urn] : []));
}
