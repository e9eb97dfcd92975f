/**
 * Repositories and projects that went from one shard to another under a new name, which neither shard sees by itself: the one
 * would delete it, the other create it empty.
 */
import { type DesiredResource, type DesiredStack, keyOf } from "../desired";
import { isRepositoryOrProject } from "../kinds/kind";
import {
  createLiveLookup,
  findRenames,
  type Renames,
  renameHints,
  type StateEntry,
  SuspectedRenameError,
} from "../plan";
import { type ProgramContext, refuseApply } from "./context";
import type { ResolvedResource } from "./resolved";

/**
 * Stops an apply of one shard that would delete or create such a resource.
 *
 * @param whole The stack with all of its shards.
 * @param desired What counts of what is declared here.
 * @param state What counts of the state, under the names that it continues with.
 */
export async function refuseMovedAcross(
  whole: DesiredStack,
  desired: readonly ResolvedResource[],
  state: readonly StateEntry[],
  context: ProgramContext,
): Promise<void> {
  if (!whole.sharding || !context.others) return;
  const isRoot = ({ kind }: Pick<StateEntry, "kind">) => isRepositoryOrProject(kind);
  const declared = new Set(whole.resources.map(keyOf));
  const held = new Set(state.map(keyOf));
  const appeared = desired.filter((one) => isRoot(one) && !held.has(keyOf(one)));
  const vanished = state.filter((one) => isRoot(one) && !declared.has(keyOf(one)));
  if (appeared.length + vanished.length === 0) return;
  const args = new Map(desired.map((one) => [one.resource, one.args]));
  const renames = await findRenames(
    whole.resources
      .filter(isRoot)
      .map((resource) => ({ resource, args: args.get(resource) ?? resource.args })),
    // What is here counts, if an interrupted move has left it in both.
    [...(await context.others.list()).filter(isRoot), ...state.filter(isRoot)],
    createLiveLookup(context.live),
  );
  const lines = describeAcross(renames, new Set(args.keys()), new Set(state.map(({ urn }) => urn)));
  if (lines.length > 0)
    await refuseApply(context, { error: new SuspectedRenameError(lines), preview: lines.join("\n") });
}

/** Those of which one side is here and the other is not. */
function describeAcross(
  { former, suspected }: Renames,
  here: ReadonlySet<DesiredResource>,
  held: ReadonlySet<string>,
): readonly string[] {
  const isAcross = (resource: DesiredResource, { urn }: StateEntry) => here.has(resource) !== held.has(urn);
  const known = [...former]
    .filter(([resource, entry]) => isAcross(resource, entry))
    .map(
      ([{ position, kind, name }, entry]) =>
        `${position.file}:${position.line}:${position.column} ${position.path}: the ${kind.title} ${name} is ${entry.name}, ` +
        `which the state of ${held.has(entry.urn) ? "this shard" : "another shard"} holds. Run "npx bitbucket-as-code up" for ` +
        "the whole stack: it moves its state.",
    );
  return [
    ...known,
    ...renameHints({ suspected: suspected.filter(({ resource, state }) => isAcross(resource, state)) }),
  ];
}
