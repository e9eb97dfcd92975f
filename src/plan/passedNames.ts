/** Names that go from one repository or project to another in one run, which Bitbucket refuses while the first one has it. */
import { type DesiredResource, DesiredStateError, type Diagnostic, keyOf } from "../desired";
import { isRepositoryOrProject, type LiveObject, type Properties } from "../kinds/kind";
import type { StateEntry } from "../pulumi/state";
import { listIdentities, liveIdentity, tryIdentity } from "./identities";

/**
 * The engine updates both at once, in any order: a part of the run fails, or, for two that swap names, all of it.
 *
 * @param former As in `Renames`.
 * @param live Asked only for what still has a wanted name in the state: it may have been renamed in Bitbucket.
 * @throws {DesiredStateError} for a name that another resource of the stack gives up in the same run.
 */
export async function refusePassedNames(
  wanted: readonly { readonly resource: DesiredResource; readonly args: Properties }[],
  state: readonly StateEntry[],
  former: ReadonlyMap<DesiredResource, StateEntry>,
  live: (resource: StateEntry) => Promise<LiveObject | undefined>,
): Promise<void> {
  const byKey = new Map(state.filter(({ pendingDelete }) => !pendingDelete).map((one) => [keyOf(one), one]));
  const roots = wanted.flatMap(({ resource, args }) => {
    const held = former.get(resource) ?? byKey.get(keyOf(resource));
    if (!isRepositoryOrProject(resource.kind) || !held) return [];
    return [{ resource, held, wanted: tryIdentity(resource.kind, args), before: listIdentities(held) }];
  });
  const holders = new Map(
    roots.flatMap((one) => one.before.map((name) => [`${one.resource.kind.name} ${name}`, one])),
  );
  const problems: Diagnostic[] = [];
  for (const { resource, wanted: name, before } of roots) {
    if (name === undefined || before.includes(name)) continue;
    const { kind, position } = resource;
    const holder = holders.get(`${kind.name} ${name}`);
    if (!holder || holder.wanted === name) continue;
    if (!liveIdentity(kind, await live(holder.held)).includes(name)) continue;
    const other = holder.resource.position;
    problems.push({
      severity: "error",
      ...position,
      message:
        `gets the ${kind.naturalKey.join(" and ")} of ${other.path} in ${other.file}:${other.line}, which is renamed in the same run. ` +
        "One run cannot do both: rename that one first, apply, and then this one. To swap two names, use a third one in between",
    });
  }
  if (problems.length > 0) throw new DesiredStateError(problems);
}
