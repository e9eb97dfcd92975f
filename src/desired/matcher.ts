/** Patterns on names. */
import picomatch from "picomatch";

/**
 * Matches globs, of which those with a "!" exclude. A literal name matches whatever characters it contains.
 */
export function createMatcher(patterns: readonly string[]): (name: string) => boolean {
  // A star matches slashes as well: URLs and branches contain some.
  const compile = (chosen: readonly string[]) =>
    chosen.map((pattern) => {
      const glob = picomatch(pattern, { bash: true, dot: true });
      return (name: string) => name === pattern || glob(name);
    });
  const wanted = compile(patterns.filter((pattern) => !pattern.startsWith("!")));
  const unwanted = compile(patterns.filter((pattern) => pattern.startsWith("!")).map((one) => one.slice(1)));
  return (name) =>
    (wanted.length === 0 || wanted.some((matches) => matches(name))) &&
    !unwanted.some((matches) => matches(name));
}
