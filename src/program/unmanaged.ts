/** Live objects that the YAML does not declare, and its policy for them. */
import * as pulumi from "@pulumi/pulumi";
import { baseShard, type DesiredStack, type StackPlace } from "../desired";
import type { LiveReader } from "../live";
import type { StateResource } from "../plan";
import { consequencesOf, findUnmanaged, type Unmanaged } from "../unmanaged";
import type { Ready } from "./registration";

/** Says what is there and not managed, as far as the YAML asks for that, and gives what is to be removed. */
export async function unmanagedIn(
  stack: DesiredStack,
  { stack: name, shard }: StackPlace,
  desired: readonly Ready[],
  state: readonly StateResource[] | undefined,
  reader: LiveReader,
): Promise<readonly Unmanaged[]> {
  const args = new Map(desired.map((one) => [one.resource, one.args]));
  const found = await findUnmanaged({
    stack,
    args: (resource) => args.get(resource),
    state: state ?? [],
    inside: desired.map(({ resource }) => resource),
    // What belongs to no project or repository is the base's.
    ofWorkspace: shard === baseShard,
    unsaid: "ignore",
    reader,
  });
  const { warnings, removals } = await consequencesOf(found, {
    stack: name,
    reader,
    canRemove: state !== undefined,
  });
  for (const warning of warnings) await pulumi.log.warn(warning);
  return removals;
}
