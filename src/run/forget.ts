/** Removes resources from the state of a stack and its shards. Nothing on the server changes. */
import picomatch from "picomatch";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";
import type { Stacks } from "../pulumi/stacks";
import type { Deployment, ManagedEntry, RawStateEntry } from "../pulumi/state";

/** A resource that is no longer managed. */
export interface ForgottenResource {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  /** `Repository`. */
  readonly kind: string;
  readonly name: string;
  readonly id: string;
  /** Whether it is removed with its owner and matches no pattern itself. */
  readonly withOwner: boolean;
}

/**
 * Returns a matcher of resources: patterns are globs on the name, `api:*`, or on kind and name, `Webhook
 * api:*`.
 */
function createMatcher(patterns: readonly string[]): (resource: { kind: string; name: string }) => boolean {
  // As in a shell's `case`, a star matches slashes as well: file and branch names contain some.
  const matches = patterns.map((pattern) => picomatch(pattern, { bash: true, dot: true }));
  return ({ kind, name }) => matches.some((match) => match(name) || match(`${kind} ${name}`));
}

/**
 * Returns the resources that match, with everything that belongs to them, and with `apply` removes them from
 * the state.
 */
export async function forgetResources(
  stacks: Stacks,
  shards: Iterable<string>,
  patterns: readonly string[],
  options: { readonly apply: boolean },
): Promise<readonly ForgottenResource[]> {
  const isMeant = createMatcher(patterns);
  const forgotten: ForgottenResource[] = [];
  for (const shard of shards) {
    const deployment = await stacks.deployment(shard);
    const { resources } = deployment;
    const meant = resources.filter(({ kind, name }) => isMeant({ kind: kind.name, name }));
    if (meant.length === 0) continue;
    const gone = deployment.remove(meant.map(({ entry }) => entry));
    if (options.apply) await replaceState(stacks, shard, deployment, forgotten);
    forgotten.push(...listForgotten(stacks.nameOf(shard), resources, meant, gone));
  }
  return forgotten;
}

/** Replaces the state. A failure does not hide what other shards have already lost. */
async function replaceState(
  stacks: Stacks,
  shard: string,
  deployment: Deployment,
  before: readonly ForgottenResource[],
): Promise<void> {
  try {
    await stacks.replace(shard, deployment);
  } catch (error) {
    if (before.length === 0 || !(error instanceof Error)) throw error;
    const done = [...new Set(before.map(({ stack }) => stack))].join(", ");
    throw new UserError(
      `${formatCount(before.length, "resource")} in ${done} ${before.length === 1 ? "was" : "were"} forgotten, and none in ${stacks.nameOf(shard)}: ${error.message}. ` +
        "Run this again for the rest.",
    );
  }
}

function listForgotten(
  stack: string,
  resources: readonly ManagedEntry[],
  meant: readonly ManagedEntry[],
  gone: readonly RawStateEntry[],
): ForgottenResource[] {
  const entries = new Set(gone);
  const direct = new Set(meant.map(({ entry }) => entry));
  return resources
    .filter(({ entry }) => entries.has(entry))
    .map(({ kind, name, entry }) => ({
      stack,
      kind: kind.name,
      name,
      id: entry.id ?? "",
      withOwner: !direct.has(entry),
    }));
}
