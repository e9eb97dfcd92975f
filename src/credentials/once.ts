/** Asking a slow source once in a process, however many clients are made. */
const known = new Map<string, unknown>();

/** @param key What the answer depends on. */
export function runOnce<Result>(key: readonly (string | undefined)[], ask: () => Result): Result {
  const name = JSON.stringify(key);
  if (!known.has(name)) known.set(name, ask());
  return known.get(name) as Result;
}

/** Asks again the next time: something was stored or removed. */
export function forgetResults(): void {
  known.clear();
}
