/** What is in a workspace and not managed: finding it, and what shall become of it. */
export { consequencesOf, UnmanagedError, unreadableText } from "./check";
export { type Discovery, type FindOptions, findUnmanaged } from "./find";
export { type MatchOptions, unmanagedOf } from "./match";
export { nameOf, type Unmanaged } from "./model";
export { registerRemovals, removalNames, withRemovals } from "./removal";
