/** Imports an existing workspace: into YAML or a program, and into the state. */

export { formatRemoval, readTerraform, type TerraformOutcome, type TerraformState } from "./fromTerraform";
export { type ImportOutcome, importWorkspace } from "./run";
export type { DifferingResource } from "./state";
