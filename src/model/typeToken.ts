import type { Kind } from "../kinds/kind";

/** What the type tokens of all kinds begin with. */
export const typePrefix = "pulumi-nodejs:bitbucket:";

/** The type token of a kind's resources. */
export function typeToken(kind: Kind): string {
  return typePrefix + kind.name;
}

/** The class of the resources that stand for the deletion of an unmanaged object. */
export const removalName = "UnmanagedRemoval";
export const removalType = typePrefix + removalName;
