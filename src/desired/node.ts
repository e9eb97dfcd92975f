/** A piece of desired state with its position. Nodes are immutable; anchors share them. */
import { joinPath, type Position } from "./diagnostics";
import type { SecretReference } from "./secret";

export type Node = MapNode | ListNode | ScalarNode | ReferenceNode | BrokenNode;

interface BaseNode {
  readonly position: Position;
  /** The value of a less specific layer in this place: the chain leads to every layer that has one. */
  readonly overrides?: Node | undefined;
}

export interface MapNode extends BaseNode {
  readonly type: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  /**
   * Whether it inherits nothing from lower layers, because it replaces something that was removed or was not
   * a map.
   */
  readonly resetsInheritance?: boolean | undefined;
}

export interface MapEntry {
  /** The position of the key. */
  readonly key: Position;
  readonly value: Node;
}

export interface ListNode extends BaseNode {
  readonly type: "list";
  readonly items: readonly Node[];
}

export interface ScalarNode extends BaseNode {
  readonly type: "scalar";
  readonly value: string | number | boolean | null;
  /** The source text, if it differs from the value: `1.10`. */
  readonly source?: string | undefined;
}

interface ReferenceNode extends BaseNode {
  readonly type: "reference";
  readonly reference: SecretReference;
}

/** An invalid value that has been reported. */
interface BrokenNode extends BaseNode {
  readonly type: "broken";
}

export function emptyMap(position: Position): MapNode {
  return { type: "map", position, entries: new Map() };
}

export function isNull(node: Node | undefined): boolean {
  return node?.type === "scalar" && node.value === null;
}

/** Whether something is written there, and can be read. */
export function isGiven(node: Node | undefined): node is Exclude<Node, BrokenNode> {
  return node !== undefined && !isNull(node) && node.type !== "broken";
}

/** For messages: "a map", "text", … */
export function describeNode(node: Node): string {
  switch (node.type) {
    case "map":
      return "a map";
    case "list":
      return "a list";
    case "reference":
      return "a secret reference";
    case "broken":
      return "an invalid value";
    case "scalar":
      if (node.value === null) return "nothing";
      if (typeof node.value === "string") return "text";
      return typeof node.value === "number" ? "a number" : "true or false";
  }
}

/** The plain value. Null and invalid values of a map are omitted; secrets stay references. */
export function toPlainValue(node: Node): unknown {
  switch (node.type) {
    case "map":
      return Object.fromEntries(
        [...node.entries]
          .filter(([, { value }]) => !isNull(value) && value.type !== "broken")
          .map(([key, { value }]) => [key, toPlainValue(value)]),
      );
    case "list":
      return node.items.filter((item) => item.type !== "broken").map(toPlainValue);
    case "reference":
      return node.reference;
    case "broken":
      return undefined;
    case "scalar":
      return node.value;
  }
}

/** The node at a path, or undefined if there is none. */
export function nodeAt(node: Node, path: readonly PropertyKey[]): Node | undefined {
  let at: Node | undefined = node;
  for (const part of path) {
    if (at?.type === "map") at = at.entries.get(String(part))?.value;
    else if (at?.type === "list") at = at.items[Number(part)];
    else return undefined;
  }
  return at;
}

/**
 * The position of a path, or, if it is not in the YAML, of the nearest enclosing node, with the requested
 * path.
 */
export function positionAt(
  node: Node,
  path: readonly PropertyKey[],
  entry: Position = node.position,
): Position {
  let at: Node = node;
  let position = entry;
  for (const [index, part] of path.entries()) {
    const next: Node | undefined = nodeAt(at, [part]);
    if (!next) {
      const missing = path.slice(index);
      return { ...position, path: missing.reduce(extendPath, position.path) };
    }
    at = next;
    position = next.position;
  }
  return position;
}

function extendPath(path: string, part: PropertyKey): string {
  return joinPath(path, typeof part === "number" ? part : String(part));
}

/** Whether a node contains an invalid value. */
export function isBroken(node: Node): boolean {
  switch (node.type) {
    case "map":
      return [...node.entries.values()].some(({ value }) => isBroken(value));
    case "list":
      return node.items.some(isBroken);
    default:
      return node.type === "broken";
  }
}
