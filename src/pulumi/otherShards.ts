/** The states of a stack's other shards: no shard adopts an object of another one, or takes it for removed. */
import { Slots } from "../bitbucket";
import { keyOf, listStackNames, locateStack } from "../desired";
import { type Env, environment } from "../environment";
import { tryRead, UserError } from "../errors";
import type { Kind } from "../kinds/kind";
import { projectFolder } from "../kinds/projectFolder";
import { toCanonicalUuid } from "../kinds/uuid";
import { toStackName } from "../model/stackName";
import { askEngine } from "./askEngine";
import { findRunningEngine, type RunningEngine } from "./engine";
import { findFileBackend, listFileStacks } from "./fileBackend";
import { runContext } from "./runContext";
import { listedStacks, shardOfStack } from "./shardStacks";
import { readExport } from "./stackState";
import type { StateEntry } from "./state";

/**
 * Returns the Pulumi stack of another shard whose state holds an object, or undefined if none does.
 *
 * @throws {UserError} if a state cannot be read.
 */
export type HolderLookup = (kind: Kind, object: SoughtObject) => Promise<string | undefined>;

/** An object, or what is declared under a name. */
type SoughtObject = { readonly id: string } | { readonly name: string };

/** What the states of a stack's other shards hold. */
export interface OtherShards {
  readonly findHolder: HolderLookup;
  /**
   * Lists what other resources belong to: repositories, projects and deployment environments.
   *
   * @throws {UserError} if a state cannot be read.
   */
  readonly list: () => Promise<readonly StateEntry[]>;
}

interface RunningStack {
  readonly engine?: RunningEngine | undefined;
  /** The stack's name. Default: that of the running operation, or else the selected one. */
  readonly stack?: string | undefined;
}

/** States that are read side by side: each may take an engine. */
const width = 4;

/**
 * Reads the states when it is first asked, and remembers them.
 *
 * @param find Finds the stack that runs, and its engine if one is known.
 * @returns Undefined in a run of all shards, which has moved the states before.
 */
export function openOtherShards(find: () => Promise<RunningStack>, env: Env): OtherShards | undefined {
  if (runContext(env)?.isWhole) return undefined;
  let reading: Promise<HeldByOthers> | undefined;
  const read = () => {
    reading ??= find()
      .then(withEngine)
      .then((running) => readOthers(running, env));
    return reading;
  };
  return {
    // All that is a shard's own has a UUID; what is in it follows it.
    findHolder: async (kind, object) =>
      kind.parentRole ? (await read()).holders.get(heldKey(kind, object)) : undefined,
    list: async () => (await read()).entries,
  };
}

/** What the shards hold besides that of a program's stack. */
export function otherShardsOf(stack: string, env: Env = environment()): OtherShards | undefined {
  return openOtherShards(async () => ({ stack }), env);
}

/** Says that the state of another shard holds what would be adopted. */
export function describeHeldElsewhere(holder: string): string {
  return (
    `the state of the shard ${holder} holds it, so that two states would manage it. Run "npx bitbucket-as-code up" for the ` +
    "whole stack: it moves its state"
  );
}

function heldKey(kind: Kind, object: SoughtObject): string {
  return "id" in object
    ? `id ${kind.name} ${toCanonicalUuid(object.id)}`
    : `name ${keyOf({ ...object, kind })}`;
}

async function withEngine({ stack, engine }: RunningStack): Promise<RunningStack> {
  return { stack, engine: engine ?? (await findRunningEngine(undefined, process.pid, stack)) };
}

interface HeldByOthers {
  /** Pulumi stacks, by what they hold: see `heldKey`. */
  readonly holders: ReadonlyMap<string, string>;
  readonly entries: readonly StateEntry[];
}

async function readOthers(running: RunningStack, env: Env): Promise<HeldByOthers> {
  const holders = new Map<string, string>();
  const entries: StateEntry[] = [];
  const slots = new Slots(() => width);
  const others = await listOthers(running, env);
  const readings = await Promise.all(
    others.map(async (stack) => ({
      stack,
      reading: await slots.run(() => readExport({ stack, engine: running.engine, env })),
    })),
  );
  for (const { stack, reading } of readings) {
    if ("reason" in reading)
      throw new UserError(
        `The state of ${stack}, another shard, could not be read: ${reading.reason}. Without it, it is unknown whether it ` +
          `holds what exists and would be adopted. Nothing was changed. "pulumi stack export --stack ${stack}" must work.`,
      );
    for (const entry of reading.resources) {
      const { kind, id, name, pendingDelete } = entry;
      if (pendingDelete || !kind.parentRole) continue;
      holders.set(heldKey(kind, { id }), stack);
      holders.set(heldKey(kind, { name }), stack);
      entries.push(entry);
    }
  }
  return { holders, entries };
}

/** The Pulumi stacks of the other shards. */
async function listOthers({ engine, stack }: RunningStack, env: Env): Promise<readonly string[]> {
  const options = { engine, env };
  const folder = projectFolder(engine?.folder);
  // A program without YAML has no shards, and neither has what no engine runs.
  if (listStackNames(folder).length === 0 || (stack ?? engine?.operation) === undefined) return [];
  const ask = async (...args: string[]) => {
    const answer = await askEngine(["stack", ...args], options);
    if ("printed" in answer) return answer.printed;
    throw new UserError(`Which shards there are could not be read: ${answer.reason}. Nothing was changed.`);
  };
  const name = toStackName(stack ?? engine?.operation?.stack ?? (await ask("--show-name")).trim());
  const base = tryRead(() => locateStack(folder, name).stack);
  // The stack of a program beside the YAML.
  if (base === undefined) return [];
  const files = findFileBackend(folder, engine?.env ?? env);
  const all = (files && (await listFileStacks(files))) ?? listedStacks(await ask("ls", "--json"));
  return all.filter(
    (one) => toStackName(one) !== name && shardOfStack(folder, base, toStackName(one)) !== undefined,
  );
}
