/**
 * Decides which part of a stack gets its own Pulumi stack. The engine writes the whole state after every
 * step, so one stack of thousands of resources becomes slow; several smaller ones stay fast and run
 * concurrently.
 */
import { hash } from "node:crypto";
import picomatch from "picomatch";
import { oncePer } from "../kinds/memo";
import type { Diagnostics } from "./diagnostics";
import { readKnownMap } from "./knownMap";
import { describeNode, type Node } from "./node";
import type { DesiredResource, DesiredStack } from "./stack";

/** The shard of resources that are in no other: the stack itself. */
export const baseShard = "";

/** Valid names of shards: they become part of a Pulumi stack's name. */
const shardName = /^[A-Za-z0-9_-]{1,60}$/;

const maxShards = 1000;

/** How `shards:` splits repositories and their projects. */
export type Sharding =
  | { readonly by: "project" }
  | { readonly by: "hash"; readonly into: number }
  | {
      readonly by: "pattern";
      readonly patterns: readonly (readonly [shard: string, matches: (name: string) => boolean])[];
    };

/**
 * Reads `shards:`, which has one of three forms: `by: project`, `into: 8`, or `patterns:` with a glob, or a
 * list of globs, for each shard.
 */
export function readSharding(node: Node | undefined, diagnostics: Diagnostics): Sharding | undefined {
  const known = ["by", "into", "patterns"];
  const map = readKnownMap(node, known, diagnostics, 'a map such as "by: project"');
  if (!map) return undefined;
  const given = known.filter((name) => map.entries.has(name));
  if (given.length !== 1) {
    diagnostics.error(map.position, `must contain one of ${known.join(", ")}`);
    return undefined;
  }
  const value = map.entries.get(given[0] ?? "")?.value;
  if (!value || value.type === "broken") return undefined;
  if (given[0] === "by") {
    if (value.type === "scalar" && value.value === "project") return { by: "project" };
    diagnostics.error(value.position, 'must be "project"');
    return undefined;
  }
  if (given[0] === "into") {
    const into = value.type === "scalar" ? Number(value.value) : Number.NaN;
    if (Number.isInteger(into) && into >= 1 && into <= maxShards) return { by: "hash", into };
    diagnostics.error(value.position, `must be a whole number from 1 to ${maxShards}`);
    return undefined;
  }
  return readPatterns(value, diagnostics);
}

function readPatterns(node: Node, diagnostics: Diagnostics): Sharding | undefined {
  if (node.type !== "map") {
    diagnostics.error(node.position, `must be a map of shards and repository names`);
    return undefined;
  }
  return {
    by: "pattern",
    patterns: [...node.entries].flatMap(([shard, { key, value }]) => {
      if (!shardName.test(shard)) {
        diagnostics.error(key, "must be letters, digits, - and _: it becomes part of a Pulumi stack's name");
        return [];
      }
      const globs = (value.type === "list" ? value.items : [value]).flatMap((item) => {
        if (item.type === "scalar" && typeof item.value === "string" && item.value !== "")
          return [item.value];
        if (item.type !== "broken")
          diagnostics.error(
            item.position,
            `must be a glob on repositories' names, not ${describeNode(item)}`,
          );
        return [];
      });
      return globs.length > 0 ? [[shard, picomatch(globs)] as const] : [];
    }),
  };
}

/** The topmost owner of a resource, whose shard it shares: the repository or the project, or itself. */
export function rootOf(resource: DesiredResource): DesiredResource {
  let root = resource;
  while (root.parent) root = root.parent;
  return root;
}

/** A resource's key, unique in its stack: `Repository api`. */
export function keyOf({ kind, name }: Pick<DesiredResource, "kind" | "name">): string {
  return `${kind.name} ${name}`;
}

/** The shard of a resource. Resources without a repository or project are in the base. */
export function shardOf(sharding: Sharding | undefined, resource: DesiredResource): string {
  if (!sharding) return baseShard;
  const root = rootOf(resource);
  if (sharding.by === "project") {
    const project = root.kind.parentRole === "project" ? root.args.key : root.args.project;
    return root.kind.parentRole && typeof project === "string" ? project.replace(/[{}]/g, "") : baseShard;
  }
  if (root.kind.parentRole !== "repository") return baseShard;
  if (sharding.by === "pattern")
    return sharding.patterns.find(([, matches]) => matches(root.name))?.[0] ?? baseShard;
  return hashToShard(root.name, sharding);
}

/** By name: what a digest for each shard has come to. */
const hashedNames = oncePer((_sharding: Sharding) => new Map<string, string>());

/** Rendezvous hashing: a different number of shards moves no more repositories than necessary. */
function hashToShard(name: string, sharding: Sharding & { readonly by: "hash" }): string {
  const known = hashedNames(sharding);
  const shard = known.get(name) ?? findShard(name, sharding.into);
  known.set(name, shard);
  return shard;
}

function findShard(name: string, into: number): string {
  let best = { weight: "", shard: baseShard };
  for (let index = 1; index <= into; index += 1) {
    const weight = hash("sha256", `${index} ${name}`, "hex");
    if (weight > best.weight) best = { weight, shard: String(index) };
  }
  return best.shard;
}

/**
 * Groups resources by shard, for each shard that has any, and the base.
 *
 * @param held The shards that hold repositories and projects for now, by key, although they belong elsewhere:
 * a preview leaves them where their state is.
 */
export function groupByShard(
  { resources, sharding }: Pick<DesiredStack, "resources" | "sharding">,
  held: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, readonly DesiredResource[]> {
  const known = grouped.get(resources);
  if (held.size === 0 && known && known.sharding === sharding) return known.shards;
  const shards = new Map<string, DesiredResource[]>([[baseShard, []]]);
  for (const resource of resources) {
    const shard = held.get(keyOf(rootOf(resource))) ?? shardOf(sharding, resource);
    const group = shards.get(shard) ?? [];
    group.push(resource);
    shards.set(shard, group);
  }
  if (held.size === 0) grouped.set(resources, { sharding, shards });
  return shards;
}

/** A run asks once for each shard, and the place of a resource may be a digest. A list of resources does not change. */
const grouped = new WeakMap<
  readonly DesiredResource[],
  {
    readonly sharding: Sharding | undefined;
    readonly shards: ReadonlyMap<string, readonly DesiredResource[]>;
  }
>();
