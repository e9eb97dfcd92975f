/** Plan files: what a preview found, to be reviewed, and to be applied as it is or not at all. */
export { buildPlan, hashSecrets, sourcesOf } from "./build";
export { joinPlans, parsePlan, readPlan, readSignedPlan, writePlan } from "./file";
export {
  type PlanBody,
  type PlanFile,
  type PlannedChange,
  PlanRefusedError,
  planRefusedExitCode,
  toPlanRefusal,
} from "./format";
export { checkServer, type FoundServer, findServer } from "./server";
export { PlanSigner, planKeyFrom, verifyPlan } from "./signature";
export { checkLive, checkSecrets, checkSources, hasShardChanged } from "./verify";
