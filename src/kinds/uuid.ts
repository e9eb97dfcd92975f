/** UUIDs: Bitbucket writes them in lower case, and one in another case names the same object. */

const uuid = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;

/** An id or a reference, with a UUID in lower case. Anything else stays as it is. */
export function toCanonicalUuid(text: string): string {
  return uuid.test(text) ? text.toLowerCase() : text;
}

/** The same for values that may hold UUIDs: a text, or a list of texts. */
export function toCanonicalUuids(value: unknown): unknown {
  if (typeof value === "string") return toCanonicalUuid(value);
  return Array.isArray(value) ? value.map(toCanonicalUuids) : value;
}
