/** What the engines of a run start with: variables, and how much each may do at once. */
import { availableParallelism } from "node:os";
import type { DesiredStack } from "../desired";
import { environment, variable } from "../environment";
import { isShownOnce } from "../kinds/kind";
import { readAllowedDeletions } from "../plan";
import { runtimeOf } from "../pulumi/project";
import { nodeOptionsFor } from "./nodeOptions";
import type { RunOptions } from "./options";

/** Concurrent requests of all shards together. */
const defaultConcurrency = 16;

/**
 * How much an engine's heap grows before its garbage is collected, in percent; Go's default is 100. With half of it, all
 * processes of a preview of 200 repositories take a tenth less memory, and no more processor time that can be measured.
 * https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
const garbagePercent = "50";

/**
 * The same for several engines at once. Those of a preview of 1,000 repositories take 3 % less memory than with half, and
 * 5 % more processor time.
 */
const garbagePercentOfSeveral = "33";

/**
 * Whether the state is written at the end alone. What a killed run has done is then found by its natural key,
 * and a secret that the API shows only once is lost.
 */
function skipsCheckpoints({ root, skipCheckpoints }: RunOptions, { resources }: DesiredStack): boolean {
  return skipCheckpoints ?? (runtimeOf(root) === "yaml" && !resources.some(({ kind }) => isShownOnce(kind)));
}

/** Variables for the engine and its commands. */
export function environmentOf(options: RunOptions, desired: DesiredStack): Record<string, string> {
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...options.env,
    NODE_OPTIONS: nodeOptionsFor(environment().NODE_OPTIONS),
    GOGC: environment().GOGC || garbagePercent,
    ...(skipsCheckpoints(options, desired)
      ? { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" }
      : {}),
  };
}

/** How often each of several engines collects its garbage. */
export function garbageFor(shardsAtOnce: number): Record<string, string> {
  return shardsAtOnce > 1 && !environment().GOGC ? { GOGC: garbagePercentOfSeveral } : {};
}

/** One shard's part of the concurrent requests. */
export function concurrencyOf(shardsAtOnce: number): number {
  const whole = variable("BITBUCKET_CONCURRENCY", environment()) ?? defaultConcurrency;
  return Math.max(2, Math.ceil(whole / shardsAtOnce));
}

/**
 * The engine's concurrent steps: fewer than the client's requests would leave these unused. Undefined if the user has set
 * them, or the engine's own default is more: four for each core.
 */
export function stepsFor(concurrency: number, env: Readonly<Record<string, string>>): number | undefined {
  const whole = { ...environment(), ...env };
  const isSet = whole.PULUMI_OPTION_PARALLEL !== undefined || whole.PULUMI_PARALLEL !== undefined;
  return isSet || concurrency <= 4 * availableParallelism() ? undefined : concurrency;
}

/** Lets a shard delete this many, unless the user has allowed more. */
export function allowanceFor(count: number | undefined): Record<string, string> {
  if (count === undefined) return {};
  return { BITBUCKET_ALLOW_DELETIONS: String(Math.max(count, readAllowedDeletions(environment()) ?? 0)) };
}
