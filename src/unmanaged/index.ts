/** Unmanaged resources of a workspace: finding them, and what happens to them. */
export { applyPolicies, formatUnreadable } from "./check";
export { type Discovery, findUnmanaged } from "./find";
export { selectUnmanaged } from "./match";
export { nameOf, type UnmanagedObject } from "./model";
export { addRemovals, removalNames } from "./plan";
