/**
 * Finds what repositories have in common by how often it occurs: what nearly all share is written to
 * `defaults`, what a group shares to profiles.
 */
import { kinds, repository as repositoryKind } from "../kinds";
import { fieldsMarked } from "../kinds/kind";
import {
  diffTrees,
  fingerprintOf,
  holdsSecret,
  isTree,
  mergeTrees,
  type TreeValue,
  type ValueTree,
  withValue,
} from "./tree";

interface LayeredRepository {
  readonly key: string;
  readonly project: string | undefined;
  readonly tree: ValueTree;
}

export interface ExtractedLayers {
  /** The values of every repository. */
  readonly defaults: ValueTree;
  readonly profiles: ReadonlyMap<string, ValueTree>;
  /** Each repository's own lines, by its key, with the profiles that it uses. */
  readonly own: ReadonlyMap<string, ValueTree>;
}

/** A value at a path that several repositories may share. */
interface SharedItem {
  readonly path: readonly string[];
  readonly value: TreeValue;
  readonly holders: Set<LayeredRepository>;
}

/** The share of repositories that must have a value before it becomes a default. */
const nearlyAll = 0.75;
/** Fewer repositories share nothing. */
const few = 3;
/** How similar two groups of repositories must be to share a profile. */
const alike = 0.8;
/** Lines that a profile has to save. */
const worthwhile = 6;
const maxProfiles = 12;

/** Fields that are individual to each repository, even if some are equal. */
const individual: ReadonlySet<string> = new Set(fieldsMarked(repositoryKind, "individual"));

/** @param sections The names of sections with other objects, some of which are nested. */
export function extractLayers(
  repositories: readonly LayeredRepository[],
  sections: ReadonlySet<string>,
): ExtractedLayers {
  const items = itemsOf(repositories, sections);
  const defaults = defaultsOf(items, repositories.length);
  const profiles = profilesOf(items.filter(({ path, value }) => !isIn(defaults, path, value)));
  const own = new Map<string, ValueTree>();
  for (const repository of repositories) {
    const taken = [...profiles].filter(([, profile]) => profile.members.has(repository));
    const inherited = taken.reduce((tree, [, { tree: layer }]) => mergeTrees(tree, layer), defaults);
    const rest = diffTrees(inherited, repository.tree);
    const names = taken.map(([name]) => name);
    own.set(
      repository.key,
      names.length > 0
        ? new Map<string, TreeValue>([...firstEntry(rest), ["profiles", names], ...otherEntries(rest)])
        : rest,
    );
  }
  return { defaults, profiles: new Map([...profiles].map(([name, { tree }]) => [name, tree])), own };
}

const leading = ["name", "slug", "project"];

function firstEntry(tree: ValueTree): [string, TreeValue][] {
  return [...tree].filter(([name]) => leading.includes(name));
}

function otherEntries(tree: ValueTree): [string, TreeValue][] {
  return [...tree].filter(([name]) => !leading.includes(name));
}

function itemsOf(repositories: readonly LayeredRepository[], sections: ReadonlySet<string>): SharedItem[] {
  const items = new Map<string, SharedItem>();
  for (const repository of repositories) {
    for (const { path, value } of piecesOf(repository.tree, [], sections)) {
      if (holdsSecret(value) || individual.has(path[0] ?? "")) continue;
      const key = `${JSON.stringify(path)} ${fingerprintOf(value)}`;
      const item = items.get(key) ?? { path, value, holders: new Set() };
      item.holders.add(repository);
      items.set(key, item);
    }
  }
  return [...items.values()];
}

/** Splits values into fields, and into objects without their members, which are separate pieces. */
function* piecesOf(
  tree: ValueTree,
  path: readonly string[],
  sections: ReadonlySet<string>,
): Generator<{ path: readonly string[]; value: TreeValue }> {
  for (const [name, value] of tree) {
    if (!sections.has(name) || !isTree(value)) {
      yield { path: [...path, name], value };
      continue;
    }
    const objects = [...value];
    // A section that holds one object, such as branchingModel, is a piece.
    if (!objects.every(([, object]) => isTree(object)) || isSingle(name)) {
      yield { path: [...path, name], value };
      continue;
    }
    for (const [key, object] of objects) {
      if (!isTree(object)) continue;
      const inner = [...object].filter(([field, held]) => sections.has(field) && isTree(held));
      const outer = new Map([...object].filter(([field]) => !inner.some(([section]) => section === field)));
      yield { path: [...path, name, key], value: outer };
      yield* piecesOf(new Map(inner), [...path, name, key], sections);
    }
  }
}

const singles = new Set(kinds.filter(({ yaml }) => yaml.form === "single").map(({ yaml }) => yaml.section));

function isSingle(section: string): boolean {
  return singles.has(section);
}

function defaultsOf(items: readonly SharedItem[], count: number): ValueTree {
  if (count < few) return new Map();
  const common = items
    .filter(({ holders }) => holders.size >= few && holders.size >= count * nearlyAll)
    .sort(byPath);
  let defaults: ValueTree = new Map();
  for (const { path, value } of common) {
    // Without their parent, children of an object that is not shared would be incomplete.
    const owner = path.slice(0, -2);
    if (owner.length > 0 && !common.some((other) => isSamePath(other.path, owner))) continue;
    defaults = addPiece(defaults, path, value);
  }
  return defaults;
}

interface ProfileGroup {
  readonly members: ReadonlySet<LayeredRepository>;
  readonly tree: ValueTree;
}

function profilesOf(items: readonly SharedItem[]): ReadonlyMap<string, ProfileGroup> {
  const groups = new Map<string, { members: Set<LayeredRepository>; items: SharedItem[] }>();
  for (const item of items) {
    if (item.holders.size < few) continue;
    const key = [...item.holders].map((one) => one.key).join("\n");
    const group = groups.get(key) ?? { members: item.holders, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  const open = [...groups.values()].sort((a, b) => computeGain(b) - computeGain(a));
  const chosen: { members: Set<LayeredRepository>; items: SharedItem[] }[] = [];
  for (const group of open) {
    const near = chosen.find(({ members }) => computeLikeness(members, group.members) >= alike);
    if (near) {
      near.members = new Set([...near.members].filter((one) => group.members.has(one)));
      near.items.push(...group.items);
    } else chosen.push({ members: new Set(group.members), items: [...group.items] });
  }
  const profiles = new Map<string, ProfileGroup>();
  for (const group of chosen.filter((one) => computeGain(one) >= worthwhile).slice(0, maxProfiles)) {
    let tree: ValueTree = new Map();
    for (const { path, value } of [...group.items].sort(byPath)) tree = addPiece(tree, path, value);
    profiles.set(nameFor([...group.members], group.items, profiles), { members: group.members, tree });
  }
  return profiles;
}

/** The number of lines saved if a profile holds them once. */
function computeGain({
  members,
  items,
}: {
  members: ReadonlySet<LayeredRepository>;
  items: readonly SharedItem[];
}): number {
  const lines = items.reduce((sum, { value }) => sum + (isTree(value) ? Math.max(1, value.size) : 1), 0);
  return (members.size - 1) * lines - members.size;
}

function computeLikeness(a: ReadonlySet<LayeredRepository>, b: ReadonlySet<LayeredRepository>): number {
  const both = [...a].filter((one) => b.has(one)).length;
  return both / (a.size + b.size - both);
}

/** Names a profile after its repositories' names, their project, their language, or the profile's content. */
function nameFor(
  members: readonly LayeredRepository[],
  items: readonly SharedItem[],
  taken: ReadonlyMap<string, unknown>,
): string {
  const [one] = members;
  const prefix = commonPrefix(members.map(({ key }) => key));
  const project = members.every((other) => other.project === one?.project) ? one?.project : undefined;
  const language = items.find(({ path }) => path.join() === "language")?.value;
  const names = [
    prefix,
    project,
    typeof language === "string" ? language : undefined,
    ...thingsIn(items),
  ].flatMap((name) => {
    const clean = name
      ?.toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "");
    return clean ? [clean] : [];
  });
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  for (let count = 2; ; count += 1) {
    const name = `${names[0] ?? "profile"}-${count}`;
    if (!taken.has(name)) return name;
  }
}

/** The content of a profile, the most distinctive first. */
function thingsIn(items: readonly SharedItem[]): string[] {
  const counts = new Map<string, number>();
  for (const { path } of items) counts.set(path[0] ?? "", (counts.get(path[0] ?? "") ?? 0) + 1);
  const [most = ""] = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const [one, second] = items;
  if (!one || second) return [words(most)];
  if (one.path.length > 1) return [String(one.path.at(-1)), words(one.path.join("-"))];
  if (typeof one.value === "boolean") return [one.value ? words(most) : `without-${words(most)}`];
  return [isTree(one.value) || Array.isArray(one.value) ? words(most) : String(one.value), words(most)];
}

/** `branch-restrictions` for branchRestrictions. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `svc` for svc-a and svc-b: whole words only. */
function commonPrefix(keys: readonly string[]): string | undefined {
  const [one = "", ...rest] = keys;
  const parts = one.split(/[-_.]/);
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const prefix = one.slice(0, parts.slice(0, length).join("-").length);
    if (
      prefix.length > 1 &&
      rest.every((key) => key.startsWith(prefix) && /^[-_.]/.test(key.slice(prefix.length)))
    )
      return prefix;
  }
  return undefined;
}

/** The tree with a piece added. An object's own fields stay beside its members. */
function addPiece(tree: ValueTree, path: readonly string[], value: TreeValue): ValueTree {
  const at = path.reduce<TreeValue | undefined>(
    (held, part) => (isTree(held) ? held.get(part) : undefined),
    tree,
  );
  return withValue(tree, path, isTree(at) && isTree(value) ? mergeTrees(value, at) : value);
}

function isIn(tree: ValueTree, path: readonly string[], value: TreeValue): boolean {
  const at = path.reduce<TreeValue | undefined>(
    (held, part) => (isTree(held) ? held.get(part) : undefined),
    tree,
  );
  if (at === undefined) return false;
  if (!isTree(at) || !isTree(value)) return fingerprintOf(at) === fingerprintOf(value);
  return [...value].every(([name, held]) => isIn(at, [name], held));
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** Sorts in the order of writing: shorter paths first, then as they come. */
function byPath(a: SharedItem, b: SharedItem): number {
  return a.path.length - b.path.length;
}
