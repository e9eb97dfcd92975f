/** Merges layers: maps deeply, everything else as a whole. */
import type { MapEntry, MapNode, Node } from "./node";

/**
 * Puts a layer on top of a less specific one. Maps merge entry by entry; a scalar, list or reference replaces
 * the lower value; null removes it. Associative: layers can be merged in any grouping.
 */
export function mergeNodes(lower: Node | undefined, upper: Node): Node {
  if (!lower) return upper;
  if (upper.type !== "map") return { ...upper, overrides: recordOverride(upper.overrides, lower) };
  if (upper.resetsInheritance) return { ...upper, overrides: recordOverride(upper.overrides, lower) };
  if (lower.type !== "map")
    return { ...upper, resetsInheritance: true, overrides: recordOverride(upper.overrides, lower) };
  return mergeMaps(lower, upper);
}

function mergeMaps(lower: MapNode, upper: MapNode): MapNode {
  const entries = new Map<string, MapEntry>(lower.entries);
  for (const [name, { key, value }] of upper.entries) {
    entries.set(name, { key, value: mergeNodes(lower.entries.get(name)?.value, value) });
  }
  return {
    type: "map",
    position: upper.position,
    entries,
    ...(lower.resetsInheritance ? { resetsInheritance: true, overrides: lower.overrides } : {}),
  };
}

/** Keeps the whole chain below if the upper layer is itself merged from several. */
function recordOverride(own: Node | undefined, lower: Node): Node {
  return own ? { ...own, overrides: recordOverride(own.overrides, lower) } : lower;
}

/** The layers from the least to the most specific. */
export function mergeAll(layers: readonly Node[]): Node | undefined {
  return layers.reduce<Node | undefined>(mergeNodes, undefined);
}
