/** Running a stack that is split into several Pulumi stacks as one. */
export type { Change, Message, Operation, Outcome } from "./engine";
export { type Listener, type RunOptions, type RunOutcome, runShards } from "./run";
export { Stacks } from "./stacks";
