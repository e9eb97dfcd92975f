/** The state of Pulumi stacks: reads it, and writes it without the engine for existing objects. */
export { Deployment, type ManagedEntry, type PendingOperation } from "./deployment";
export { type NewStateEntry, recordObject, toStateEntry } from "./entry";
export { describeInterrupted, listInterrupted, readInterrupted } from "./interrupted";
export { dynamicManager, type StateManager, type StateProvider } from "./manager";
export { type AppliedResource, readProtectedUrns, readStateEntries, type StateEntry } from "./resources";
export { parseState, type RawStateEntry, readEntries } from "./schema";
export { describeClosedSecrets, openSecrets, revealSecrets } from "./secrets";
