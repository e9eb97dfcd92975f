export { type Existing, existingOf, existingText } from "./existing";
export { liveLook, renameHints, renameNotes, SuspectedRenameError } from "./moveNotes";
export {
  differsInNameOnly,
  type LiveLook,
  type Renames,
  renamesOf,
  type Suspected,
  underNewNames,
} from "./moves";
export { placesOf } from "./places";
export { type Desired, type Plan, type Planned, planOf } from "./plan";
export { budgetWarning, type RequestEstimate, requestsFor } from "./requests";
export {
  allowedDeletions,
  checkProtected,
  checkSafety,
  limitsFrom,
  NothingDeclaredError,
  ProtectedError,
  SafetyLimitError,
} from "./safety";
export {
  missingScopes,
  type Needed,
  type Preflight,
  preflight,
  readPathOf,
  readPathsOf,
  requestsOf,
  scopesOfRequest,
  somewhere,
} from "./scopes";
export {
  ownersOf,
  type Purpose,
  placedIn,
  purposes,
  type StackScopes,
  scopesOfStack,
  withStandIns,
} from "./stackScopes";
export {
  type Applied,
  readState,
  resourcesIn,
  type StateReading,
  type StateResource,
  UnreadableStateError,
  unreadableText,
} from "./state";
export { namesUsers } from "./users";
export { withoutVanished } from "./vanished";
