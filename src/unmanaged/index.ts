/** What is in a workspace and not managed: finding it, and what shall become of it. */
export { applyPolicies, formatUnreadable } from "./check";
export { type Discovery, findUnmanaged } from "./find";
export { selectUnmanaged } from "./match";
export { nameOf, type UnmanagedObject } from "./model";
export { addRemovals, registerRemovals, removalNames } from "./removal";
