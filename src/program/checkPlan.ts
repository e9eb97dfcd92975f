/** The checks of a program that runs YAML before its first change. */
import { type Client, fetchGrantedScopes } from "../bitbucket";
import { type DesiredStack, keyOf } from "../desired";
import { environment } from "../environment";
import { messageOf, UserError } from "../errors";
import type { LiveReader } from "../live";
import {
  checkProtected,
  checkSafety,
  collectScopes,
  estimateRequests,
  formatBudgetWarning,
  formatMissingScopes,
  type Plan,
  ProtectedError,
  placeChanges,
  planChanges,
  readAllowedDeletions,
  readLimits,
  removeVanished,
  type StateEntry,
} from "../plan";
import type { ConfigLookup } from "../provider/session";
import { runContext } from "../pulumi/runContext";
import type { UnmanagedObject } from "../unmanaged/model";
import { addRemovals } from "../unmanaged/plan";
import type { Reporter, ResolvedResource } from "./prepare";

/** The checks before the first change. */
interface Checked {
  readonly stack: DesiredStack;
  readonly desired: readonly ResolvedResource[];
  /** The resources in the state. */
  readonly state: readonly StateEntry[];
  /** Unmanaged objects to delete. */
  readonly removals: readonly UnmanagedObject[];
  readonly live: LiveReader;
  readonly client: Client;
  readonly settings: ConfigLookup;
  readonly reporter: Reporter;
}

/** Stops before the first change if a plan destroys too much, or the credential cannot carry it out. */
export async function checkPlan({
  stack,
  desired,
  removals,
  live,
  client,
  settings,
  reporter,
  ...given
}: Checked): Promise<void> {
  const state = selectWorkspace(given.state, stack.workspace);
  const managed = planChanges(desired, state, stack.workspace);
  const plan = addRemovals(managed, removals);
  const placed = placeChanges(
    desired.map(({ resource }) => resource),
    plan.changes,
  );
  const costly = runContext(environment())?.isEstimated
    ? undefined
    : formatBudgetWarning(estimateRequests(state, placed), client.budget);
  if (costly !== undefined) await reporter.warn(costly);
  if (plan.changes.length === 0) return;
  const limits = readLimits((name) => settings(`bitbucket:${name}`));
  const allowed = readAllowedDeletions(environment());
  const going = new Set(deletionsOf(managed).map(keyOf));
  const isGoing = (resource: StateEntry) => going.has(keyOf(resource));
  const settled = await removeVanished(state, live, isGoing, (resources) => {
    const its = planChanges(desired, resources, stack.workspace);
    checkProtected(deletionsOf(its));
    checkSafety(addRemovals(its, removals), limits, allowed);
  });
  const judged = settled === state ? managed : planChanges(desired, settled, stack.workspace);
  await refuseProtected(deletionsOf(judged), reporter);
  checkSafety(addRemovals(judged, removals), limits, allowed);

  const asked = placed.filter(({ along }) => !along);
  const scopes = collectScopes(asked, client.credentials.type);
  const granted = await fetchGrantedScopes(client);
  const missing = formatMissingScopes(scopes, granted);
  if (missing === undefined) return;
  // A preview may run with a credential that only reads.
  const warning = formatMissingScopes(
    scopes,
    granted,
    "An apply with it would stop before the first change.",
  );
  await reporter.refuseApply(new UserError(missing), [warning ?? missing]);
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

/** In a preview, the engine reports protection beside all other changes, but not what to do about it. */
async function refuseProtected(deleted: Plan["changes"], reporter: Reporter): Promise<void> {
  try {
    checkProtected(deleted);
  } catch (error) {
    if (!(error instanceof ProtectedError)) throw error;
    await reporter.refuseApply(error, [warningOfProtected(deleted)]);
  }
}

function warningOfProtected(deleted: Plan["changes"]): string {
  try {
    checkProtected(deleted, "An apply would stop before the first change.");
    return "";
  } catch (error) {
    return messageOf(error);
  }
}
