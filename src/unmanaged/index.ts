/** Unmanaged resources of a workspace: finding them, and what happens to them. */
export { applyPolicies, formatUnreadable, UnmanagedError } from "./check";
export { type Discovery, type FindOptions, findUnmanaged } from "./find";
export { type MatchOptions, selectUnmanaged } from "./match";
export { nameOf, type UnmanagedObject } from "./model";
export { addRemovals, registerRemovals, removalNames } from "./removal";
