/** The Pulumi program that runs YAML: stacks/<stack>.yaml, or a shard of it, becomes resources. */
import "./pulumi/lightSdk";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  type DesiredStack,
  fillSecrets,
  groupByShard,
  loadStack,
  locateStack,
  resolveSecrets,
} from "./desired";
import { environment, isDebugging } from "./environment";
import { errorText, UserError } from "./errors";
import type { Properties } from "./kinds/kind";
import { projectFolder } from "./kinds/projectFolder";
import { LiveReader, readText } from "./live";
import {
  applyRenames,
  createLiveLookup,
  findRenames,
  formatUnreadableState,
  renameHints,
  renameMessages,
  type StateEntry,
  type StateReading,
  SuspectedRenameError,
  UnreadableStateError,
} from "./plan";
import { checkPlaces } from "./plan/misplaced";
import { describeUnsupplied } from "./plan/unsuppliedSecrets";
import { resolveUsers } from "./plan/users";
import { checkWorkspace } from "./plan/workspace";
import { checkPlan } from "./program/checkPlan";
import { reportExisting } from "./program/existing";
import { Registration } from "./program/registration";
import { findUnmanagedIn } from "./program/unmanaged";
import { exitCodeErrorReported, markSelfChecking, programState } from "./programEnd";
import { readingClient } from "./provider/program";
import { openSharedReads } from "./provider/session";
import { refuseVerboseLog } from "./provider/verbose";
import { runContext } from "./pulumi/runContext";
import { chosenFrontEnd } from "./sdk/nativeProvider";
import { registerRemovals } from "./unmanaged";

/** Registers every resource of the current stack. */
async function run(): Promise<void> {
  markSelfChecking();
  try {
    await register();
  } catch (error) {
    // Rethrown, it would keep the SDK busy for some fifteen seconds before it is shown.
    await pulumi.log.error(errorText(error));
    process.exit(exitCodeErrorReported);
  }
}

/**
 * The SDK takes a stack trace, through its source maps, for each of the dozens of promises of every resource:
 * a tenth of the program's time. Later failures are reported by the engine and the provider.
 */
function keepNoStackTraces(): void {
  if (!isDebugging()) Error.stackTraceLimit = 0;
}

async function register(): Promise<void> {
  refuseVerboseLog();
  const frontEnd = chosenFrontEnd();
  const config = new pulumi.Config();
  const state = programState();
  const place = locateStack(projectRoot(), pulumi.getStack());
  const whole = await loadStack(place.path);
  const places = new Map(Object.entries(runContext(environment())?.places ?? {}));
  if (place.shard !== "" && !whole.sharding && places.size === 0)
    throw new NoShardsError(place.path, place.shard);
  const resources = groupByShard(whole, places).get(place.shard) ?? [];
  const stack: DesiredStack = { ...whole, resources };
  for (const warning of stack.warnings) {
    await pulumi.log.warn(
      `${warning.file}:${warning.line}:${warning.column} ${warning.path}: ${warning.message}`,
    );
  }
  const client = readingClient();
  try {
    const secrets = await resolveSecrets(stack, {
      env: environment(),
      config: (key) => config.get(key),
      bitbucket: (path) => readText(client, path),
    });
    const kept = describeUnsupplied(stack.resources, secrets);
    if (kept !== undefined) await pulumi.log.warn(kept);
    const live = new LiveReader(client, { shared: openSharedReads(environment()) });
    const held = await readResources(await state);
    await checkWorkspace(stack, held ?? [], live);
    const resolved = await resolveUsers(stack.resources, live, stack.workspace);
    const desired = stack.resources.map((resource) => ({
      resource,
      kind: resource.kind,
      name: resource.name,
      args: fillSecrets(resolved.get(resource) ?? resource.args, secrets) as Properties,
    }));
    const renames = await findRenames(desired, held ?? [], createLiveLookup(live));
    for (const line of renameMessages(renames)) await pulumi.log.info(line);
    const hints = renameHints(renames);
    // A preview shows everything that would be done; an apply must not delete what was only renamed.
    if (hints.length > 0 && !pulumi.runtime.isDryRun()) throw new SuspectedRenameError(hints);
    for (const line of hints) await pulumi.log.warn(line);
    const applied = held && applyRenames(held, renames.former);
    await checkPlaces(whole, stack, applied ?? []);
    const removals = await findUnmanagedIn(whole, place, desired, applied, live);
    if (applied) await checkPlan({ stack, desired, state: applied, removals, live, client });
    keepNoStackTraces();
    const registration = new Registration(stack.workspace, desired, renames.former, frontEnd, held);
    registration.register();
    registerRemovals(removals, ({ owner }) => owner && registration.getRegistered(owner));
    if (pulumi.runtime.isDryRun())
      await reportExisting({ stack, desired, state: applied, registration, live, client });
  } finally {
    await client.close();
  }
}

/** Returns the state; undefined in a preview that cannot read it. */
async function readResources(reading: StateReading): Promise<readonly StateEntry[] | undefined> {
  if ("resources" in reading) return reading.resources;
  if (!pulumi.runtime.isDryRun()) throw new UnreadableStateError(reading.reason, pulumi.getStack());
  await pulumi.log.warn(
    formatUnreadableState(reading.reason, pulumi.getStack(), "An apply would stop at that."),
  );
  return undefined;
}

function projectRoot(): string {
  const folder = projectFolder();
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  throw new UserError("There is no Pulumi.yaml in this folder or above it.");
}

/** The Pulumi stack is named like a shard of one that has none. */
class NoShardsError extends UserError {
  constructor(path: string, shard: string) {
    super(
      `${path} is not split into shards, so that it has no shard "${shard}". Write "shards:" into it, or select its own stack.`,
    );
  }
}

export = run;
