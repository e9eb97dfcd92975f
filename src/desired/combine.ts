/** Files of one stack have equal rank: they add to each other and must not contradict each other. */
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { describeMismatch } from "./mismatch";
import {
  describeNode,
  emptyMap,
  isNull,
  type ListNode,
  type MapEntry,
  type MapNode,
  type Node,
} from "./node";
import type { Structure } from "./structure";

/** The top level of all files together. */
export interface CombinedFiles {
  readonly workspace?: Node | undefined;
  readonly adopt?: Node | undefined;
  readonly unmanaged?: Node | undefined;
  readonly defaults: MapNode;
  readonly profiles: MapNode;
  readonly rules: ListNode;
  readonly existing: MapNode;
  readonly shards?: Node | undefined;
  readonly delegation?: Node | undefined;
  readonly policies: MapNode;
  readonly exceptions?: Node | undefined;
  readonly listen?: Node | undefined;
  /** By section, without those that no file has. */
  readonly sections: ReadonlyMap<string, Node>;
}

/** The top-level keys that are not sections. */
export const topKeys = [
  "workspace",
  "include",
  "adopt",
  "unmanaged",
  "defaults",
  "profiles",
  "rules",
  "existing",
  "shards",
  "delegation",
  "policies",
  "exceptions",
  "listen",
] as const;

/** The top-level keys whose maps are merged at every depth. */
const deepKeys: readonly string[] = ["defaults", "existing", "delegation"];

/** @param files In the order of reading, at least one. */
export function combineFiles(
  files: readonly MapNode[],
  structure: Structure,
  diagnostics: Diagnostics,
): CombinedFiles {
  const sections = structure.topSections().map((kind) => kind.yaml.section);
  const top = new Map<string, Node>();
  for (const file of files) {
    for (const [name, { key, value }] of file.entries) {
      if (!sections.includes(name) && !topKeys.some((known) => known === name)) {
        const meant = suggestWord(name, [...topKeys, ...sections]);
        diagnostics.error(key, `unknown section "${name}"`, meant);
        continue;
      }
      if (isNull(value)) {
        // What a truncated file ends with, and what is left where all below it was removed.
        diagnostics.warn(key, "is empty, which is the same as no such line. Remove it, or complete it");
        continue;
      }
      if (name === "include") continue;
      const before = top.get(name);
      top.set(name, before ? mergeNodes(before, value, deepKeys.includes(name), diagnostics) : value);
    }
  }
  const start = files[0]?.position ?? { file: "", line: 0, column: 0, path: "" };
  const map = (name: string): MapNode => {
    const found = top.get(name);
    if (!found || found.type === "map") return found ?? emptyMap({ ...start, path: name });
    if (found.type !== "broken")
      diagnostics.error(found.position, `must be a map, not ${describeNode(found)}`);
    return emptyMap(found.position);
  };
  const rules = top.get("rules");
  if (rules && rules.type !== "list" && rules.type !== "broken")
    diagnostics.error(rules.position, describeMismatch("a list", rules));
  return {
    workspace: top.get("workspace"),
    adopt: top.get("adopt"),
    unmanaged: top.get("unmanaged"),
    defaults: map("defaults"),
    profiles: map("profiles"),
    rules: rules?.type === "list" ? rules : { type: "list", position: start, items: [] },
    existing: map("existing"),
    shards: top.get("shards"),
    delegation: top.get("delegation"),
    policies: map("policies"),
    exceptions: top.get("exceptions"),
    listen: top.get("listen"),
    sections: new Map([...top].filter(([name]) => sections.includes(name))),
  };
}

/** @param deep Whether to merge nested maps as well. Otherwise an entry may only be in one file. */
function mergeNodes(a: Node, b: Node, deep: boolean, diagnostics: Diagnostics): Node {
  if (a.type === "list" && b.type === "list") return { ...a, items: [...a.items, ...b.items] };
  if (a.type === "map" && b.type === "map") {
    const entries = new Map<string, MapEntry>(a.entries);
    for (const [name, entry] of b.entries) {
      const before = entries.get(name);
      if (!before) entries.set(name, entry);
      else if (deep)
        entries.set(name, {
          key: before.key,
          value: mergeNodes(before.value, entry.value, true, diagnostics),
        });
      else
        diagnostics.error(
          entry.key,
          `is a duplicate: first in ${before.key.file}:${before.key.line}. Remove one of them`,
        );
    }
    return { ...a, entries };
  }
  const same = a.type === "scalar" && b.type === "scalar" && a.value === b.value;
  if (!same && a.type !== "broken" && b.type !== "broken") {
    diagnostics.error(b.position, `contradicts ${a.position.file}:${a.position.line}, which also sets it`);
  }
  return a;
}
