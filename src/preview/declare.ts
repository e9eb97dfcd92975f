/**
 * From YAML and state to what the program registers, with every check before the first change. It needs no engine: the
 * program runs it in one, and a preview without one runs it by itself.
 */
import {
  type DesiredResource,
  type DesiredStack,
  fillSecrets,
  groupByShard,
  keyOf,
  resolveSecrets,
  type StackLocation,
} from "../desired";
import type { Properties } from "../kinds/kind";
import { readText } from "../live";
import { toStackName } from "../model/stackName";
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
import { describeUnsupplied, UnsuppliedSecretError } from "../plan/unsuppliedSecrets";
import { resolveUsers } from "../plan/users";
import { checkWorkspace } from "../plan/workspace";
import { describeInterrupted } from "../pulumi/state";
import type { UnmanagedObject } from "../unmanaged";
import { checkPlan } from "./checkPlan";
import { checkPolicies } from "./checkPolicies";
import { type ProgramContext, refuseApply } from "./context";
import { refuseHeldElsewhere } from "./heldElsewhere";
import { refuseMovedAcross } from "./movedAcross";
import { refuseRenamedElsewhere } from "./renamedElsewhere";
import { checkRepositoryFiles } from "./repositoryFiles";
import type { ResolvedResource } from "./resolved";
import { toAppliedArgs } from "./scope";
import { findUnmanagedIn } from "./unmanaged";

/** What is to be registered. */
export interface DeclaredStack {
  readonly stack: DesiredStack;
  /** Parents before their members. */
  readonly desired: readonly ResolvedResource[];
  readonly renames: Renames;
  /** Unmanaged objects to delete. */
  readonly removals: readonly UnmanagedObject[];
  /** The state, under the names that it continues with. Undefined in a preview that cannot read it. */
  readonly state: readonly StateEntry[] | undefined;
}

/**
 * The part of a stack that one shard holds.
 *
 * @param places The shards in which a preview leaves repositories and projects, by key.
 */
export function selectShard(
  whole: DesiredStack,
  shard: string,
  places: ReadonlyMap<string, string>,
): DesiredStack {
  return { ...whole, resources: groupByShard(whole, places).get(shard) ?? [] };
}

/**
 * Resolves secrets, users and renames, and checks limits, protection, scopes and policies.
 *
 * @throws {UserError} where an apply would stop before the first change.
 */
export async function declareStack(...given: Parameters<typeof resolveStack>): Promise<DeclaredStack> {
  const [whole, stack, place, , context, scope] = given;
  const declared = await resolveStack(...given);
  const { desired, state, removals } = declared;
  if (!context.postponesPolicies)
    await checkPolicies({ whole, stack, place, desired, state, removals }, context, scope);
  if (state) await checkPlan({ stack, desired, state, removals }, context);
  return declared;
}

/**
 * Resolves secrets, users and renames.
 *
 * @param whole The stack with all of its shards.
 * @param stack This shard.
 * @param reading The state, which is awaited once the secrets are resolved.
 * @param scope The keys of the resources that count, if not all do: the others are taken as last applied.
 * @throws {UserError} where an apply would stop before the first change.
 */
export async function resolveStack(
  whole: DesiredStack,
  stack: DesiredStack,
  place: StackLocation,
  reading: Promise<StateReading>,
  context: ProgramContext,
  scope?: ReadonlySet<string>,
): Promise<DeclaredStack> {
  const { reads, live, log } = context;
  const inScope = stack.resources.filter((resource) => scope === undefined || scope.has(keyOf(resource)));
  for (const { file, line, column, path, message } of stack.warnings)
    await log.warn(`${file}:${line}:${column} ${path}: ${message}`);
  const secrets = await resolveSecrets(
    { ...stack, resources: inScope },
    {
      env: context.env,
      config: context.config,
      bitbucket: (path) => readText(reads, path),
    },
  );
  const held = await readResources(await reading, context);
  await checkWorkspace(stack, held ?? [], live);
  const resolved = await resolveUsers(inScope, live, stack.workspace);
  const applied = scope === undefined ? [] : (held ?? []);
  const desired = fillArgs(stack.resources, resolved, secrets, applied);
  const renames = await findRenames(desired, held ?? [], createLiveLookup(live));
  for (const line of renameMessages(renames)) await log.info(line);
  const hints = renameHints(renames);
  // A preview shows everything that would be done; an apply must not delete what was only renamed.
  if (hints.length > 0)
    await refuseApply(context, { error: new SuspectedRenameError(hints), preview: hints.join("\n") });
  const state = held && applyRenames(held, renames.former);
  const known = state && new Set(state.map((entry) => keyOf(entry)));
  const isHeld = (resource: DesiredResource) => known === undefined || known.has(keyOf(resource));
  const { kept, needed } = describeUnsupplied(inScope, secrets, isHeld, place.stack);
  if (kept !== undefined) await log.warn(kept);
  if (needed !== undefined)
    await refuseApply(context, {
      error: new UnsuppliedSecretError(needed),
      preview: `${needed}\nAn apply would stop at that.`,
      isOnlyHere: true,
    });
  checkRepositoryFiles(stack, state ?? []);
  await checkPlaces(whole, stack, state ?? []);
  if (state) {
    const scoped = new Set(inScope);
    const counting = desired.filter(({ resource }) => scoped.has(resource));
    await refuseRenamedElsewhere(whole, counting, state, context);
    await refuseHeldElsewhere(whole, counting, state, context);
    const present = scope === undefined ? state : state.filter((entry) => scope.has(keyOf(entry)));
    await refuseMovedAcross(whole, counting, present, context);
  }
  const removals = context.isPartial
    ? []
    : await findUnmanagedIn(whole, place, desired, state, context, scope);
  return { stack, desired, renames, removals, state };
}

/** @param applied The state of the resources that do not count: they are taken as last applied. */
function fillArgs(
  resources: readonly DesiredResource[],
  resolved: ReadonlyMap<DesiredResource, Properties>,
  secrets: Awaited<ReturnType<typeof resolveSecrets>>,
  applied: readonly StateEntry[],
) {
  const entries = new Map(applied.map((entry) => [keyOf(entry), entry]));
  return resources.map((resource) => {
    const { kind, name } = resource;
    const own = resolved.get(resource);
    const entry = own ? undefined : entries.get(keyOf(resource));
    const references = own ?? resource.args;
    const args = entry ? toAppliedArgs(entry) : (fillSecrets(references, secrets) as Properties);
    return { resource, kind, name, args, references };
  });
}

/** Returns the state; undefined in a preview that cannot read it. */
async function readResources(
  reading: StateReading,
  context: ProgramContext,
): Promise<readonly StateEntry[] | undefined> {
  const { stackName, log } = context;
  if ("resources" in reading) {
    const { resources, interrupted = [] } = reading;
    if (interrupted.length > 0) await log.warn(describeInterrupted(interrupted, toStackName(stackName)));
    return resources;
  }
  await refuseApply(context, {
    error: new UnreadableStateError(reading.reason, stackName),
    preview: formatUnreadableState(reading.reason, stackName, "An apply would stop at that."),
    isOnlyHere: true,
  });
  return undefined;
}
