/** Counts in sentences. */

/** `1 file`, `2 files`; `2 properties` with the plural. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
