/** Taking over a workspace that is there: into YAML or a program, and into the state. */

export { readTerraform, removal, type TerraformOutcome, type TerraformState } from "./fromTerraform";
export { Journal } from "./journal";
export { type ImportOptions, type ImportOutcome, importWorkspace } from "./run";
