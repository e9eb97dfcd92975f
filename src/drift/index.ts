/** Drift: desired, last applied and live state, compared without a run of the engine. */
export { type Comparison, compareStack } from "./compare";
export { fingerprintOf } from "./fingerprint";
export * from "./model";
export { type Filter, FilterError } from "./select";
