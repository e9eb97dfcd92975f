/** What the reads and writes of the lifecycle give back. */
import type { LiveObject, Properties } from "../../kinds/kind";

export interface WriteResult {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** An object after a write or a read. */
export interface LiveResult extends WriteResult {
  /** The live values as the API shows them, unmanaged ones included. */
  readonly live: Properties;
}

export interface CurrentState extends LiveResult {
  readonly inputs: Record<string, unknown>;
  /** It has the natural key of the object in the state, and another id: somebody recreated it. */
  readonly recreated: boolean;
}

/** An object that a create would meet. */
export interface ExistingObject {
  readonly found: LiveObject;
  /** The values of its managed fields that live on endpoints of their own. */
  readonly subResources: Properties;
  /** The desired values, with users by their UUIDs. */
  readonly resolved: Properties;
  /** The fields in which it is not as wanted, as far as the API shows them. */
  readonly differences: readonly string[];
  /** Those among them that cannot be changed in place. */
  readonly fixed: readonly string[];
  /** Whether a create would adopt it: an earlier run may have created it. */
  readonly adoptable: boolean;
}
