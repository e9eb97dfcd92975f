import { withDefaults } from "../model/values";
import { ProtectedError } from "../provider/limits";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import type { RefreshedEntry } from "./refresh";

/**
 * The engine refuses to delete what the state protects: with `pulumi state protect`, also what YAML does not.
 *
 * @param going URNs of what would be deleted.
 */
export async function refuseProtected(
  entries: readonly RefreshedEntry[],
  going: ReadonlySet<string>,
  context: ProgramContext,
): Promise<void> {
  const reasons = entries.flatMap((entry) => {
    const { kind, raw, before } = entry;
    const isOwn = kind.refuseDelete?.(withDefaults(kind, before.outputs)) !== undefined;
    if (!going.has(raw.urn) || !raw.protect || isOwn) return [];
    return `The ${kind.title} ${entry.name} is protected in the state. To delete it, run "pulumi state unprotect '${raw.urn}'".`;
  });
  if (reasons.length === 0) return;
  await refuseApply(context, {
    error: new ProtectedError(reasons),
    preview: new ProtectedError(reasons, wouldStop).message,
  });
}
