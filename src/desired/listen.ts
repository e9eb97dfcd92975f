/** `listen:`, what the listener for webhooks does beside reporting. */
import type { CombinedFiles } from "./combine";
import { type Diagnostics, joinPath } from "./diagnostics";
import { readKnownMap } from "./knownMap";
import { createMatcher } from "./matcher";
import { describeNode, isNull, type MapEntry, type MapNode, type Node } from "./node";
import type { Structure } from "./structure";

export const listenKeys = ["desiredState", "newRepositories"] as const;
export const newRepositoryKeys = ["match", "profiles"] as const;

/** A repository that is in the workspace, and neither in the YAML nor in the state. */
export interface NewRepository {
  readonly slug: string;
  readonly name: string;
}

/** What happens to a repository that somebody creates. */
export interface NewRepositoryRule {
  /** The list of profiles. */
  readonly profiles: Node;
  matches(slug: string): boolean;
}

export interface ListenSettings {
  /** The slug of the repository that holds this YAML. */
  readonly desiredState?: string | undefined;
  readonly newRepositories?: NewRepositoryRule | undefined;
}

export function readListen(written: Node | undefined, diagnostics: Diagnostics): ListenSettings | undefined {
  const map = readKnownMap(written, listenKeys, diagnostics);
  if (!map) return undefined;
  const desiredState = map.entries.get("desiredState")?.value;
  const rule = readRule(map.entries.get("newRepositories")?.value, diagnostics);
  const [slug] = desiredState ? readTexts([desiredState], "the slug of a repository", diagnostics) : [];
  return {
    ...(slug === undefined ? {} : { desiredState: slug }),
    ...(rule ? { newRepositories: rule } : {}),
  };
}

function readRule(written: Node | undefined, diagnostics: Diagnostics): NewRepositoryRule | undefined {
  const map = readKnownMap(written, newRepositoryKeys, diagnostics);
  if (!map) return undefined;
  const profiles = map.entries.get("profiles")?.value;
  const match = map.entries.get("match")?.value;
  if (!profiles || isNull(profiles)) {
    diagnostics.error(map.position, '"profiles" is required: the profiles that a new repository gets');
    return undefined;
  }
  const globs = match?.type === "list" ? match.items : match ? [match] : [];
  const patterns = readTexts(globs, "a glob", diagnostics);
  return { profiles, matches: createMatcher(patterns) };
}

function readTexts(items: readonly Node[], what: string, diagnostics: Diagnostics): string[] {
  return items.flatMap((item) => {
    if (isNull(item)) return [];
    if (item.type === "scalar" && typeof item.value === "string" && item.value !== "") return [item.value];
    if (item.type !== "broken")
      diagnostics.error(item.position, `must be ${what}, not ${describeNode(item)}`);
    return [];
  });
}

/**
 * Declares a new repository with the profiles of its rule, as if it were written in the YAML under its slug.
 */
export function declareNewRepository(
  combined: CombinedFiles,
  structure: Structure,
  { profiles }: NewRepositoryRule,
  { slug, name }: NewRepository,
): CombinedFiles {
  const section = structure.profiledKind?.yaml.section ?? "";
  const before = combined.sections.get(section);
  const position = { ...profiles.position, path: joinPath(section, slug) };
  const entry = (value: Node): MapEntry => ({ key: position, value });
  const own: MapNode = {
    type: "map",
    position,
    entries: new Map([
      ["profiles", entry(profiles)],
      ["name", entry({ type: "scalar", position, value: name })],
      ["slug", entry({ type: "scalar", position, value: slug })],
    ]),
  };
  const entries = new Map(before?.type === "map" ? before.entries : []).set(slug, entry(own));
  const whole: MapNode = { type: "map", position: before?.position ?? position, entries };
  return { ...combined, sections: new Map(combined.sections).set(section, whole) };
}
