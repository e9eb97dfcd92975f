export { type Desired, type Plan, type Planned, planOf } from "./plan";
export { checkSafety, limitsFrom, SafetyLimitError, wholeNumber } from "./safety";
export { missingScopes, preflight, readPathOf, requestsOf, somewhere } from "./scopes";
export { readState, resourcesIn, type StateResource } from "./state";
