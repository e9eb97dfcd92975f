/**
 * Resources of a shard that are new to its state, and that the state of another shard holds: they moved in the YAML. An
 * adoption would leave them in both states.
 */
import { type DesiredStack, keyOf } from "../desired";
import { type StateEntry, SuspectedRenameError } from "../plan";
import { describeHeldElsewhere } from "../pulumi/otherShards";
import { type ProgramContext, refuseApply, wouldStop } from "./context";
import type { ResolvedResource } from "./resolved";

/**
 * Stops an apply that would adopt such a resource.
 *
 * @param desired What is declared here.
 * @param state The state, under the names that it continues with.
 */
export async function refuseHeldElsewhere(
  { sharding }: Pick<DesiredStack, "sharding">,
  desired: readonly ResolvedResource[],
  state: readonly StateEntry[],
  context: ProgramContext,
): Promise<void> {
  if (!sharding) return;
  const held = new Set(state.map(keyOf));
  const reasons: string[] = [];
  for (const one of desired) {
    const { kind, parent, position, name } = one.resource;
    if (parent || !kind.parentRole || held.has(keyOf(one))) continue;
    const holder = await context.others?.findHolder(kind, { name });
    if (holder !== undefined)
      reasons.push(
        `${position.file}:${position.line}:${position.column} ${position.path}: the ${kind.title} ${name} moved here: ` +
          `${describeHeldElsewhere(holder)}.`,
      );
  }
  if (reasons.length === 0) return;
  await refuseApply(context, {
    error: new SuspectedRenameError(reasons),
    preview: [...reasons, wouldStop].join("\n"),
  });
}
