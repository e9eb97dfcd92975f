/** A digest that stays the same as long as nothing changes on the server. */
import { digestOf } from "../model/canonical";

/** The live state of one managed resource. */
export interface ObservedObject {
  /** `Webhook api:ci`. */
  readonly key: string;
  /** Undefined if the object is gone. */
  readonly id?: string | undefined;
  /** The live values of its managed fields, without secrets. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Whether it could not be read, so that nothing is known of it. */
  readonly unreadable?: boolean | undefined;
}

/**
 * Returns a fingerprint of the managed resources' live state: it changes when somebody changes, deletes or
 * recreates one of them. Unreadable resources are part of it as such.
 */
export function fingerprintOf(observed: readonly ObservedObject[]): string {
  const sorted = [...observed].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return digestOf(sorted.map(({ key, id, values, unreadable }) => [key, id, values, unreadable === true]));
}
