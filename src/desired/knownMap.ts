/** Maps of which every field is known. */
import { suggestWord } from "../model/suggest";
import type { Diagnostics } from "./diagnostics";
import { describeNode, isGiven, type MapNode, type Node } from "./node";

/**
 * Returns a map, and reports what is none, and the fields that there are not. Undefined for what is not set.
 *
 * @param expected What it must be, for the message.
 */
export function readKnownMap(
  node: Node | undefined,
  known: readonly string[],
  diagnostics: Diagnostics,
  expected = "a map",
): MapNode | undefined {
  if (!isGiven(node)) return undefined;
  if (node.type !== "map") {
    diagnostics.error(node.position, `must be ${expected}, not ${describeNode(node)}`);
    return undefined;
  }
  reportUnknownFields(node, known, diagnostics);
  return node;
}

/** @returns Whether all fields are known. */
export function reportUnknownFields(
  map: MapNode,
  known: readonly string[],
  diagnostics: Diagnostics,
): boolean {
  const others = [...map.entries].filter(([name]) => !known.includes(name));
  for (const [name, { key }] of others)
    diagnostics.error(key, `unknown field "${name}"`, suggestWord(name, known));
  return others.length === 0;
}
