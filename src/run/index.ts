/** Running a stack that is split into several Pulumi stacks as one. */
export type { Change, Message } from "../pulumi/events";
export type { Operation, Outcome } from "../pulumi/operate";
export { LockedError, Stacks } from "../pulumi/stacks";
export { type Forgotten, forget, meantBy } from "./forget";
export { type Guard, type Listener, type RunOptions, type RunOutcome, runShards } from "./run";
