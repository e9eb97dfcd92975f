/** Safety limits of an apply, checked on its plan before the first change. */
import { refuseReplacement } from "../model/replacement";
import { withDefaults } from "../model/values";
import { checkDestruction, ProtectedError, type SafetyLimits } from "../provider/limits";
import type { Plan } from "./plan";

export { isDestructionRefusal, ProtectedError, readAllowedDeletions, readLimits } from "../provider/limits";

/**
 * Throws a `ProtectedError` where something is to be deleted or replaced that may not be. The engine and the provider say
 * so as well, but only when its turn comes.
 */
export function checkProtected(plan: Pick<Plan, "changes">, outcome?: string): void {
  const reasons = findProtected(plan);
  if (reasons.length > 0) throw new ProtectedError(reasons, outcome);
}

/** Returns a reason for each resource that is to be deleted or replaced and may not be. */
export function findProtected({ changes }: Pick<Plan, "changes">): string[] {
  return changes.flatMap(({ operation, kind, values, replaced }) => {
    if (replaced) return refuseReplacement(kind, replaced.values, values, replaced.fields) ?? [];
    return (operation === "delete" && kind.refuseDelete?.(withDefaults(kind, values))) || [];
  });
}

/**
 * Holds a plan to the limits.
 *
 * @param allowed How many deletions were allowed for this one run.
 * @param outcome What follows from a refusal. Default: that nothing was changed.
 * @throws {SafetyLimitError} where it exceeds them.
 * @throws {NothingDeclaredError} where nothing would be left of the stack.
 */
export function checkSafety(plan: Plan, limits: SafetyLimits, allowed = 0, outcome?: string): void {
  const destroyed = plan.changes
    .filter(({ operation }) => operation === "delete" || operation === "replace")
    .map(({ operation, kind, name }) => `${operation} ${kind.title} ${name}`);
  const { managed, kept } = plan;
  checkDestruction({ destroyed, managed, kept, source: "The YAML", outcome }, limits, allowed);
}
