/** The content of YAML as ordered maps, before it becomes text. */
import type { SecretSource } from "../desired";

/** A secret that Bitbucket does not show, replaced by its future source. */
export class SecretPlaceholder {
  constructor(
    readonly source: SecretSource,
    readonly name: string,
  ) {}
}

export type TreeValue =
  | string
  | number
  | boolean
  | null
  | SecretPlaceholder
  | readonly TreeValue[]
  | ValueTree;

/** A map whose order is the order of writing. */
export interface ValueTree extends ReadonlyMap<string, TreeValue> {}

export function isTree(value: TreeValue | undefined): value is ValueTree {
  return value instanceof Map;
}

/** Plain data as a tree. Undefined values are omitted. */
export function treeFrom(values: Readonly<Record<string, unknown>>): ValueTree {
  return new Map(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, valueFrom(value)] as const],
    ),
  );
}

function valueFrom(value: unknown): TreeValue {
  if (value instanceof SecretPlaceholder || value instanceof Map) return value as TreeValue;
  if (Array.isArray(value)) return value.map(valueFrom);
  if (typeof value === "object" && value !== null) return treeFrom({ ...value });
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** A text that is equal for equivalent values. Secrets that are still to be supplied are never equal. */
export function fingerprintOf(value: TreeValue): string {
  return JSON.stringify(value, (_name, held: unknown) => {
    if (held instanceof Map) return { map: [...held].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) };
    return held;
  });
}

export function holdsSecret(value: TreeValue): boolean {
  if (value instanceof SecretPlaceholder) return true;
  if (isTree(value)) return [...value.values()].some(holdsSecret);
  return Array.isArray(value) && value.some(holdsSecret);
}

/** Merges layers as the loader does: maps entry by entry, everything else as a whole. */
export function mergeTrees(lower: ValueTree, upper: ValueTree): ValueTree {
  const both = new Map(lower);
  for (const [name, value] of upper) {
    const below = both.get(name);
    both.set(name, isTree(value) && isTree(below) ? mergeTrees(below, value) : value);
  }
  return both;
}

/** The difference to write on top of inherited values to get the target. `null` removes a value. */
export function diffTrees(inherited: ValueTree, target: ValueTree): ValueTree {
  const own = new Map<string, TreeValue>();
  for (const [name, value] of target) {
    const below = inherited.get(name);
    if (below === undefined || !isTree(value) || !isTree(below)) {
      if (below === undefined || fingerprintOf(below) !== fingerprintOf(value)) own.set(name, value);
      continue;
    }
    const rest = diffTrees(below, value);
    if (rest.size > 0) own.set(name, rest);
  }
  for (const name of inherited.keys()) if (!target.has(name)) own.set(name, null);
  return own;
}

/** The tree with a value set at a path. Missing maps are created. */
export function withValue(tree: ValueTree, path: readonly string[], value: TreeValue): ValueTree {
  const [first, ...rest] = path;
  if (first === undefined) return isTree(value) ? value : tree;
  const below = tree.get(first);
  const changed = rest.length === 0 ? value : withValue(isTree(below) ? below : new Map(), rest, value);
  return new Map(tree).set(first, changed);
}
