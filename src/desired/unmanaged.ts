/** `unmanaged:`, the policy for resources in the workspace that are not declared. */
import picomatch from "picomatch";
import type { Kind } from "../kinds/kind";
import { canBeUnmanaged, isRemovedByNameOnly } from "../kinds/unmanaged";
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { FieldReader, isSet } from "./fields";
import { readKnownMap } from "./knownMap";
import { createMatcher } from "./matcher";
import { describeMismatch } from "./mismatch";
import { describeNode, isGiven, isNull, type MapNode, type Node } from "./node";
import type { Structure } from "./structure";

export const policies = ["ignore", "report", "fail", "remove"] as const;
export type Policy = (typeof policies)[number];

/** The policy of one place. */
export interface PolicyLayer {
  /** For all kinds. */
  readonly policy?: Policy | undefined;
  readonly kinds: ReadonlyMap<Kind, Policy>;
}

/** A policy for objects by name. */
interface PolicyRule {
  /** Default: every kind. */
  readonly kinds?: ReadonlySet<Kind> | undefined;
  matches(name: string): boolean;
  /** Whether it names objects individually, without a pattern, and limits itself to kinds. */
  readonly isExplicit: boolean;
  readonly policy: Policy;
}

/** The policy of the stack. Later rules take precedence. */
export interface UnmanagedPolicy extends PolicyLayer {
  readonly rules: readonly PolicyRule[];
}

/** The keys of `unmanaged`, of a repository's or project's own, and of a rule in it. */
export const layerKeys = ["policy", "kinds"] as const;
export const policyKeys = [...layerKeys, "rules"] as const;
export const policyRuleKeys = ["kinds", "match", "policy"] as const;

const byNameOnly =
  "repositories and projects are removed only by a rule that names them: add a rule with their resource type, " +
  '"match: its-name" and "policy: remove"';

/** `unmanaged: report` is short for `unmanaged: { policy: report }`. */
export function expandPolicy(node: Node): Node {
  if (node.type !== "scalar" || isNull(node)) return node;
  return {
    type: "map",
    position: node.position,
    entries: new Map([["policy", { key: node.position, value: node }]]),
  };
}

export class PolicyReader {
  readonly #byName: ReadonlyMap<string, Kind>;
  readonly #fields: FieldReader;

  constructor(
    structure: Structure,
    private readonly diagnostics: Diagnostics,
  ) {
    this.#fields = new FieldReader(diagnostics);
    this.#byName = new Map(
      structure.kinds.filter(canBeUnmanaged).map((kind) => [structure.defaultsName(kind), kind]),
    );
  }

  /** The policy at the top of the stack. */
  stack(written: Node | undefined): UnmanagedPolicy | undefined {
    const map = this.#map(written, policyKeys);
    if (!map) return undefined;
    const rules = map.entries.get("rules")?.value;
    return { ...this.#layer(map), rules: this.#items(rules).flatMap((item) => this.#rule(item)) };
  }

  /** The policy of a repository or project for its members. */
  layer(written: Node | undefined): PolicyLayer | undefined {
    const map = this.#map(written, layerKeys);
    return map && this.#layer(map);
  }

  #layer(map: MapNode): PolicyLayer {
    const policy = this.#policy(map.entries.get("policy")?.value);
    const kinds = map.entries.get("kinds")?.value;
    return { ...(policy ? { policy } : {}), kinds: this.#kinds(kinds) };
  }

  #kinds(node: Node | undefined): ReadonlyMap<Kind, Policy> {
    const found = new Map<Kind, Policy>();
    if (!isGiven(node)) return found;
    if (node.type !== "map") {
      this.diagnostics.error(
        node.position,
        `must be a map of resource types and policies, not ${describeNode(node)}`,
      );
      return found;
    }
    for (const [name, { key, value }] of node.entries) {
      const kind = this.#byName.get(name);
      if (!kind) {
        const message = `a policy cannot apply to the resource type "${name}"`;
        this.diagnostics.error(key, message, suggestWord(name, [...this.#byName.keys()]));
        continue;
      }
      const policy = this.#policy(value);
      if (policy === "remove" && isRemovedByNameOnly(kind))
        this.diagnostics.error(value.position, byNameOnly);
      else if (policy) found.set(kind, policy);
    }
    return found;
  }

  #rule(item: Node): PolicyRule[] {
    if (item.type !== "map" && item.type !== "broken") {
      this.diagnostics.error(
        item.position,
        `must be a map with "match" and "policy", not ${describeNode(item)}`,
      );
      return [];
    }
    const map = this.#map(item, policyRuleKeys);
    if (!map) return [];
    const patterns = this.#texts(map, "match", "a name, or a glob");
    const policy = this.#require(map, "policy") ? this.#policy(map.entries.get("policy")?.value) : undefined;
    const kinds = map.entries.has("kinds") ? this.#ruleKinds(map) : undefined;
    if (!patterns || !policy || (map.entries.has("kinds") && !kinds)) return [];
    const isGlob = patterns.some((pattern) => picomatch.scan(pattern).isGlob || pattern.startsWith("!"));
    if (policy === "remove" && isGlob && kinds && [...kinds].some(isRemovedByNameOnly)) {
      this.diagnostics.error(map.entries.get("match")?.value.position ?? map.position, byNameOnly);
      return [];
    }
    return [
      {
        ...(kinds ? { kinds } : {}),
        matches: createMatcher(patterns),
        isExplicit: kinds !== undefined && !isGlob,
        policy,
      },
    ];
  }

  #ruleKinds(map: MapNode): ReadonlySet<Kind> | undefined {
    const names = this.#texts(map, "kinds", "the name of a resource type");
    const kinds = (names ?? []).flatMap((name) => {
      const kind = this.#byName.get(name);
      if (kind) return [kind];
      const position = map.entries.get("kinds")?.value.position ?? map.position;
      const message = `a policy cannot apply to the resource type "${name}"`;
      this.diagnostics.error(position, message, suggestWord(name, [...this.#byName.keys()]));
      return [];
    });
    return names && kinds.length === names.length ? new Set(kinds) : undefined;
  }

  #policy(node: Node | undefined): Policy | undefined {
    if (!isGiven(node)) return undefined;
    const found = policies.find((policy) => node.type === "scalar" && node.value === policy);
    if (found) return found;
    const given = node.type === "scalar" ? `"${node.value}"` : describeNode(node);
    this.diagnostics.error(
      node.position,
      `must be one of ${policies.join(", ")}, not ${given}`,
      node.type === "scalar" ? suggestWord(String(node.value), policies) : undefined,
    );
    return undefined;
  }

  /** A map with known keys; a single word is the policy. */
  #map(written: Node | undefined, known: readonly string[]): MapNode | undefined {
    const node = written && expandPolicy(written);
    return readKnownMap(node, known, this.diagnostics, `one of ${policies.join(", ")}, or a map`);
  }

  #items(node: Node | undefined): readonly Node[] {
    if (!isGiven(node)) return [];
    if (node.type === "list") return node.items;
    this.diagnostics.error(node.position, describeMismatch("a list", node));
    return [];
  }

  #require(map: MapNode, name: string): boolean {
    if (isSet(map, name)) return true;
    this.diagnostics.error(map.position, `"${name}" is required`);
    return false;
  }

  #texts(map: MapNode, name: string, what: string): string[] | undefined {
    if (!this.#require(map, name)) return undefined;
    return this.#fields.texts(map, name, what)?.map(({ text }) => text);
  }
}
