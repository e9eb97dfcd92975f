/** Moves from Terraform: its state selects among the live objects of the workspace. */

export { formatRemoval } from "./removal";
export { FromTerraform, type TerraformOutcome, type TerraformSelection } from "./source";
export { readTerraform, type TerraformState } from "./state";
