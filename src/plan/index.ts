export {
  formatUnreadableState,
  readState,
  type StateReading,
  UnreadableStateError,
} from "../pulumi/stackState";
export { readStateEntries, type StateEntry } from "../pulumi/state";
export { findExistingObjects } from "./existing";
export { isRenamedOnly } from "./identities";
export { paceRequests } from "./pace";
export { placesOf } from "./places";
export { type Plan, planChanges } from "./plan";
export { findRecreated } from "./recreated";
export { createLiveLookup, renameHints, renameMessages, SuspectedRenameError } from "./renameMessages";
export { applyRenames, findRenames, type LiveLookup, type Renames, type SuspectedRename } from "./renames";
export { estimateRequests, formatBudgetWarning, type RequestEstimate } from "./requests";
export {
  checkProtected,
  checkSafety,
  findProtected,
  isDestructionRefusal,
  ProtectedError,
  readAllowedDeletions,
  readLimits,
} from "./safety";
export {
  collectScopes,
  formatMissingScopes,
  placeholderLocation,
  type RequiredScope,
  readPathOf,
  requestsOf,
  scopesOfRequest,
} from "./scopes";
export {
  fillStandIns,
  type Purpose,
  placeChanges,
  purposes,
  scopesOfStack,
} from "./stackScopes";
export { hasUserReferences } from "./users";
export { removeVanished } from "./vanished";
