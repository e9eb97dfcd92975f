/** The checks of a program that runs YAML before its first change. */
import { fetchGrantedScopes } from "../bitbucket";
import { type DesiredStack, keyOf } from "../desired";
import { UserError } from "../errors";
import {
  checkProtected,
  checkSafety,
  collectScopes,
  estimateRequests,
  findRecreated,
  formatBudgetWarning,
  formatMissingScopes,
  isDestructionRefusal,
  type Plan,
  ProtectedError,
  placeChanges,
  planChanges,
  readAllowedDeletions,
  readLimits,
  removeVanished,
  type StateEntry,
} from "../plan";
import { runContext } from "../pulumi/runContext";
import type { UnmanagedObject } from "../unmanaged/model";
import { addRemovals } from "../unmanaged/plan";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import type { ResolvedResource } from "./resolved";

/** The checks before the first change. */
interface Checked {
  readonly stack: DesiredStack;
  readonly desired: readonly ResolvedResource[];
  /** The resources in the state. */
  readonly state: readonly StateEntry[];
  /** Unmanaged objects to delete. */
  readonly removals: readonly UnmanagedObject[];
}

/** Stops before the first change if a plan destroys too much, or the credential cannot carry it out. */
export async function checkPlan(
  { stack, desired, removals, ...given }: Checked,
  context: ProgramContext,
): Promise<void> {
  const { client, reads, live, env, settings, log } = context;
  const state = selectWorkspace(given.state, stack.workspace);
  const managed = planChanges(desired, state, stack.workspace);
  const plan = addRemovals(managed, removals);
  const placed = placeChanges(
    desired.map(({ resource }) => resource),
    plan.changes,
  );
  // A look at a part of the stack takes requests for that part alone.
  const isEstimated = runContext(env)?.isEstimated || context.isPartial;
  const costly = isEstimated
    ? undefined
    : formatBudgetWarning(estimateRequests(state, placed), client.budget);
  if (costly !== undefined) await log.warn(costly);
  if (plan.changes.length === 0) return;
  const limits = readLimits((name) => settings(`bitbucket:${name}`));
  const allowed = readAllowedDeletions(env);
  const going = new Set(deletionsOf(managed).map(keyOf));
  const isGoing = (resource: StateEntry) => going.has(keyOf(resource));
  await refuseRecreated(await findRecreated(state.filter(isGoing), live), context);
  const settled = await removeVanished(state, live, isGoing, (resources) => {
    const its = planChanges(desired, resources, stack.workspace);
    checkProtected(its);
    checkSafety(addRemovals(its, removals), limits, allowed);
  });
  const judged = settled === state ? managed : planChanges(desired, settled, stack.workspace);
  await refuseDestruction((outcome) => checkProtected(judged, outcome), context);
  const whole = addRemovals(judged, removals);
  await refuseDestruction((outcome) => checkSafety(whole, limits, allowed, outcome), context);

  const asked = placed.filter(({ along }) => !along);
  const scopes = collectScopes(asked, client.credentials.type);
  const granted = await fetchGrantedScopes(reads);
  const missing = formatMissingScopes(scopes, granted);
  if (missing === undefined) return;
  // A preview may run with a credential that only reads.
  const warning = formatMissingScopes(
    scopes,
    granted,
    "An apply with it would stop before the first change.",
  );
  await refuseApply(context, {
    error: new UserError(missing),
    preview: warning ?? missing,
    isOnlyHere: true,
  });
}

/** The state of this workspace, already checked to be the requested one, under its requested name. */
function selectWorkspace(state: readonly StateEntry[], workspace: string): readonly StateEntry[] {
  return state.map((resource) =>
    resource.outputs.workspace === undefined
      ? resource
      : { ...resource, outputs: { ...resource.outputs, workspace } },
  );
}

function deletionsOf({ changes }: Plan): Plan["changes"] {
  return changes.filter(({ operation }) => operation === "delete");
}

async function refuseRecreated(reasons: readonly string[], context: ProgramContext): Promise<void> {
  if (reasons.length === 0) return;
  const { message } = new ProtectedError(reasons, wouldStop);
  await refuseApply(context, { error: new ProtectedError(reasons), preview: message });
}

/**
 * Refuses an apply for what it would destroy. A preview shows it beside the changes: of protection, the engine says no more
 * than that it is there.
 */
async function refuseDestruction(check: (outcome?: string) => void, context: ProgramContext): Promise<void> {
  const error = refusalOf(check);
  const shown = error && refusalOf(() => check(wouldStop));
  if (shown) await refuseApply(context, { error, preview: shown.message });
}

function refusalOf(check: () => void): UserError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isDestructionRefusal(error)) return error;
    throw error;
  }
}
