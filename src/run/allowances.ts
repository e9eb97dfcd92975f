/** The limits that each Pulumi stack of a split stack gets from the whole stack. */
import { type DesiredStack, groupByShard, keyOf } from "../desired";
import { readLimits } from "../plan";
import { checkDestruction, NothingDeclaredError } from "../provider/limits";
import type { ShardOutcome } from "../pulumi/operate";
import type { ShardEntry } from "../pulumi/stacks";
import type { Move } from "./layout";

/**
 * Computes how much each obsolete shard may delete, within the limits of the whole stack: seen alone, its
 * state would be emptied, which is refused.
 *
 * @param held The resources of the shards, under the names they continue with.
 * @param configuration The stack's configuration, read only if it matters.
 */
export async function computeAllowances(
  desired: DesiredStack,
  held: ReadonlyMap<string, readonly ShardEntry[]>,
  moves: readonly Move[],
  configuration: () => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, number>> {
  const declared = new Set(desired.resources.map(keyOf));
  const wanted = groupByShard(desired);
  const moving = new Set(moves.flatMap(({ resources }) => resources.map(({ urn }) => urn)));
  const going = new Map(
    [...held].map(([shard, resources]) => [
      shard,
      resources.filter(({ key, urn }) => !declared.has(key) && !moving.has(urn)),
    ]),
  );
  const emptied = [...held].filter(
    ([shard, resources]) =>
      (wanted.get(shard) ?? []).length === 0 &&
      (going.get(shard)?.length ?? 0) > 0 &&
      resources.every(({ urn }) => moving.has(urn) || going.get(shard)?.some((one) => one.urn === urn)),
  );
  if (emptied.length === 0) return new Map();
  const config = await configuration();
  const destroyed = [...going.values()].flat().map(({ key }) => `delete ${key}`);
  const managed = [...held.values()].flat().length;
  try {
    checkDestruction(
      { destroyed, managed, kept: managed - destroyed.length, source: "The YAML" },
      readLimits((name) => config.get(`bitbucket:${name}`)),
    );
  } catch {
    // The shard itself reports which limit is exceeded, and which setting raises it.
    return new Map();
  }
  return new Map(emptied.map(([shard]) => [shard, going.get(shard)?.length ?? 0]));
}

/** Describes a run in which the program declared nothing of the YAML: it does not run the YAML. */
export function describeNothingDeclared(outcome: ShardOutcome, declares: number): ShardOutcome {
  const { changes, unchanged, succeeded, messages } = outcome;
  const isEmptied =
    changes.length > 0 && unchanged === 0 && changes.every(({ operation }) => operation === "delete");
  if (!succeeded || declares === 0 || !isEmptied) return outcome;
  const { message: text } = new NothingDeclaredError({
    destroyed: changes.map(({ kind, name }) => `delete ${kind} ${name}`),
    managed: changes.length,
    kept: 0,
  });
  return { ...outcome, succeeded: false, messages: [...messages, { severity: "error", text }] };
}
