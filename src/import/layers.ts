/**
 * What repositories have in common, found by how often it is there: what nearly all have goes into `defaults`, what
 * a group of them has alike into profiles.
 */
import { kinds, repository as repositoryKind } from "../kinds";
import { fieldsWith } from "../kinds/kind";
import { fingerprint, holdsSecret, isTree, merged, onTopOf, type Tree, type Value, withValue } from "./tree";

export interface Repository {
  readonly key: string;
  readonly project: string | undefined;
  readonly tree: Tree;
}

export interface Layers {
  /** What is written for every repository. */
  readonly defaults: Tree;
  readonly profiles: ReadonlyMap<string, Tree>;
  /** Each repository's own lines, by its key, with the profiles that it takes on. */
  readonly own: ReadonlyMap<string, Tree>;
}

/** A value at a path that several repositories may share. */
interface Item {
  readonly path: readonly string[];
  readonly value: Value;
  readonly holders: Set<Repository>;
}

/** The share of repositories that has to have something before it becomes a default. */
const nearlyAll = 0.75;
/** Fewer have nothing in common. */
const few = 3;
/** How alike two groups of repositories have to be to share a profile. */
const alike = 0.8;
/** Lines that a profile has to save. */
const worthwhile = 6;
const mostProfiles = 12;

/** What is each repository's own, even where some are alike. */
const individual: ReadonlySet<string> = new Set(fieldsWith(repositoryKind, "individual"));

/** @param sections The names under which other objects stand, of which some hold others again. */
export function layersOf(repositories: readonly Repository[], sections: ReadonlySet<string>): Layers {
  const items = itemsOf(repositories, sections);
  const defaults = defaultsOf(items, repositories.length);
  const profiles = profilesOf(items.filter(({ path, value }) => !isIn(defaults, path, value)));
  const own = new Map<string, Tree>();
  for (const repository of repositories) {
    const taken = [...profiles].filter(([, profile]) => profile.members.has(repository));
    const inherited = taken.reduce((tree, [, { tree: layer }]) => merged(tree, layer), defaults);
    const rest = onTopOf(inherited, repository.tree);
    const names = taken.map(([name]) => name);
    own.set(
      repository.key,
      names.length > 0
        ? new Map<string, Value>([...first(rest), ["profiles", names], ...others(rest)])
        : rest,
    );
  }
  return { defaults, profiles: new Map([...profiles].map(([name, { tree }]) => [name, tree])), own };
}

const leading = ["name", "slug", "project"];

function first(tree: Tree): [string, Value][] {
  return [...tree].filter(([name]) => leading.includes(name));
}

function others(tree: Tree): [string, Value][] {
  return [...tree].filter(([name]) => !leading.includes(name));
}

function itemsOf(repositories: readonly Repository[], sections: ReadonlySet<string>): Item[] {
  const items = new Map<string, Item>();
  for (const repository of repositories) {
    for (const { path, value } of piecesOf(repository.tree, [], sections)) {
      if (holdsSecret(value) || individual.has(path[0] ?? "")) continue;
      const key = `${JSON.stringify(path)} ${fingerprint(value)}`;
      const item = items.get(key) ?? { path, value, holders: new Set() };
      item.holders.add(repository);
      items.set(key, item);
    }
  }
  return [...items.values()];
}

/** Fields, and objects without those that belong to them, which are pieces of their own. */
function* piecesOf(
  tree: Tree,
  path: readonly string[],
  sections: ReadonlySet<string>,
): Generator<{ path: readonly string[]; value: Value }> {
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

function defaultsOf(items: readonly Item[], count: number): Tree {
  if (count < few) return new Map();
  const common = items
    .filter(({ holders }) => holders.size >= few && holders.size >= count * nearlyAll)
    .sort(byPath);
  let defaults: Tree = new Map();
  for (const { path, value } of common) {
    // What belongs to an object that is not common would be half an object elsewhere.
    const owner = path.slice(0, -2);
    if (owner.length > 0 && !common.some((other) => samePath(other.path, owner))) continue;
    defaults = withPiece(defaults, path, value);
  }
  return defaults;
}

interface Profile {
  readonly members: ReadonlySet<Repository>;
  readonly tree: Tree;
}

function profilesOf(items: readonly Item[]): ReadonlyMap<string, Profile> {
  const groups = new Map<string, { members: Set<Repository>; items: Item[] }>();
  for (const item of items) {
    if (item.holders.size < few) continue;
    const key = [...item.holders].map((one) => one.key).join("\n");
    const group = groups.get(key) ?? { members: item.holders, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  const open = [...groups.values()].sort((a, b) => gain(b) - gain(a));
  const chosen: { members: Set<Repository>; items: Item[] }[] = [];
  for (const group of open) {
    const near = chosen.find(({ members }) => likeness(members, group.members) >= alike);
    if (near) {
      near.members = new Set([...near.members].filter((one) => group.members.has(one)));
      near.items.push(...group.items);
    } else chosen.push({ members: new Set(group.members), items: [...group.items] });
  }
  const profiles = new Map<string, Profile>();
  for (const group of chosen.filter((one) => gain(one) >= worthwhile).slice(0, mostProfiles)) {
    let tree: Tree = new Map();
    for (const { path, value } of [...group.items].sort(byPath)) tree = withPiece(tree, path, value);
    profiles.set(nameFor([...group.members], group.items, profiles), { members: group.members, tree });
  }
  return profiles;
}

/** Lines that are not written when a profile says them once. */
function gain({ members, items }: { members: ReadonlySet<Repository>; items: readonly Item[] }): number {
  const lines = items.reduce((sum, { value }) => sum + (isTree(value) ? Math.max(1, value.size) : 1), 0);
  return (members.size - 1) * lines - members.size;
}

function likeness(a: ReadonlySet<Repository>, b: ReadonlySet<Repository>): number {
  const both = [...a].filter((one) => b.has(one)).length;
  return both / (a.size + b.size - both);
}

/** After what the repositories are called, the project that they are in, their language, or what the profile gives them. */
function nameFor(
  members: readonly Repository[],
  items: readonly Item[],
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

/** What a profile gives, the most telling first. */
function thingsIn(items: readonly Item[]): string[] {
  const counts = new Map<string, number>();
  for (const { path } of items) counts.set(path[0] ?? "", (counts.get(path[0] ?? "") ?? 0) + 1);
  const [most = ""] = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  const [one, second] = items;
  if (!one || second) return [words(most)];
  if (one.path.length > 1) return [String(one.path.at(-1)), words(one.path.join("-"))];
  if (typeof one.value === "boolean") return [one.value ? words(most) : `without-${words(most)}`];
  return [isTree(one.value) || Array.isArray(one.value) ? words(most) : String(one.value), words(most)];
}

/** `branch-restrictions` of branchRestrictions. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `svc` of svc-a and svc-b: whole words only. */
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

/** The tree with a piece put in. An object's own fields stay beside what belongs to it. */
function withPiece(tree: Tree, path: readonly string[], value: Value): Tree {
  const at = path.reduce<Value | undefined>(
    (held, part) => (isTree(held) ? held.get(part) : undefined),
    tree,
  );
  return withValue(tree, path, isTree(at) && isTree(value) ? merged(value, at) : value);
}

function isIn(tree: Tree, path: readonly string[], value: Value): boolean {
  const at = path.reduce<Value | undefined>(
    (held, part) => (isTree(held) ? held.get(part) : undefined),
    tree,
  );
  if (at === undefined) return false;
  if (!isTree(at) || !isTree(value)) return fingerprint(at) === fingerprint(value);
  return [...value].every(([name, held]) => isIn(at, [name], held));
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** In the order in which they are written: shorter paths first, then as they come. */
function byPath(a: Item, b: Item): number {
  return a.path.length - b.path.length;
}
