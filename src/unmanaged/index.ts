/** Unmanaged resources of a workspace: finding them, and what happens to them. */
export { formatUnreadable } from "./check";
export { type Discovery, findUnmanaged } from "./find";
export { selectUnmanaged } from "./match";
export { nameOf, type UnmanagedObject } from "./model";
export { removalNames } from "./plan";
