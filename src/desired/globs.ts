/** Globs on the names of repositories, as rules and delegation have them. */
import picomatch from "picomatch";
import type { Diagnostics } from "./diagnostics";
import { describeNode, type Node } from "./node";

/**
 * A glob, or a list of globs, of which those with a "!" exclude. Reports what is neither.
 *
 * @returns whether a name matches; undefined if the globs cannot be used.
 */
export function readGlobs(node: Node, diagnostics: Diagnostics): ((name: string) => boolean) | undefined {
  const patterns = readPatterns(node, diagnostics);
  if (!patterns) return undefined;
  const compile = (negative: boolean) =>
    patterns
      .filter((pattern) => pattern.startsWith("!") === negative)
      .map((pattern) => picomatch(negative ? pattern.slice(1) : pattern, { dot: true }));
  try {
    const wanted = compile(false);
    const unwanted = compile(true);
    return (name) =>
      (wanted.length === 0 || wanted.some((matches) => matches(name))) &&
      !unwanted.some((matches) => matches(name));
  } catch {
    diagnostics.error(node.position, "is not a glob");
    return undefined;
  }
}

/** The texts of a glob, or of a list of globs; undefined if there is something else. */
export function readPatterns(node: Node, diagnostics: Diagnostics): string[] | undefined {
  const items = node.type === "list" ? node.items : [node];
  const texts = items.flatMap((item) => {
    if (item.type === "scalar" && typeof item.value === "string" && item.value !== "") return [item.value];
    if (item.type !== "broken") diagnostics.error(item.position, `must be a glob, not ${describeNode(item)}`);
    return [];
  });
  if (items.length === 0) diagnostics.error(node.position, "must be a glob, or a list of at least one");
  return texts.length > 0 && texts.length === items.length ? texts : undefined;
}
