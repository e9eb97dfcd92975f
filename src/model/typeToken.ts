/**
 * The type tokens under which the engine knows the kinds: one for each front end. A state may hold both, since each
 * provider adopts what the other one created.
 */
import { kinds } from "../kinds";
import type { Kind } from "../kinds/kind";

/** What the type tokens of all kinds begin with where the dynamic provider manages them. */
export const typePrefix = "pulumi-nodejs:bitbucket:";

/** The package of the native provider. */
export const nativePackage = "bitbucket-cloud";

/** What the type tokens of all kinds begin with where the native provider manages them. */
export const nativePrefix = `${nativePackage}:index:`;

/** Who manages the resources: Pulumi's host of dynamic providers, or a plugin of its own. */
export type FrontEnd = "dynamic" | "native";

/** The type token of a kind's resources under a front end. */
export function tokenOf(kind: Kind, frontEnd: FrontEnd): string {
  return frontEnd === "native" ? nativeToken(kind) : toTypeToken(kind);
}

/** The type token of the provider that a front end's resources have in a state. */
export function providerTypeOf(frontEnd: FrontEnd): string {
  return `pulumi:providers:${frontEnd === "native" ? nativePackage : "pulumi-nodejs"}`;
}

/** The type token of a kind's resources under the dynamic provider. */
export function toTypeToken(kind: Kind): string {
  return typePrefix + kind.name;
}

/** The type token of a kind's resources under the native provider. */
export function nativeToken(kind: Kind): string {
  return nativePrefix + kind.name;
}

const byType = new Map(
  kinds.flatMap((kind) => [toTypeToken(kind), nativeToken(kind)].map((type) => [type, kind])),
);

/** The kind of a type token of either front end; undefined for other types. */
export function kindOfType(type: string): Kind | undefined {
  return byType.get(type);
}

/** What a type token of ours says after the front end's prefix; undefined for other types. */
export function nameInType(type: string): string | undefined {
  const prefix = [typePrefix, nativePrefix].find((one) => type.startsWith(one));
  return prefix === undefined ? undefined : type.slice(prefix.length);
}

/** The class of the resources that stand for the deletion of an unmanaged object. */
export const removalName = "UnmanagedRemoval";
export const removalType = typePrefix + removalName;
export const nativeRemovalType = nativePrefix + removalName;

/** Whether a type token is that of a removal, under either front end. */
export function isRemovalType(type: string): boolean {
  return type === removalType || type === nativeRemovalType;
}
