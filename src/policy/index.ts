/** Policies: what the desired and the live state of a stack are held to. */
export { decide, type PolicyDecision, PolicyError, type PolicyRun } from "./enforce";
export { formatFinding, type PolicyFinding } from "./finding";
export { judgeDeclared, judgeStack, type KnownStack } from "./run";
