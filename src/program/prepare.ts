/**
 * Compares a stack's YAML with its state and the server before anything is registered. Both programs that run
 * YAML begin with it: the one that registers classes, and the one that is compiled to Pulumi YAML.
 */
import type { Client } from "../bitbucket";
import {
  type DesiredResource,
  type DesiredStack,
  fillSecrets,
  groupByShard,
  loadStack,
  locateStack,
  resolveSecrets,
} from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import type { Properties } from "../kinds/kind";
import { LiveReader, readText } from "../live";
import {
  applyRenames,
  createLiveLookup,
  findRenames,
  formatUnreadableState,
  type Renames,
  renameHints,
  renameMessages,
  type StateEntry,
  type StateReading,
  SuspectedRenameError,
  UnreadableStateError,
} from "../plan";
import { checkPlaces } from "../plan/misplaced";
import { describeUnsupplied } from "../plan/unsuppliedSecrets";
import { resolveUsers } from "../plan/users";
import { checkWorkspace } from "../plan/workspace";
import { type ConfigLookup, openSharedReads } from "../provider/session";
import { runContext } from "../pulumi/runContext";
import type { UnmanagedObject } from "../unmanaged/model";
import { checkPlan } from "./checkPlan";
import { findUnmanagedIn } from "./unmanaged";

/** Shows messages, and decides between a preview and an apply. */
export interface Reporter {
  info(text: string): unknown;
  warn(text: string): unknown;
  /**
   * Stops an apply with an error. A preview shows the warnings instead, and continues.
   *
   * @throws {Error} the error itself, if this is known to be an apply.
   */
  refuseApply(error: Error, warnings: readonly string[]): unknown;
}

export interface ProgramContext {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The name of the Pulumi stack. */
  readonly stack: string;
  readonly state: Promise<StateReading>;
  /** Looks up a key of the project's configuration. */
  readonly config: (key: string) => string | undefined;
  /** Looks up a setting of this package: `bitbucket:maxDeletions`. */
  readonly settings: ConfigLookup;
  /** Only reads. */
  readonly client: Client;
  readonly reporter: Reporter;
}

/** A resource with its secrets and users resolved. */
export interface ResolvedResource {
  readonly resource: DesiredResource;
  readonly kind: DesiredResource["kind"];
  readonly name: string;
  readonly args: Properties;
  /** The same, with references in the place of secrets. */
  readonly references: Properties;
}

export interface PreparedProgram {
  readonly stack: DesiredStack;
  /** Parents before what belongs to them. */
  readonly desired: readonly ResolvedResource[];
  readonly former: Renames["former"];
  /** The state under its present names; undefined in a preview that cannot read it. */
  readonly held: readonly StateEntry[] | undefined;
  /** The state under the names it continues with. */
  readonly applied: readonly StateEntry[] | undefined;
  /** Unmanaged objects to delete. */
  readonly removals: readonly UnmanagedObject[];
  readonly live: LiveReader;
}

/** @throws {Error} if nothing may be registered. */
export async function prepareProgram(context: ProgramContext): Promise<PreparedProgram> {
  const { client, reporter } = context;
  const place = locateStack(context.root, context.stack);
  const whole = await loadStack(place.path);
  const places = new Map(Object.entries(runContext(environment())?.places ?? {}));
  if (place.shard !== "" && !whole.sharding && places.size === 0)
    throw new NoShardsError(place.path, place.shard);
  const resources = groupByShard(whole, places).get(place.shard) ?? [];
  const stack: DesiredStack = { ...whole, resources };
  for (const warning of stack.warnings) {
    await reporter.warn(
      `${warning.file}:${warning.line}:${warning.column} ${warning.path}: ${warning.message}`,
    );
  }
  const secrets = await resolveSecrets(stack, {
    env: environment(),
    config: context.config,
    bitbucket: (path) => readText(client, path),
  });
  const kept = describeUnsupplied(stack.resources, secrets);
  if (kept !== undefined) await reporter.warn(kept);
  const live = new LiveReader(client, { shared: openSharedReads(environment()) });
  const held = await readResources(context);
  await checkWorkspace(stack, held ?? [], live);
  const users = await resolveUsers(stack.resources, live, stack.workspace);
  const desired = stack.resources.map((resource) => {
    const references = users.get(resource) ?? resource.args;
    const args = fillSecrets(references, secrets) as Properties;
    return { resource, kind: resource.kind, name: resource.name, args, references };
  });
  const renames = await findRenames(desired, held ?? [], createLiveLookup(live));
  for (const line of renameMessages(renames)) await reporter.info(line);
  const hints = renameHints(renames);
  // A preview shows everything that would be done; an apply must not delete what was only renamed.
  if (hints.length > 0) await reporter.refuseApply(new SuspectedRenameError(hints), hints);
  const applied = held && applyRenames(held, renames.former);
  await checkPlaces(whole, stack, applied ?? []);
  const removals = await findUnmanagedIn(whole, place, desired, applied, live, reporter);
  if (applied)
    await checkPlan({
      stack,
      desired,
      state: applied,
      removals,
      live,
      client,
      settings: context.settings,
      reporter,
    });
  return { stack, desired, former: renames.former, held, applied, removals, live };
}

/** Returns the state; undefined in a preview that cannot read it. */
async function readResources({
  stack,
  state,
  reporter,
}: ProgramContext): Promise<readonly StateEntry[] | undefined> {
  const reading = await state;
  if ("resources" in reading) return reading.resources;
  await reporter.refuseApply(new UnreadableStateError(reading.reason, stack), [
    formatUnreadableState(reading.reason, stack, "An apply would stop at that."),
  ]);
  return undefined;
}

/** The Pulumi stack is named like a shard of one that has none. */
class NoShardsError extends UserError {
  constructor(path: string, shard: string) {
    super(
      `${path} is not split into shards, so that it has no shard "${shard}". Write "shards:" into it, or select its own stack.`,
    );
  }
}
