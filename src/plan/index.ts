export { liveLook, renameHints, renameNotes } from "./moveNotes";
export { type LiveLook, type Renames, renamesOf, type Suspected, underNewNames } from "./moves";
export { type Desired, type Plan, type Planned, planOf } from "./plan";
export { budgetWarning, requestsFor } from "./requests";
export { checkSafety, limitsFrom, SafetyLimitError, wholeNumber } from "./safety";
export { missingScopes, preflight, readPathOf, requestsOf, somewhere } from "./scopes";
export { type Applied, readState, resourcesIn, type StateResource } from "./state";
