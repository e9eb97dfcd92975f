export { type ExistingMatch, findExistingObjects, formatExisting } from "./existing";
export { placesOf } from "./places";
export { type DesiredArgs, type Plan, type PlannedOperation, planChanges } from "./plan";
export { createLiveLookup, renameHints, renameMessages, SuspectedRenameError } from "./renameMessages";
export {
  applyRenames,
  findRenames,
  isRenamedOnly,
  type LiveLookup,
  type Renames,
  type SuspectedRename,
} from "./renames";
export { estimateRequests, formatBudgetWarning, type RequestEstimate } from "./requests";
export {
  checkProtected,
  checkSafety,
  NothingDeclaredError,
  ProtectedError,
  readAllowedDeletions,
  readLimits,
  SafetyLimitError,
} from "./safety";
export {
  collectScopes,
  formatMissingScopes,
  placeholderLocation,
  type RequiredScope,
  readPathOf,
  readPathsOf,
  requestsOf,
  type ScopeRequirements,
  scopesOfRequest,
} from "./scopes";
export {
  fillStandIns,
  ownersOf,
  type Purpose,
  placeChanges,
  purposes,
  type StackScopes,
  scopesOfStack,
} from "./stackScopes";
export {
  type AppliedResource,
  formatUnreadableState,
  readState,
  readStateEntries,
  type StateEntry,
  type StateReading,
  UnreadableStateError,
} from "./state";
export { hasUserReferences } from "./users";
export { removeVanished } from "./vanished";
