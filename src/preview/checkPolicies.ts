/** The stack's policies: a mandatory one that is not kept stops an apply before the first change. */
import { baseShard, type DesiredStack, formatDiagnostic, type StackLocation } from "../desired";
import type { StateEntry } from "../plan";
import { judgeStack, PolicyError } from "../policy";
import type { UnmanagedObject } from "../unmanaged";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import type { ResolvedResource } from "./resolved";

interface Judged {
  readonly whole: DesiredStack;
  readonly stack: DesiredStack;
  readonly place: StackLocation;
  readonly desired: readonly ResolvedResource[];
  /** Undefined in a preview that cannot read it. */
  readonly state: readonly StateEntry[] | undefined;
  readonly removals: readonly UnmanagedObject[];
}

/**
 * @param scope The keys of what is looked at, if that is a part of the stack.
 * @throws {PolicyError} in an apply. A preview shows what would stop one.
 */
export async function checkPolicies(
  { whole, stack, place, desired, state = [], removals }: Judged,
  context: ProgramContext,
  scope?: ReadonlySet<string>,
): Promise<void> {
  if (!whole.policies) return;
  const { reads, live, log } = context;
  const { refusals, warnings, leftOut } = await judgeStack({
    run: "apply",
    whole,
    stack,
    desired,
    state,
    removals,
    // Resources of no project or repository belong to the base.
    ofWorkspace: place.shard === baseShard,
    client: reads,
    live,
    scope,
  });
  for (const warning of warnings) await log.warn(formatDiagnostic(warning));
  if (leftOut !== undefined) await log.info(leftOut);
  if (refusals.length === 0) return;
  const { message: preview } = new PolicyError(refusals, wouldStop);
  const error = new PolicyError(refusals, "Nothing was changed.");
  context.note({ note: "policyRefused", stack: context.stackName, text: error.message });
  await refuseApply(context, { error, preview });
}
