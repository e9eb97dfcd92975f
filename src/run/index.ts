/** Runs a stack that is split into several Pulumi stacks as one. */
export type { EngineMessage, ResourceChange } from "../pulumi/events";
export type { ShardOutcome, StackOperation } from "../pulumi/operate";
export { LockedError } from "../pulumi/stackErrors";
export { Stacks } from "../pulumi/stacks";
export { type ForgottenResource, forgetResources } from "./forget";

export type { Listener, RunOptions, RunOutcome } from "./options";
export { isRefused } from "./outcome";
export { runShards } from "./run";
export { previewWithoutEngine } from "./withoutEngine";
