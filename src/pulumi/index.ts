/** Pulumi's engine while it runs this: which one it is, what it was asked to do, and what its stack's state holds. */
export { type RunningEngine, runningEngine } from "./engine";
export { type Exported, exportState } from "./export";
export { isTargeted, type OperationName, type RunningOperation } from "./operation";
