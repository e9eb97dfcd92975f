/** What applies to all resources of a stack: `defaults:`, and `adopt:`. */
import type { Kind } from "../kinds/kind";
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import type { LayerReader } from "./layer";
import { describeMismatch } from "./mismatch";
import { isGiven, type MapNode, type Node } from "./node";
import type { Structure } from "./structure";

/** The defaults of each resource type. */
export function readDefaults(
  written: MapNode,
  structure: Structure,
  reader: LayerReader,
  diagnostics: Diagnostics,
): ReadonlyMap<Kind, Node> {
  const byName = new Map(structure.kinds.map((kind) => [structure.defaultsName(kind), kind]));
  const defaults = new Map<Kind, Node>();
  for (const [name, { key, value }] of written.entries) {
    const kind = byName.get(name);
    if (kind) defaults.set(kind, reader.object(kind, value));
    else {
      const meant = suggestWord(name, [...byName.keys()]);
      diagnostics.error(key, `unknown resource type "${name}" in defaults`, meant);
    }
  }
  return defaults;
}

/** Whether what exists may be adopted. */
export function readAdoption(adopt: Node | undefined, diagnostics: Diagnostics): boolean {
  if (!isGiven(adopt)) return false;
  if (adopt.type === "scalar" && typeof adopt.value === "boolean") return adopt.value;
  diagnostics.error(adopt.position, describeMismatch("true or false", adopt));
  return false;
}
