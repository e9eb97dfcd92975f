/** Moving from Terraform: its state as a choice among what lives in the workspace. */

export { formatRemoval } from "./removal";
export { FromTerraform, type TerraformOutcome, type TerraformSelection } from "./source";
export { readTerraform, type TerraformState } from "./state";
