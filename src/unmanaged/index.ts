/** What is in a workspace and not managed: finding it, and what shall become of it. */
export { applyPolicies, formatUnreadable, UnmanagedError } from "./check";
export { type Discovery, type FindOptions, findUnmanaged } from "./find";
export { type MatchOptions, selectUnmanaged } from "./match";
export { nameOf, type UnmanagedObject } from "./model";
export { addRemovals, registerRemovals, removalNames } from "./removal";
