/**
 * Applies the profiles of `listen.newRepositories` to a repository that was created beside the YAML, once. It writes
 * as an apply does: every check of a plan first, then the lifecycle. Nothing gets into a state: the repository stays
 * unmanaged until it is declared. In doubt, nothing is written.
 */
import { BitbucketError, type Client } from "../bitbucket";
import { type DesiredResource, loadStack, onlyRepositories, rootOf, type StackLocation } from "../desired";
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import type { LiveReader } from "../live";
import { formatPath } from "../model/problem";
import { hasUnknown, unknownValue } from "../model/unknown";
import { withDefaults } from "../model/values";
import { placesOf, type StateEntry } from "../plan";
import { declareStack, type ProgramContext, type ResolvedResource, readRepositoryFiles } from "../preview";
import { checkInputs } from "../provider/compare";
import type { ConfigLookup } from "../provider/configLookup";
import { type ExistingObject, Lifecycle } from "../provider/lifecycle";
import type { AppliedChange } from "./log";

/** A repository that is live and not managed. */
export interface UnmanagedRepository {
  /** In braces, in lower case. */
  readonly uuid: string;
  readonly slug: string;
  readonly name: string;
}

interface ApplyOptions {
  readonly repository: UnmanagedRepository;
  readonly place: StackLocation;
  readonly client: Client;
  /** Only for this. */
  readonly reader: LiveReader;
  readonly env: NodeJS.ProcessEnv;
  /** The stack's configuration, by whole keys. */
  readonly settings: ConfigLookup;
  /** The project's own configuration. */
  readonly config: (key: string) => string | undefined;
  readonly warn: (line: string) => void;
}

/** What was written; or why nothing was. */
type ApplyOutcome = { readonly applied: readonly AppliedChange[] } | { readonly refused: string };

interface PreparedWrite {
  readonly resource: DesiredResource;
  readonly kind: Kind;
  readonly name: string;
  readonly args: Properties;
  /** What exists. Undefined if it belongs to something that is not there either. */
  readonly existing: ExistingObject | undefined;
}

interface PreparedApply {
  readonly workspace: string;
  /** Owners before what is in them. */
  readonly writes: readonly PreparedWrite[];
}

/** The repository is not what the YAML and the API say it is, or its profiles cannot be applied to it. */
class DoubtError extends UserError {}

/** @throws {UserError} if a request or a write fails. What was written stays, and is found by the next attempt. */
export async function applyNewRepository(options: ApplyOptions): Promise<ApplyOutcome> {
  const lifecycle = new Lifecycle(options.client, options.reader, { log: options.warn });
  const prepared = await prepareWrites(options, lifecycle).catch((error: unknown) => {
    if (error instanceof BitbucketError || !(error instanceof UserError)) throw error;
    return { refused: error.message };
  });
  return "refused" in prepared ? prepared : { applied: await write(prepared, options, lifecycle) };
}

/**
 * Checks everything before the first write.
 *
 * @throws {UserError} if there is any doubt.
 */
async function prepareWrites(options: ApplyOptions, lifecycle: Lifecycle): Promise<PreparedApply> {
  const { repository, client, reader, warn } = options;
  const files = readRepositoryFiles({ client, reader, held: async () => new Map(), say: warn });
  const desired = await loadStack(options.place.path, {
    newRepository: repository,
    repositoryFiles: onlyRepositories(files, ({ slug }) => slug === repository.slug),
  });
  const root = desired.resources.find(
    ({ kind, args, parent }) => kind.parentRole === "repository" && !parent && args.slug === repository.slug,
  );
  if (!root) throw new DoubtError(`the YAML does not declare ${repository.slug}`);
  const resources = desired.resources.filter((resource) => rootOf(resource) === root);
  const held = await readEntry(root, desired.workspace, options);
  const part = { ...desired, resources };
  const declared = await declareStack(
    part,
    part,
    options.place,
    Promise.resolve({ resources: [held] }),
    contextOf(options),
  );
  const ids = new Map([[root, repository.uuid]]);
  const writes: PreparedWrite[] = [];
  for (const one of declared.desired) {
    const inputs = inputsOf(one, desired.workspace, ids);
    const { kind, name, resource, args } = one;
    const isReachable = !Object.values(inputs).some(hasUnknown);
    const existing = isReachable ? await lifecycle.findExisting(kind, withDefaults(kind, inputs)) : undefined;
    if (resource === root && (!existing || toCanonicalUuid(existing.found.id) !== repository.uuid))
      throw new DoubtError(`${repository.slug} is another repository now`);
    if (resource !== root && existing && !existing.adoptable)
      throw new DoubtError(
        `Nothing was written: the ${kind.title} ${name} exists, and differs from the profile in ${existing.differences.join(", ")}`,
      );
    if (existing) ids.set(resource, existing.found.id);
    writes.push({ resource, kind, name, args, existing });
  }
  return { workspace: desired.workspace, writes };
}

/** The repository as it is, in the form of a state: what differs from the profiles is an update of it. */
async function readEntry(
  root: DesiredResource,
  workspace: string,
  { repository, reader }: ApplyOptions,
): Promise<StateEntry> {
  const found = await reader.read(root.kind, { workspace }, repository.uuid, { slug: repository.slug });
  if (!found) throw new DoubtError(`${repository.slug} is gone`);
  const { uuid: id } = repository;
  return {
    kind: root.kind,
    name: root.name,
    id,
    urn: "",
    outputs: { workspace, ...found.outputs, ...found.args },
  };
}

async function write(
  { workspace, writes }: PreparedApply,
  { repository }: ApplyOptions,
  lifecycle: Lifecycle,
): Promise<readonly AppliedChange[]> {
  const applied: AppliedChange[] = [];
  const ids = new Map<DesiredResource, string>();
  for (const one of writes) {
    const { resource, kind, name, existing } = one;
    const inputs = withDefaults(kind, inputsOf(one, workspace, ids));
    if (!resource.parent && existing) {
      // By its UUID, so that nothing is created if it is gone by now.
      ids.set(resource, repository.uuid);
      if (existing.differences.length === 0) continue;
      const { found, subResources } = existing;
      const held = { workspace, ...found.outputs, ...found.args, ...subResources };
      await lifecycle.update(kind, repository.uuid, held, inputs);
      applied.push({ operation: "update", kind: kind.name, name });
      continue;
    }
    const { id } = await lifecycle.create(kind, inputs);
    ids.set(resource, id);
    if (!existing) applied.push({ operation: "create", kind: kind.name, name });
    else if (existing.differences.length > 0) applied.push({ operation: "update", kind: kind.name, name });
  }
  return applied;
}

/** @throws {UserError} with what is wrong with them. */
function inputsOf(
  { resource, kind, name, args }: Pick<ResolvedResource, "resource" | "kind" | "name" | "args">,
  workspace: string,
  ids: ReadonlyMap<DesiredResource, string>,
): Properties {
  const places = placesOf(resource, workspace, (owner) => ids.get(owner) ?? unknownValue);
  const { inputs, issues } = checkInputs(kind, {}, { ...places, ...args });
  if (issues.length > 0)
    throw new DoubtError(
      `The ${kind.title} ${name} is invalid: ${issues.map(({ path, message }) => `${formatPath(path)} ${message}`).join(", ")}`,
    );
  return inputs;
}

function contextOf({ place, env, settings, config, client, reader, warn }: ApplyOptions): ProgramContext {
  return {
    stackName: place.stack,
    isPreview: false,
    isPartial: true,
    env,
    settings,
    config,
    client,
    reads: client,
    live: reader,
    log: { info: () => {}, warn, refuse: warn },
    note: () => {},
  };
}
