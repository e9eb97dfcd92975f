/** Policies: what the desired and the live state of a stack are held to. */
export { type PolicyDecision, PolicyError } from "./enforce";
export { formatFinding } from "./finding";
export { judgeDeclared, judgeStack } from "./run";
