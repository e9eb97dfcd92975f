/** Fields of a map that must be text, texts, or one of a few words. */
import { suggestWord } from "../model/suggest";
import { type Diagnostics, joinPath, type Position } from "./diagnostics";
import { describeMismatch } from "./mismatch";
import { describeNode, isGiven, isNull, type MapNode } from "./node";

/** Reads fields, and reports what they must not hold: then, and where one is not set, it gives undefined. */
export class FieldReader {
  constructor(private readonly diagnostics: Diagnostics) {}

  /** One of a few words. */
  word<Word extends string>(map: MapNode, name: string, words: readonly Word[]): Word | undefined {
    const node = map.entries.get(name)?.value;
    if (!isGiven(node)) return undefined;
    const found = words.find((word) => node.type === "scalar" && node.value === word);
    if (found !== undefined) return found;
    const given = node.type === "scalar" ? `"${node.value}"` : describeNode(node);
    const meant = node.type === "scalar" ? suggestWord(String(node.value), words) : undefined;
    this.diagnostics.error(node.position, `must be ${words.join(" or ")}, not ${given}`, meant);
    return undefined;
  }

  /** A text that is not empty; a number or a switch as it is written. */
  text(map: MapNode, name: string): string | undefined {
    const node = map.entries.get(name)?.value;
    if (!isGiven(node)) return undefined;
    if (node.type === "scalar" && String(node.value).trim() !== "") return node.source ?? String(node.value);
    const isText = node.type === "scalar" && typeof node.value === "string";
    this.diagnostics.error(node.position, isText ? "must not be empty" : describeMismatch("text", node));
    return undefined;
  }

  /**
   * A text, or a list of at least one.
   *
   * @param what What each must be, for messages.
   */
  texts(
    map: MapNode,
    name: string,
    what: string,
  ): readonly { readonly text: string; readonly position: Position }[] | undefined {
    const node = map.entries.get(name)?.value;
    if (!isGiven(node)) return undefined;
    const items = node.type === "list" ? node.items : [node];
    if (items.length === 0) this.diagnostics.error(node.position, `must be ${what}`);
    const texts = items.flatMap((item) => {
      if (item.type === "scalar" && item.value !== null && item.value !== "")
        return [{ text: item.source ?? String(item.value), position: item.position }];
      if (item.type !== "broken")
        this.diagnostics.error(item.position, `must be ${what}, not ${describeNode(item)}`);
      return [];
    });
    return texts.length > 0 && texts.length === items.length ? texts : undefined;
  }
}

export function isSet(map: MapNode, name: string): boolean {
  const node = map.entries.get(name)?.value;
  return node !== undefined && !isNull(node);
}

export function positionOf(map: MapNode, name: string): Position {
  return (
    map.entries.get(name)?.value.position ?? { ...map.position, path: joinPath(map.position.path, name) }
  );
}
