/** Taking over a workspace that is there: into YAML or a program, and into the state. */
export { Journal } from "./journal";
export { type ImportOptions, type ImportOutcome, importWorkspace } from "./run";
export { readTerraform, type TerraformState } from "./terraform";
