import type { Kind } from "../kinds/kind";

/** The type token of a kind's resources. */
export function typeToken(kind: Kind): string {
  return `pulumi-nodejs:dynamic/bitbucket:${kind.name}`;
}
