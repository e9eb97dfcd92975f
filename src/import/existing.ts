/** The stack that an import adds to: what its YAML declares already. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type DesiredResource,
  type DesiredStack,
  findReferences,
  findStackFile,
  keyOf,
  loadStack,
  NoStackFileError,
  type Position,
} from "../desired";
import { UserError } from "../errors";
import type { Properties } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import type { SurveyedObject } from "../live";
import { declaredIdentity, identityIn, matchObjects } from "../plan/match";
import { sectionKeyOf } from "./declarationTree";
import type { ExistingDeclarations } from "./declare";
import type { ImportOptions } from "./run";

interface ExistingStack {
  /** The stack's file or folder. */
  readonly path: string;
  readonly stack: DesiredStack;
}

/** What there is of a stack. */
export interface StackBefore {
  /** Undefined for a new stack, and for one that declares nothing. */
  readonly existing?: ExistingStack;
  /** Its file, where that declares nothing and is as `init` has written it. */
  readonly replaced?: string;
}

/** @throws {UserError} if it is for another workspace, or the options are for a new stack. */
export async function loadBefore(options: ImportOptions): Promise<StackBefore> {
  const { root, workspace, repositoryFiles, replaceable } = options;
  const path = stackPlace(root, options.stack);
  if (path === undefined) return {};
  if (hasText(path, replaceable?.yaml)) return { replaced: path };
  const stack = await loadStack(path, { keepExpired: true, repositoryFiles });
  if (stack.workspace !== workspace)
    throw new UserError(
      `The stack ${options.stack} is for the workspace ${stack.workspace}, not ${workspace}. Select another one with --stack.`,
    );
  if (options.shards && !stack.sharding)
    throw new UserError(
      `--shards is for a new stack, and ${options.stack} exists: set "shards:" in its YAML instead, and run the import ` +
        "again without the option. Nothing was read or written.",
    );
  return { existing: { path, stack } };
}

/** Whether a file has just this text. */
export function hasText(path: string, text: string | undefined): boolean {
  return text !== undefined && statSync(path).isFile() && readFileSync(path, "utf8") === text;
}

function stackPlace(root: string, stack: string): string | undefined {
  if (!existsSync(join(root, "stacks"))) return undefined;
  try {
    return findStackFile(root, stack);
  } catch (error) {
    if (error instanceof NoStackFileError) return undefined;
    throw error;
  }
}

export const nothingDeclared: ExistingDeclarations = {
  find: () => undefined,
  findRival: () => undefined,
  isTaken: () => false,
  isSupplied: () => false,
};

/**
 * Returns the live objects of declared resources. What others belong to, and the state holds as another one, has none:
 * another object took its name, and what is in that belongs to nothing that is declared.
 */
export function matchDeclared(
  resources: readonly DesiredResource[],
  objects: readonly SurveyedObject[],
  args: ReadonlyMap<DesiredResource, Properties>,
  idOf: (resource: DesiredResource) => string | undefined = () => undefined,
): ReadonlyMap<DesiredResource, SurveyedObject> {
  const matches = new Map<DesiredResource, SurveyedObject>();
  for (const [resource, live] of matchObjects(resources, objects, args, idOf)) {
    const { kind, parent } = resource;
    const id = kind.parentRole && idOf(resource);
    const isAnother = id !== undefined && toCanonicalUuid(id) !== toCanonicalUuid(live.found.id);
    if (!isAnother && (!parent || matches.has(parent))) matches.set(resource, live);
  }
  return matches;
}

/** @param args As for {@link matchDeclared}, as is `idOf`. */
export function findDeclared(
  { resources }: DesiredStack,
  objects: readonly SurveyedObject[],
  args: ReadonlyMap<DesiredResource, Properties>,
  idOf?: (resource: DesiredResource) => string | undefined,
): ExistingDeclarations {
  const matches = matchDeclared(resources, objects, args, idOf);
  const byLive = new Map([...matches].map(([resource, live]) => [live, resource]));
  const names = new Set(resources.map(keyOf));
  const supplied = new Set(
    resources.flatMap((one) => findReferences(one.args)).map((reference) => reference.name),
  );
  let rivals: ReturnType<typeof indexIdentities> | undefined;
  return {
    find(live) {
      const resource = byLive.get(live);
      return resource && { key: sectionKeyOf(resource), name: resource.name };
    },
    findRival({ kind, found, owner }) {
      if (kind.naturalKey.length === 0) return undefined;
      rivals ??= indexIdentities(resources, matches, args);
      return rivals.get(owner)?.get(`${kind.name} ${identityIn(kind, found.args)}`);
    },
    isTaken: (kind, name) => names.has(`${kind.name} ${name}`),
    isSupplied: (name) => supplied.has(name),
  };
}

/** Where each natural key is declared, by the live owner. */
function indexIdentities(
  resources: readonly DesiredResource[],
  matches: ReadonlyMap<DesiredResource, SurveyedObject>,
  args: ReadonlyMap<DesiredResource, Properties>,
): ReadonlyMap<SurveyedObject | undefined, ReadonlyMap<string, Position>> {
  const places = new Map<SurveyedObject | undefined, Map<string, Position>>();
  for (const resource of resources) {
    const { kind, parent, position } = resource;
    const owner = parent && matches.get(parent);
    const identity = declaredIdentity(resource, args);
    if (identity === undefined || (parent && !owner)) continue;
    const siblings = places.get(owner) ?? new Map<string, Position>();
    places.set(owner, siblings.set(`${kind.name} ${identity}`, position));
  }
  return places;
}

/**
 * Returns the id of a declared resource in the states of the stack: what was renamed in Bitbucket is still the same. A dry
 * run works without the states that cannot be read here.
 */
export async function readHeldIds({
  stacks,
  dryRun,
}: Pick<ImportOptions, "stacks" | "dryRun">): Promise<(resource: DesiredResource) => string | undefined> {
  const ids = new Map<string, string>();
  try {
    for (const shard of await stacks.listExisting())
      for (const entry of (await stacks.read(shard)).resources)
        if (!entry.pendingDelete) ids.set(keyOf(entry), entry.id);
  } catch (error) {
    if (!dryRun) throw error;
  }
  return (resource) => ids.get(keyOf(resource));
}
