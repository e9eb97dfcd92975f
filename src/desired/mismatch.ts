/** Values of another type than the one that is expected, with what to write instead. */
import { describeNode, type Node } from "./node";

/** The words of YAML 1.1 for a switch, which are text in YAML 1.2, and what people write for them. https://yaml.org/type/bool.html */
const switches: ReadonlyMap<string, boolean> = new Map([
  ...["true", "yes", "y", "on", "1"].map((word) => [word, true] as const),
  ...["false", "no", "n", "off", "0"].map((word) => [word, false] as const),
]);

/** @param expected In words: `true or false`, `a list of globs`. */
export function describeMismatch(expected: string, node: Node): string {
  const fix = howToWrite(expected, node);
  return `must be ${expected}, not ${describeNode(node)}${fix === undefined ? "" : `. ${fix}`}`;
}

/** Undefined where only its author knows what is meant. The value is not quoted: it may be a secret. */
function howToWrite(expected: string, node: Node): string | undefined {
  if (/^a list\b/.test(expected)) {
    if (node.type === "scalar" && node.value !== null)
      return "Put it in brackets, also if it is the only one: [ ]";
    if (node.type === "map") return 'Begin each item with "- "';
    return undefined;
  }
  if (node.type !== "scalar" || node.value === null) return undefined;
  switch (expected) {
    case "text":
      return typeof node.value === "string" ? undefined : "Put it in quotes";
    case "true or false": {
      const word = String(node.value).trim().toLowerCase();
      const meant = switches.get(word);
      if (meant === undefined) return undefined;
      return `Write ${meant}${word === String(meant) ? " without quotes" : ""}`;
    }
    case "a number":
    case "a whole number":
      return typeof node.value === "string" && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(node.value)
        ? "Write it without quotes"
        : undefined;
    default:
      return undefined;
  }
}
