/** Reads this package's resources from a stack's state. */
import type { Kind, Properties } from "../../kinds/kind";
import { kindOfType } from "../../model/typeToken";
import { parseUrn } from "../urn";
import { readEntries } from "./schema";

/** A resource with its last applied values. */
export interface AppliedResource {
  readonly kind: Kind;
  readonly name: string;
  readonly outputs: Properties;
  readonly id?: string | undefined;
  /** The engine refuses to delete it. */
  readonly protect?: boolean | undefined;
  /** Pending delete: it was replaced by another resource of the same name. */
  readonly pendingDelete?: boolean | undefined;
  /**
   * Its deletion takes no request: it is retained when it leaves the program, or was already deleted for a
   * replacement.
   */
  readonly needsNoRequest?: boolean | undefined;
  readonly urn?: string | undefined;
  /** The URN of its parent. */
  readonly parent?: string | undefined;
  /** The URN and the id of its provider, in the engine's notation: `urn::id`. */
  readonly provider?: string | undefined;
}

export interface StateEntry extends AppliedResource {
  readonly urn: string;
  readonly id: string;
  /** As the program gave them last. */
  readonly inputs?: Properties | undefined;
}

/**
 * The resources of an exported state. Secrets in it stay encrypted.
 *
 * @throws {z.ZodError} if it is not a state.
 */
export function readStateEntries(state: unknown): readonly StateEntry[] {
  return readEntries(state).flatMap((resource) => {
    const { urn, type, inputs, outputs = {}, id = "", parent, protect, provider } = resource;
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
        inputs,
        outputs,
        ...(provider === undefined ? {} : { provider }),
        ...(protect ? { protect } : {}),
        ...(resource.delete ? { pendingDelete: true } : {}),
        ...(resource.retainOnDelete || resource.pendingReplacement ? { needsNoRequest: true } : {}),
      },
    ];
  });
}

/** The URNs of all protected resources, of any type. */
export function readProtectedUrns(state: unknown): readonly string[] {
  return readEntries(state).flatMap(({ urn, protect }) => (protect ? [urn] : []));
}
