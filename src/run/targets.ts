/** Limits the engine to a part of a stack, by its targets. https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/ */
import type { LookedAtPart } from "../preview";
import { createTargetMatcher } from "../pulumi";

/**
 * The engine compares each target with each resource, and takes them as arguments: from this many on, it takes the whole
 * shard instead.
 */
const maxTargets = 500;

/** The arguments' characters, at most: Windows takes 32,767 with all of a command line. */
const maxCharacters = 24_000;

const scheme = "urn:pulumi:";

interface EngineLimits {
  /** Undefined: the engine looks at the whole shard. */
  readonly targets?: readonly string[];
  /** Tells the engine's processes that it is limited. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns what limits an engine to a part; or in a line why it cannot be limited to that. */
export function limitEngine({ urns, others, readsFew }: LookedAtPart): EngineLimits | { reason: string } {
  if (others.length === 0 || urns.length > maxTargets) return { env: {} };
  const targets = urns.map(toTarget);
  if (targets.join(" --target ").length > maxCharacters) return { env: {} };
  // A name with a star is a pattern for the engine.
  const patterns = targets.filter((target) => target.split("*").length > 2);
  const isMatched = createTargetMatcher(patterns);
  const known = new Set(urns);
  const also = patterns.length === 0 ? undefined : others.find((urn) => !known.has(urn) && isMatched(urn));
  if (also !== undefined) return { reason: `A name with a star is a pattern that ${also} matches as well` };
  return { targets, env: { BITBUCKET_LIMITED: readsFew ? "few" : "many" } };
}

/**
 * A pattern that only this URN matches: the engine refuses a target without a star that is not in the state, which what is
 * to be created is not.
 */
function toTarget(urn: string): string {
  return urn.startsWith(scheme) ? `urn:*:${urn.slice(scheme.length)}` : urn;
}
