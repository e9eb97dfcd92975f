/** Decides which shard holds what, which should, and in which order they run: pure functions. */
import { baseShard, type DesiredResource, type DesiredStack, groupByShard, keyOf, shardOf } from "../desired";
import { fieldMeta } from "../kinds/kind";
import type { ShardEntry } from "../pulumi/stacks";

/** A state move from one shard to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** The repository or project, and everything in the state that belongs to it. */
  readonly resources: readonly ShardEntry[];
  /** The key of the repository or project. */
  readonly root: string;
  /** Whether the other shard already has it: an earlier move did not finish. */
  readonly done: boolean;
}

/** Returns the moves that bring every repository and project into its shard. */
export function planMoves(
  stack: DesiredStack,
  held: ReadonlyMap<string, readonly ShardEntry[]>,
): readonly Move[] {
  const wanted = new Map(
    stack.resources
      .filter((resource) => !resource.parent)
      .map((resource) => [keyOf(resource), shardOf(stack.sharding, resource)]),
  );
  const moves: Move[] = [];
  for (const [from, resources] of held) {
    const urns = new Set(resources.map(({ urn }) => urn));
    for (const root of resources) {
      if (root.parent && urns.has(root.parent)) continue;
      // Undeclared resources are deleted where they are, unless the stack is no longer split.
      const to = wanted.get(root.key) ?? (stack.sharding ? undefined : baseShard);
      if (to === undefined || to === from) continue;
      const twin = (held.get(to) ?? []).find(({ key, id }) => key === root.key && id === root.id);
      moves.push({
        from,
        to,
        root: root.key,
        resources: withChildren(root, resources),
        done: twin !== undefined,
      });
    }
  }
  return moves;
}

function withChildren(root: ShardEntry, resources: readonly ShardEntry[]): readonly ShardEntry[] {
  const found = [root];
  const urns = new Set([root.urn]);
  // Parents come before their children in a state.
  for (const one of resources) {
    if (!one.parent || !urns.has(one.parent)) continue;
    urns.add(one.urn);
    found.push(one);
  }
  return found;
}

/** For each shard, the shards that must run before it: for a project that another shard creates. */
export function orderOf(stack: DesiredStack): ReadonlyMap<string, ReadonlySet<string>> {
  const shards = groupByShard(stack);
  const makers = new Map<string, DesiredResource>();
  for (const resource of stack.resources) {
    const { kind, args } = resource;
    if (kind.parentRole) makers.set(`${kind.parentRole} ${args[kind.naturalKey[0] ?? ""]}`, resource);
  }
  const before = new Map([...shards.keys()].map((shard) => [shard, new Set<string>()]));
  for (const [shard, resources] of shards) {
    for (const { kind, args } of resources) {
      for (const [field, value] of Object.entries(args)) {
        const { reference } = fieldMeta(kind, field);
        const maker = reference && makers.get(`${reference} ${value}`);
        const other = maker ? shardOf(stack.sharding, maker) : shard;
        if (other !== shard) before.get(shard)?.add(other);
      }
    }
  }
  return breakCycles(before);
}

/** Two shards that wait for each other would deadlock: the first by name does not wait then. */
function breakCycles(before: ReadonlyMap<string, Set<string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    from === to ||
    [...(before.get(from) ?? [])].some((next) => {
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  for (const shard of [...before.keys()].sort()) {
    for (const other of [...(before.get(shard) ?? [])].sort())
      if (reaches(other, shard)) before.get(shard)?.delete(other);
  }
  return before;
}

/** Where a preview leaves what has not moved yet. */
export function pinnedShards(moves: readonly Move[]): ReadonlyMap<string, string> {
  return new Map(moves.map(({ root, from }) => [root, from]));
}
