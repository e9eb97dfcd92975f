/** Selects the policy for an unmanaged object: from the stack's own to the repository's. */
import type { DesiredResource, Policy, UnmanagedPolicy } from "../desired";
import type { Kind } from "../kinds/kind";
import { isRemovedByNameOnly } from "../kinds/unmanaged";

/**
 * Returns the policy for an object; undefined if there is none.
 *
 * From the least to the most specific: the stack's, the stack's for the kind, its rules, the owner's, the
 * owner's for the kind. A repository or project is only removed if a rule names it: otherwise it is reported.
 *
 * @param holder The declared repository or project that it is in.
 */
export function policyFor(
  stack: UnmanagedPolicy | undefined,
  kind: Kind,
  names: readonly string[],
  holder: DesiredResource | undefined,
): Policy | undefined {
  let policy = stack?.kinds.get(kind) ?? stack?.policy;
  let named = false;
  for (const rule of stack?.rules ?? []) {
    if ((rule.kinds && !rule.kinds.has(kind)) || !names.some((name) => rule.matches(name))) continue;
    policy = rule.policy;
    named = rule.isExplicit;
  }
  const own = holder?.unmanaged?.kinds.get(kind) ?? holder?.unmanaged?.policy;
  if (own !== undefined) {
    policy = own;
    named = false;
  }
  return policy === "remove" && isRemovedByNameOnly(kind) && !named ? "report" : policy;
}

/** Whether any policy may require objects of a kind: only then they are read. */
export function isPolicyAsked(
  stack: UnmanagedPolicy | undefined,
  kind: Kind,
  holder: DesiredResource | undefined,
  defaultPolicy: Policy,
): boolean {
  const own = holder?.unmanaged?.kinds.get(kind) ?? holder?.unmanaged?.policy;
  if (own !== undefined) return own !== "ignore";
  const rules = (stack?.rules ?? []).filter((rule) => !rule.kinds || rule.kinds.has(kind));
  const usual = stack?.kinds.get(kind) ?? stack?.policy ?? defaultPolicy;
  return usual !== "ignore" || rules.some((rule) => rule.policy !== "ignore");
}
