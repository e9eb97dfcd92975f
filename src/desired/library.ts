/** The library for YAML: how it is asked, and what its nodes mean. */
import { isScalar, LineCounter, parseDocument } from "yaml";

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** An empty value has a range, but it is at the end of the line or the beginning of the next. */
export function isNothing(node: unknown): boolean {
  return isScalar(node) && node.value === null && !node.source;
}

export function parseText(text: string) {
  const lines = new LineCounter();
  // The library's own check for duplicate keys takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    keepSourceTokens: false,
  });
  return { document, lines };
}
