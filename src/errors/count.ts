/** Counts in sentences. */

/** `1 file`, `2 files`; `1 repository was`, `2 repositories were`. */
export function formatCount(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
