/** The Pulumi program that runs YAML: stacks/<stack>.yaml, or a shard of it, becomes resources. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  BitbucketError,
  type Client,
  grantedScopes,
  isShapeError,
  messageOf,
  SettingError,
} from "./bitbucket";
import { redact } from "./bitbucket/redact";
import {
  baseShard,
  byShard,
  type DesiredResource,
  type DesiredStack,
  DesiredStateError,
  discreetFields,
  keyOf,
  loadStack,
  locateStack,
  resolveSecrets,
  type StackPlace,
  withSecrets,
} from "./desired";
import type { Values } from "./kinds/kind";
import { projectFolder } from "./kinds/projectFolder";
import { CannotTellError, LiveReader, readText, UnprovenAbsenceError } from "./live";
import {
  allowedDeletions,
  budgetWarning,
  checkProtected,
  checkSafety,
  existingOf,
  existingText,
  limitsFrom,
  liveLook,
  missingScopes,
  NothingDeclaredError,
  type Plan,
  ProtectedError,
  placedIn,
  placesOf,
  planOf,
  preflight,
  type Renames,
  renameHints,
  renameNotes,
  renamesOf,
  requestsFor,
  SafetyLimitError,
  type StateReading,
  type StateResource,
  SuspectedRenameError,
  UnreadableStateError,
  underNewNames,
  unreadableText,
  withoutVanished,
} from "./plan";
import { Needs } from "./plan/needs";
import { notSupplied } from "./plan/notSupplied";
import { withUsers } from "./plan/users";
import { checkWorkspace } from "./plan/workspace";
import { checksItself, programState } from "./programEnd";
import { Lifecycle } from "./provider/lifecycle";
import { adoptsAll, clientFrom, sharedReads } from "./provider/session";
import { refuseVerboseLog, VerboseLogError } from "./provider/verbose";
import { BitbucketResource } from "./sdk/resource";
import {
  consequencesOf,
  findUnmanaged,
  registerRemovals,
  type Unmanaged,
  UnmanagedError,
  withRemovals,
} from "./unmanaged";

/**
 * What tells the language host that the program has said itself why it failed.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/index.ts
 */
const saidWhy = 32;

/** Registers every resource of the current stack. */
async function run(): Promise<void> {
  checksItself();
  try {
    await register();
  } catch (error) {
    // Thrown on, it would keep the SDK busy for some fifteen seconds before it is shown.
    await pulumi.log.error(redact(textOf(error)));
    process.exit(saidWhy);
  }
}

/**
 * The SDK takes a stack trace, through its source maps, for each of the dozens of promises of every resource: a tenth of
 * the program's time. What can fail from here on is said by the engine and the provider.
 */
function keepNoStackTraces(): void {
  if (process.env.BITBUCKET_LOG !== "debug") Error.stackTraceLimit = 0;
}

/** The message alone of what the user can mend, and the stack of what is our mistake. */
function textOf(error: unknown): string {
  if (!(error instanceof Error) || isShapeError(error)) return messageOf(error);
  const known = [
    DesiredStateError,
    SafetyLimitError,
    NothingDeclaredError,
    ProtectedError,
    SuspectedRenameError,
    UnreadableStateError,
    SettingError,
    BitbucketError,
    MissingScopesError,
    NoShardsError,
    MisplacedError,
    UnmanagedError,
    UnprovenAbsenceError,
    CannotTellError,
    VerboseLogError,
    pulumi.RunError,
  ];
  return known.some((type) => error instanceof type) ? error.message : (error.stack ?? error.message);
}

async function register(): Promise<void> {
  refuseVerboseLog();
  const config = new pulumi.Config();
  const state = programState();
  const place = locateStack(projectRoot(), pulumi.getStack());
  const whole = await loadStack(place.path);
  const places = heldPlaces(process.env.BITBUCKET_SHARD_PLACES);
  if (place.shard !== "" && !whole.sharding && places.size === 0)
    throw new NoShardsError(place.path, place.shard);
  const resources = byShard(whole, places).get(place.shard) ?? [];
  const stack: DesiredStack = { ...whole, resources };
  for (const warning of stack.warnings) {
    await pulumi.log.warn(
      `${warning.file}:${warning.line}:${warning.column} ${warning.path}: ${warning.message}`,
    );
  }
  const bitbucket = new pulumi.Config("bitbucket");
  const client = clientFrom({ ...process.env, BITBUCKET_READ_ONLY: "1" }, (key) =>
    bitbucket.get(key.replace(/^bitbucket:/, "")),
  );
  try {
    const secrets = await resolveSecrets(stack, {
      env: process.env,
      config: (key) => config.get(key),
      bitbucket: (path) => readText(client, path),
    });
    const kept = notSupplied(stack.resources, secrets);
    if (kept !== undefined) await pulumi.log.warn(kept);
    const live = new LiveReader(client, { shared: sharedReads(process.env) });
    const held = await resourcesOf(await state);
    await checkWorkspace(stack, held ?? [], live);
    const resolved = await withUsers(stack.resources, live, stack.workspace);
    const desired = stack.resources.map((resource) => ({
      resource,
      kind: resource.kind,
      name: resource.name,
      args: withSecrets(resolved.get(resource) ?? resource.args, secrets) as Values,
    }));
    const renames = await renamesOf(desired, held ?? [], liveLook(live));
    for (const line of renameNotes(renames)) await pulumi.log.info(line);
    const hints = renameHints(renames);
    // A preview shows the whole of what would be done; an apply must not lose what was only renamed.
    if (hints.length > 0 && !pulumi.runtime.isDryRun()) throw new SuspectedRenameError(hints);
    for (const line of hints) await pulumi.log.warn(line);
    const applied = held && underNewNames(held, renames.former);
    await checkPlaces(whole, stack, applied ?? []);
    const removals = await unmanagedIn(whole, place, desired, applied, live);
    if (applied)
      await checkPlan(
        stack,
        desired,
        inWorkspace(applied, stack.workspace),
        removals,
        live,
        client,
        bitbucket,
      );
    keepNoStackTraces();
    const registration = new Registration(stack.workspace, desired, renames.former);
    registration.register();
    registerRemovals(removals, ({ owner }) => owner && registration.made(owner));
    if (pulumi.runtime.isDryRun()) await sayExisting(stack, desired, applied, registration, client, live);
  } finally {
    await client.close();
  }
}

/** What the state holds; undefined in a preview that cannot read it. */
async function resourcesOf(reading: StateReading): Promise<readonly StateResource[] | undefined> {
  if ("resources" in reading) return reading.resources;
  if (!pulumi.runtime.isDryRun()) throw new UnreadableStateError(reading.reason, pulumi.getStack());
  await pulumi.log.warn(unreadableText(reading.reason, pulumi.getStack(), "An apply would stop at that."));
  return undefined;
}

/** Says what is there and not managed, as far as the YAML asks for that, and gives what is to be removed. */
async function unmanagedIn(
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

/** Says in a preview what an apply would meet where it is to create. */
async function sayExisting(
  { workspace }: DesiredStack,
  desired: readonly Ready[],
  state: readonly StateResource[] | undefined,
  registration: Registration,
  client: Client,
  live: LiveReader,
): Promise<void> {
  const bitbucket = new pulumi.Config("bitbucket");
  const adoptAll = adoptsAll(process.env, (key) => bitbucket.get(key.replace(/^bitbucket:/, "")));
  const lifecycle = new Lifecycle(client, live, undefined, undefined, adoptAll);
  for (const one of await existingOf(desired, state ?? [], workspace, lifecycle)) {
    const say = one.isTaken ? pulumi.log.info : pulumi.log.warn;
    await say(existingText(one), registration.made(one.resource));
  }
}

interface Ready {
  readonly resource: DesiredResource;
  readonly kind: DesiredResource["kind"];
  readonly name: string;
  readonly args: Values;
}

/** The Pulumi stack is named like a shard of one that has none. */
class NoShardsError extends Error {
  constructor(path: string, shard: string) {
    super(
      `${path} is not split into shards, so that it has no shard "${shard}". Write "shards:" into it, or select its own stack.`,
    );
  }
}

/** The state holds what belongs into another shard now. Left alone, the engine would take it for removed. */
class MisplacedError extends Error {
  constructor(names: readonly string[]) {
    const shown = names.slice(0, 10).map((name) => `  - ${name}`);
    super(
      [
        `The state of this Pulumi stack holds ${names.length} resources that belong into another shard now. Nothing was changed.`,
        ...shown,
        ...(names.length > shown.length ? [`  … and ${names.length - shown.length} more`] : []),
        'Run "bitbucket-as-code up" for the whole stack: it moves their state, and deletes nothing.',
      ].join("\n"),
    );
  }
}

async function checkPlaces(
  whole: DesiredStack,
  part: DesiredStack,
  state: readonly StateResource[],
): Promise<void> {
  if (!whole.sharding && whole.resources.length === part.resources.length) return;
  const here = new Set(part.resources.map(keyOf));
  const all = new Set(whole.resources.map(keyOf));
  const elsewhere = await renamesOf(
    whole.resources.map((resource) => ({ resource, args: resource.args })),
    state,
  );
  const misplaced = underNewNames(state, elsewhere.former)
    .map(keyOf)
    .filter((key) => all.has(key) && !here.has(key));
  if (misplaced.length > 0) throw new MisplacedError(misplaced);
}

/** The file in which a preview of all shards says what it leaves where it is. */
function heldPlaces(file: string | undefined): ReadonlyMap<string, string> {
  if (!file) return new Map();
  return new Map(
    Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")))),
  );
}

/** A plan takes scopes that the credential does not have. */
class MissingScopesError extends Error {}

/** Stops before the first change where a plan destroys too much, or the credential cannot carry it out. */
async function checkPlan(
  stack: DesiredStack,
  desired: readonly Ready[],
  state: readonly StateResource[],
  removals: readonly Unmanaged[],
  live: LiveReader,
  client: Client,
  config: pulumi.Config,
): Promise<void> {
  const managed = planOf(desired, state, stack.workspace);
  const plan = withRemovals(managed, removals);
  const placed = placedIn(
    desired.map(({ resource }) => resource),
    plan.changes,
  );
  const costly = process.env.BITBUCKET_ESTIMATED
    ? undefined
    : budgetWarning(requestsFor(state, placed), client.budget);
  if (costly !== undefined) await pulumi.log.warn(costly);
  if (plan.changes.length === 0) return;
  const limits = limitsFrom((name) => config.get(name));
  const allowed = allowedDeletions(process.env);
  const going = new Set(deletionsOf(managed).map(keyOf));
  const isGoing = (resource: StateResource) => going.has(keyOf(resource));
  const settled = await withoutVanished(state, live, isGoing, (resources) => {
    const its = planOf(desired, resources, stack.workspace);
    checkProtected(deletionsOf(its));
    checkSafety(withRemovals(its, removals), limits, allowed);
  });
  const judged = settled === state ? managed : planOf(desired, settled, stack.workspace);
  // In a preview, the engine says it beside all other changes, but not what to do about it.
  if (pulumi.runtime.isDryRun()) await warnOfProtected(deletionsOf(judged));
  else checkProtected(deletionsOf(judged));
  checkSafety(withRemovals(judged, removals), limits, allowed);

  const asked = placed.filter(({ along }) => !along);
  const missing = missingScopes(preflight(asked, client.credentials.type), await grantedScopes(client));
  if (missing === undefined) return;
  // A preview may well run with a credential that only reads.
  if (!pulumi.runtime.isDryRun()) throw new MissingScopesError(missing);
  await pulumi.log.warn(
    missing.replace("Nothing was changed.", "An apply with it would stop before the first change."),
  );
}

/** The state of this workspace, which was checked to be the one that is asked for, under the name that it is asked for by. */
function inWorkspace(state: readonly StateResource[], workspace: string): readonly StateResource[] {
  return state.map((resource) =>
    resource.outputs.workspace === undefined
      ? resource
      : { ...resource, outputs: { ...resource.outputs, workspace } },
  );
}

function deletionsOf({ changes }: Plan): Plan["changes"] {
  return changes.filter(({ operation }) => operation === "delete");
}

async function warnOfProtected(deleted: Parameters<typeof checkProtected>[0]): Promise<void> {
  try {
    checkProtected(deleted, "An apply would stop before the first change.");
  } catch (error) {
    if (!(error instanceof ProtectedError)) throw error;
    await pulumi.log.warn(error.message);
  }
}

/** Resources as they are registered, each after those that it needs. */
class Registration {
  readonly #made = new Map<DesiredResource, pulumi.CustomResource>();
  readonly #needs: Needs;

  constructor(
    private readonly workspace: string,
    private readonly desired: readonly Ready[],
    private readonly former: Renames["former"],
  ) {
    this.#needs = new Needs(desired);
  }

  made(resource: DesiredResource): pulumi.CustomResource | undefined {
    return this.#made.get(resource);
  }

  register(): void {
    for (const { resource, kind, name, args } of this.desired) {
      const parent = resource.parent && this.#made.get(resource.parent);
      const before = this.#needs.of(resource);
      const former = this.former.get(resource);
      const discreet = discreetFields(resource.args).filter((field) => args[field] !== undefined);
      const hidden = Object.fromEntries(discreet.map((field) => [field, pulumi.secret(args[field])]));
      const made = new BitbucketResource(
        kind.name,
        name,
        { ...this.#places(resource), ...args, ...hidden },
        {
          ...(parent ? { parent } : {}),
          ...(discreet.length > 0 ? { additionalSecretOutputs: discreet } : {}),
          ...(former ? { aliases: [former.urn] } : {}),
          ...(before.length > 0 ? { dependsOn: before.flatMap((other) => this.#made.get(other) ?? []) } : {}),
        },
      );
      this.#made.set(resource, made);
    }
  }

  /** The inputs that say where an object lives. An id stays known in the preview of a parent that changes. */
  #places(resource: DesiredResource): Values {
    return placesOf(resource, this.workspace, (owner) => this.#made.get(owner)?.id);
  }
}

function projectRoot(): string {
  const folder = projectFolder();
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  throw new pulumi.RunError("There is no Pulumi.yaml in this folder or above it.");
}

export = run;
