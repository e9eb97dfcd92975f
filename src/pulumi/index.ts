/** Pulumi's engine while it runs this: which one it is, what it was asked to do, and what its stack's state holds. */
export { findRunningEngine } from "./engine";
export { type ExportResult, exportState } from "./export";
export { isTargeted, type RunningOperation } from "./operation";
