import type { Kind } from "../kinds/kind";

/** What the type tokens of all kinds begin with. */
export const typePrefix = "pulumi-nodejs:bitbucket:";

/** The name of the resource that stands for the deletion of something unmanaged. */
export const removalName = "UnmanagedRemoval";
export const removalType = typePrefix + removalName;

/** The type token of a kind's resources. */
export function typeToken(kind: Kind): string {
  return typePrefix + kind.name;
}
