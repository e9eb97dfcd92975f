/** Holds one shard to the policies, as its apply would before the first change, without the engine. */

import type { Client } from "../bitbucket";
import type { DesiredStack, StackLocation } from "../desired";
import { variable } from "../environment";
import { messageOf } from "../errors";
import { type EarlierReads, LiveReader, type SharedReads } from "../live";
import { PolicyError } from "../policy";
import type { ConfigLookup } from "../provider/configLookup";
import { toHeldObject } from "../provider/runState";
import { readStateEntries } from "../pulumi/state";
import { checkPolicies } from "./checkPolicies";
import type { ProgramContext } from "./context";
import { resolveStack } from "./declare";

interface JudgeOptions {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  /** The stack with all its shards, and what this one holds. */
  readonly whole: DesiredStack;
  readonly part: DesiredStack;
  readonly place: StackLocation;
  /** The state, as the engine exports it, parsed as JSON. */
  readonly state: unknown;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: ConfigLookup;
  readonly config: (key: string) => string | undefined;
  /** Only reads. */
  readonly client: Client;
  readonly reads: EarlierReads;
  readonly shared: SharedReads;
}

/** Returns the refusal of a mandatory policy, or why nobody can tell here. Neither: the policies are kept. */
export async function judgeShard(
  options: JudgeOptions,
): Promise<{ readonly refusal?: string; readonly failure?: string }> {
  const { whole, part, place, client, reads, env, shared } = options;
  try {
    const resources = readStateEntries(options.state);
    const live = new LiveReader(client, {
      missingIsDeleted: variable("BITBUCKET_MISSING_IS_DELETED", env),
      held: async () => resources.map(toHeldObject),
      shared,
      earlier: reads,
    });
    const context: ProgramContext = {
      stackName: options.stack,
      isPreview: false,
      env,
      settings: options.settings,
      config: options.config,
      client,
      reads,
      live,
      log: { info() {}, warn() {}, refuse() {} },
      note() {},
    };
    const { desired, state, removals } = await resolveStack(
      whole,
      part,
      place,
      Promise.resolve({ resources }),
      context,
    );
    await checkPolicies({ whole, stack: part, place, desired, state, removals }, context);
    return {};
  } catch (error) {
    return error instanceof PolicyError ? { refusal: error.message } : { failure: messageOf(error) };
  }
}
