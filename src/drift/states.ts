/** The last applied state of a stack, from all Pulumi stacks that it is split into. */
import { Slots } from "../bitbucket";
import {
  baseShard,
  type DesiredStack,
  groupByShard,
  loadStack,
  locateStack,
  type RepositoryFileSource,
} from "../desired";
import { UserError } from "../errors";
import { readStateEntries, type StateEntry } from "../plan";
import { Stacks } from "../run";

/** Concurrent exports: each is an engine process. */
const width = 4;

export interface LoadedStack {
  /** The desired state; for one shard, only its part. */
  readonly desired: DesiredStack;
  /** The desired state of all shards. */
  readonly whole: DesiredStack;
  readonly state: readonly StateEntry[];
  /** The names of the Pulumi stacks that were read. */
  readonly shards: readonly string[];
}

/**
 * Reads YAML and state. Secrets in the state stay encrypted.
 *
 * @param root The folder of Pulumi.yaml.
 * @param name The stack, or one shard of it: `acme`, `acme.PLAT`.
 * @param provide Provides the engine: called if a state has to be asked for.
 * @param repositoryFiles Reads the files with which repositories set properties of their own, given what reads the state.
 * @param onWorkspace Called with the workspace as soon as it is known, if there is a state.
 */
export async function loadStates(
  root: string,
  name: string,
  provide: (() => Promise<unknown>) | undefined,
  repositoryFiles: (readState: () => Promise<readonly StateEntry[]>) => RepositoryFileSource,
  onWorkspace: (workspace: string) => void = () => {},
): Promise<LoadedStack> {
  const place = locateStack(root, name);
  const stacks = new Stacks(root, place.stack, { PULUMI_SKIP_UPDATE_CHECK: "true" }, provide);
  const one = place.shard === baseShard ? undefined : place.shard;
  const listed = stacks.listExisting();
  const listShards = async () =>
    [...(await listed)].filter((shard) => one === undefined || shard === one).sort();
  const slots = new Slots(() => width);
  const read = async (shard: string) => readStateEntries(await stacks.readState(shard));
  let reading: Promise<readonly StateEntry[]> | undefined;
  const readState = () => {
    reading ??= listShards().then(async (shards) =>
      (await Promise.all(shards.map((shard) => slots.run(() => read(shard))))).flat(),
    );
    return reading;
  };
  const [whole, existing] = await Promise.all([
    loadStack(place.path, { repositoryFiles: repositoryFiles(readState) }),
    listed,
  ]);
  if (existing.size > 0) onWorkspace(whole.workspace);
  const wanted = groupByShard(whole);
  if (one !== undefined && !wanted.has(one) && !existing.has(one))
    throw new UserError(
      `The stack ${place.stack} has no shard "${one}": it has ${[...wanted.keys()].filter(Boolean).join(", ") || "none"}.`,
    );
  const shards = await listShards();
  const state = await readState();
  const resources = one === undefined ? whole.resources : (wanted.get(one) ?? []);
  return {
    desired: { ...whole, resources },
    whole,
    state,
    shards: shards.map((shard) => stacks.nameOf(shard)),
  };
}
