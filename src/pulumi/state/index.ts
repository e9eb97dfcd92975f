/** The state of Pulumi stacks, written without the engine: for objects that are on the server already. */
export { Deployment, type PendingOperation, type StateResource } from "./deployment";
export { type Entry, keyInUrn, type Placed, type Recorded, recorded, stateEntry, urnBelow } from "./entry";
