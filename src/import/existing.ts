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
} from "../desired";
import { UserError } from "../errors";
import type { SurveyedObject } from "../live";
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
  isTaken: () => false,
  isSupplied: () => false,
};

export function indexDeclared(
  stack: DesiredStack,
  matches: ReadonlyMap<DesiredResource, SurveyedObject>,
): ExistingDeclarations {
  const byLive = new Map([...matches].map(([resource, live]) => [live, resource]));
  const names = new Set(stack.resources.map(keyOf));
  const supplied = new Set(
    stack.resources.flatMap(({ args }) => findReferences(args)).map((reference) => reference.name),
  );
  return {
    find(live) {
      const resource = byLive.get(live);
      return resource && { key: sectionKeyOf(resource), name: resource.name };
    },
    isTaken: (kind, name) => names.has(`${kind.name} ${name}`),
    isSupplied: (name) => supplied.has(name),
  };
}

/**
 * Returns the id of a declared resource in the states of the stack: what was renamed in Bitbucket is still the same. A dry
 * run goes without the states that cannot be read here.
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
