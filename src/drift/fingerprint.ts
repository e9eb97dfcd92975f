/** Digests that stay the same as long as nothing changes. */
import { createHash } from "node:crypto";

/** A digest of any JSON value. The order of an object's fields has no part in it. */
export function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 32);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`).join()}}`;
}

/** What one managed resource is on the server. */
export interface Observed {
  /** `Webhook api:ci`. */
  readonly key: string;
  /** Undefined where it is gone. */
  readonly id?: string | undefined;
  /** The live values of its managed fields, without secrets. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** It could not be read, so that nothing is known of it. */
  readonly unreadable?: boolean | undefined;
}

/**
 * A fingerprint of what managed resources are on the server: it is another as soon as somebody changes, deletes or
 * makes anew one of them. What cannot be read has a part in it as such.
 */
export function fingerprint(observed: readonly Observed[]): string {
  const sorted = [...observed].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return digest(sorted.map(({ key, id, values, unreadable }) => [key, id, values, unreadable === true]));
}
