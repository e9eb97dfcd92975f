/** The state of Pulumi stacks: read, and written without the engine for objects that are on the server already. */
export { Deployment, type ManagedEntry, type PendingOperation } from "./deployment";
export { type Placed, type Recorded, recorded, stateEntry } from "./entry";
export { type Applied, protectedUrnsIn, resourcesIn, type StateResource } from "./resources";
export { type Entry, entriesIn } from "./schema";
