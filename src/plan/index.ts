export { type Desired, type Plan, type Planned, planOf } from "./plan";
export { budgetWarning, requestsFor } from "./requests";
export { checkSafety, limitsFrom, SafetyLimitError, wholeNumber } from "./safety";
export { missingScopes, preflight, readPathOf, requestsOf, somewhere } from "./scopes";
export { readState, resourcesIn, type StateResource } from "./state";
