/** The state of Pulumi stacks: read, and written without the engine for objects that are on the server already. */
export { Deployment, type ManagedEntry } from "./deployment";
export { recordObject, toStateEntry } from "./entry";
export { type AppliedResource, readProtectedUrns, readStateEntries, type StateEntry } from "./resources";
export { type RawStateEntry, readEntries } from "./schema";
