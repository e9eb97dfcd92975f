/** Words that were probably meant. */
import { closest, distance } from "fastest-levenshtein";

/** The known word that was probably meant, or undefined if none is near. */
export function suggestWord(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length === 0 || word.length > 100) return undefined;
  const near = closest(
    word.toLowerCase(),
    known.map((other) => other.toLowerCase()),
  );
  const found = known.find((other) => other.toLowerCase() === near);
  return found !== undefined && isNear(word.toLowerCase(), near) ? found : undefined;
}

function isNear(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length);
  return distance(a, b) <= (length < 4 ? 1 : Math.max(2, Math.floor(length / 3)));
}
