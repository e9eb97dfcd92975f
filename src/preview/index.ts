/** What a run would change: what the YAML declares, and a preview of it that needs no engine. */
export type { ApplyRefusal, ProgramContext } from "./context";
export { type DeclaredStack, declareStack, selectShard } from "./declare";
export { isTold, readScope } from "./engineScope";
export { reportExisting } from "./existing";
export { handOnRepositoryFiles } from "./handedFiles";
export { judgeShard } from "./judge";
export { lookAtShard } from "./look";
export type { LookResult } from "./lookResult";
export { type ProgramRuntime, programRuntime, whyOnlyEngine } from "./ownProgram";
export type { LookedAtPart } from "./part";
export {
  readRepositoryFiles,
  repositoriesHeld,
  repositoriesIn,
  repositoriesOfStacks,
} from "./repositoryFiles";
export type { ResolvedResource } from "./resolved";
export { addRelatives, type FormerStack, findChangedKeys, type LookScope } from "./scope";
export { loadShard } from "./shard";
