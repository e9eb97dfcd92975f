/** Which Pulumi stacks hold the shards of a stack, and where a run keeps their states. */
import { join } from "node:path";
import { z } from "zod";
import { baseShard, locateStack } from "../desired";
import { toStackName } from "../model/stackName";

/** The names in what `pulumi stack ls --json` prints. */
export function listedStacks(printed: string): readonly string[] {
  return z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse(printed))
    .map(({ name }) => name);
}

/**
 * The shard of a stack that a Pulumi stack holds; undefined if it is of another stack.
 *
 * @param base The stack that is split.
 */
export function shardOfStack(root: string, base: string, name: string): string | undefined {
  const whole = toStackName(name);
  // A program has no YAML to distinguish a shard from an independent stack.
  if (whole === base) return baseShard;
  if (!whole.startsWith(`${base}.`)) return undefined;
  const place = locateStack(root, whole);
  return place.stack === base ? place.shard : undefined;
}

/** The file in a run's folder that holds the exported state of a Pulumi stack. */
export function keptStateIn(folder: string, stack: string): string {
  return join(folder, `${stack}.state.json`);
}
