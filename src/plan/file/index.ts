/** Plan files: what a preview found, to be reviewed, and to be applied as it is or not at all. */
export { planBody, secretDigests, sourcesOf } from "./build";
export { joinPlans, parsePlan, readPlan, writePlan } from "./file";
export {
  type PlanBody,
  type PlanFile,
  type PlannedChange,
  PlanRefusedError,
} from "./format";
export { type PlanKey, planKeyFrom, Seal, sealOf } from "./seal";
export { checkServer, serverOf } from "./server";
export { checkLive, checkSecrets, checkSources, shardDiffers } from "./verify";
