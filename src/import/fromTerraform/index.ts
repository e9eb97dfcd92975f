/** Moving from Terraform: its state as a choice among what lives in the workspace. */
export { chosenBy } from "./choose";
export { FromTerraform, type TerraformChosen, type TerraformOutcome } from "./source";
export { readTerraform, type TerraformState } from "./state";
export { removal } from "./takeOut";
export { within } from "./within";
