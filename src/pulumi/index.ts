/** The running Pulumi engine: which one it is, what it was asked to do, and the state of its stack. */
export { findRunningEngine, type RunningEngine } from "./engine";
export { type ExportResult, exportState } from "./export";
export { createTargetMatcher, type RunningOperation } from "./operation";
