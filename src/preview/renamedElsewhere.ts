/**
 * Resources that `renamedFrom` says are another one, which this state does not hold and Bitbucket has: the state of another
 * shard or stack holds it. A create would leave both, the new one empty.
 */
import { type DesiredResource, type DesiredStack, keyOf } from "../desired";
import { check } from "../model/check";
import { toLocation } from "../model/location";
import { withDefaults } from "../model/values";
import { placesOf, type StateEntry, SuspectedRenameError } from "../plan";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import type { ResolvedResource } from "./resolved";

/**
 * Stops an apply that would create such a resource.
 *
 * @param whole The stack with all of its shards.
 * @param desired What is declared here.
 * @param state The state, under the names that it continues with.
 */
export async function refuseRenamedElsewhere(
  whole: DesiredStack,
  desired: readonly ResolvedResource[],
  state: readonly StateEntry[],
  context: ProgramContext,
): Promise<void> {
  const held = new Set(state.map(keyOf));
  const declared = new Set(whole.resources.map(keyOf));
  const hints: string[] = [];
  for (const one of desired) {
    const { kind, parent, renamedFrom } = one.resource;
    // Only these have contents of their own, and keys that are their names in Bitbucket.
    if (typeof renamedFrom !== "string" || parent || !kind.parentRole || held.has(keyOf(one))) continue;
    // The former name is that of another one by now.
    if (declared.has(keyOf({ kind, name: renamedFrom }))) continue;
    if (
      (await isThere(one, renamedFrom, whole.workspace, context)) &&
      !(await isThere(one, undefined, whole.workspace, context))
    )
      hints.push(formatHint(one.resource, renamedFrom, context.stackName));
  }
  if (hints.length === 0) return;
  const preview = [...hints, wouldStop].join("\n");
  await refuseApply(context, { error: new SuspectedRenameError(hints), preview });
}

/** @param former The name to look for. Default: the declared one. */
async function isThere(
  { resource, kind, args }: ResolvedResource,
  former: string | undefined,
  workspace: string,
  { live }: ProgramContext,
): Promise<boolean> {
  const { nameField } = kind.yaml;
  const named = former === undefined || nameField === undefined ? {} : { [nameField]: former };
  const places = placesOf(resource, workspace, () => undefined);
  const values = withDefaults(kind, check(kind, {}, { ...places, ...args, ...named }).inputs);
  return (await live.find(kind, toLocation(kind, values), values)) !== undefined;
}

function formatHint({ position, kind, name }: DesiredResource, former: string, stack: string): string {
  return (
    `${position.file}:${position.line}:${position.column} ${position.path}: the ${kind.title} ${name} was renamed from ${former}, ` +
    `which exists in Bitbucket and is not in the state of ${stack}. ${name} would be created empty beside it. If another shard ` +
    'holds it, run "npx bitbucket-as-code up" for the whole stack: it moves the state. If it is not managed, or another stack ' +
    `holds it, import it as ${former} first. If they are two, remove "renamedFrom".`
  );
}
