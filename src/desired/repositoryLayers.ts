/** Rules and profiles: the layers that a repository inherits besides its own lines. */
import type { Kind } from "../kinds/kind";
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { readGlobs } from "./globs";
import type { LayerReader } from "./layer";
import { describeMismatch } from "./mismatch";
import { describeNode, isGiven, isNull, type ListNode, type MapNode, type Node } from "./node";

interface LayerRule {
  readonly position: Node["position"];
  readonly matches: (name: string) => boolean;
  readonly layers: readonly Node[];
  used: boolean;
}

interface LayerProfile {
  readonly key: Node["position"];
  readonly node: Node;
  used: boolean;
}

/** The keys of a rule and of a repository that are not the repository's settings. */
export const ruleKeys = ["match", "profiles"] as const;
export const profileKeys = ["profiles"] as const;

export class RepositoryLayers {
  readonly #profiles: ReadonlyMap<string, LayerProfile>;
  readonly #rules: readonly LayerRule[];

  constructor(
    kind: Kind,
    profiles: MapNode,
    rules: ListNode,
    reader: LayerReader,
    readonly diagnostics: Diagnostics,
  ) {
    this.#profiles = new Map(
      [...profiles.entries].map(([name, { key, value }]) => [
        name,
        { key, node: reader.object(kind, value), used: false },
      ]),
    );
    this.#rules = rules.items.flatMap((item) => this.#rule(kind, item, reader));
  }

  /** The layers of a repository, from the least to the most specific: rules, then its profiles. */
  of(name: string, own: Node): Node[] {
    const rules = this.#rules.filter((rule) => rule.matches(name));
    for (const rule of rules) rule.used = true;
    const profiles = own.type === "map" ? own.entries.get("profiles")?.value : undefined;
    return [...rules.flatMap((rule) => rule.layers), ...this.#readProfileNames(profiles)];
  }

  /** Checks a list of profiles that is used elsewhere. */
  use(profiles: Node): void {
    this.#readProfileNames(profiles);
  }

  /** Warns about rules and profiles without effect. */
  warnOfUnused(): void {
    for (const rule of this.#rules) {
      if (!rule.used) this.diagnostics.warn(rule.position, "this rule matches no repository");
    }
    for (const [name, profile] of this.#profiles) {
      if (!profile.used) this.diagnostics.warn(profile.key, `no repository uses the profile "${name}"`);
    }
  }

  #rule(kind: Kind, item: Node, reader: LayerReader): LayerRule[] {
    if (item.type === "broken") return [];
    if (item.type !== "map") {
      this.diagnostics.error(
        item.position,
        `must be a map with "match" and settings, not ${describeNode(item)}`,
      );
      return [];
    }
    const settings = reader.object(kind, item, ruleKeys);
    const matches = this.#matcher(item, item.entries.get("match")?.value);
    const layers = [...this.#readProfileNames(item.entries.get("profiles")?.value), settings];
    return matches ? [{ position: item.position, matches, layers, used: false }] : [];
  }

  #matcher(rule: MapNode, match: Node | undefined): ((name: string) => boolean) | undefined {
    if (!match || isNull(match)) {
      this.diagnostics.error(rule.position, '"match" is required: a glob such as "svc-*", or a list of them');
      return undefined;
    }
    return readGlobs(match, this.diagnostics);
  }

  #readProfileNames(list: Node | undefined): Node[] {
    if (!isGiven(list)) return [];
    if (list.type !== "list") {
      this.diagnostics.error(list.position, describeMismatch("a list of profiles", list));
      return [];
    }
    return list.items.flatMap((item) => {
      if (item.type === "broken") return [];
      const name =
        item.type === "scalar" && item.value !== null ? (item.source ?? String(item.value)) : undefined;
      const profile = name === undefined ? undefined : this.#profiles.get(name);
      if (profile) {
        profile.used = true;
        return isNull(profile.node) ? [] : [profile.node];
      }
      if (name === undefined)
        this.diagnostics.error(item.position, `must be the name of a profile, not ${describeNode(item)}`);
      else {
        const meant = suggestWord(name, [...this.#profiles.keys()]);
        this.diagnostics.error(item.position, `there is no profile "${name}"`, meant);
      }
      return [];
    });
  }
}
