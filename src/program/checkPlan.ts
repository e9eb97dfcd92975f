/** The checks of a program that runs YAML before its first change. */
import * as pulumi from "@pulumi/pulumi";
import { type Client, grantedScopes } from "../bitbucket";
import { type DesiredStack, keyOf } from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import type { LiveReader } from "../live";
import {
  allowedDeletions,
  budgetWarning,
  checkProtected,
  checkSafety,
  limitsFrom,
  missingScopes,
  type Plan,
  ProtectedError,
  placedIn,
  planOf,
  preflight,
  requestsFor,
  type StateResource,
  withoutVanished,
} from "../plan";
import { type Unmanaged, withRemovals } from "../unmanaged";
import type { Ready } from "./registration";

/** What is looked at before the first change. */
interface Checked {
  readonly stack: DesiredStack;
  readonly desired: readonly Ready[];
  /** What the state holds. */
  readonly state: readonly StateResource[];
  /** Unmanaged objects that are to be deleted. */
  readonly removals: readonly Unmanaged[];
  readonly live: LiveReader;
  readonly client: Client;
}

/** Stops before the first change where a plan destroys too much, or the credential cannot carry it out. */
export async function checkPlan({
  stack,
  desired,
  removals,
  live,
  client,
  ...given
}: Checked): Promise<void> {
  const state = inWorkspace(given.state, stack.workspace);
  const config = new pulumi.Config("bitbucket");
  const managed = planOf(desired, state, stack.workspace);
  const plan = withRemovals(managed, removals);
  const placed = placedIn(
    desired.map(({ resource }) => resource),
    plan.changes,
  );
  const costly = environment().BITBUCKET_ESTIMATED
    ? undefined
    : budgetWarning(requestsFor(state, placed), client.budget);
  if (costly !== undefined) await pulumi.log.warn(costly);
  if (plan.changes.length === 0) return;
  const limits = limitsFrom((name) => config.get(name));
  const allowed = allowedDeletions(environment());
  const going = new Set(deletionsOf(managed).map(keyOf));
  const isGoing = (resource: StateResource) => going.has(keyOf(resource));
  const settled = await withoutVanished(state, live, isGoing, (resources) => {
    const its = planOf(desired, resources, stack.workspace);
    checkProtected(deletionsOf(its));
    checkSafety(withRemovals(its, removals), limits, allowed);
  });
  const judged = settled === state ? managed : planOf(desired, settled, stack.workspace);
  // In a preview, the engine says it beside all other changes, but not what to do about it.
  if (pulumi.runtime.isDryRun()) await warnOfProtected(deletionsOf(judged));
  else checkProtected(deletionsOf(judged));
  checkSafety(withRemovals(judged, removals), limits, allowed);

  const asked = placed.filter(({ along }) => !along);
  const isPreview = pulumi.runtime.isDryRun();
  const missing = missingScopes(
    preflight(asked, client.credentials.type),
    await grantedScopes(client),
    isPreview ? "An apply with it would stop before the first change." : undefined,
  );
  if (missing === undefined) return;
  // A preview may run with a credential that only reads.
  if (!isPreview) throw new UserError(missing);
  await pulumi.log.warn(missing);
}

/** The state of this workspace, which was checked to be the one that is asked for, under the name that it is asked for by. */
function inWorkspace(state: readonly StateResource[], workspace: string): readonly StateResource[] {
  return state.map((resource) =>
    resource.outputs.workspace === undefined
      ? resource
      : { ...resource, outputs: { ...resource.outputs, workspace } },
  );
}

function deletionsOf({ changes }: Plan): Plan["changes"] {
  return changes.filter(({ operation }) => operation === "delete");
}

async function warnOfProtected(deleted: Parameters<typeof checkProtected>[0]): Promise<void> {
  try {
    checkProtected(deleted, "An apply would stop before the first change.");
  } catch (error) {
    if (!(error instanceof ProtectedError)) throw error;
    await pulumi.log.warn(error.message);
  }
}
