/** Queries a slow source once per process, however many clients are created. */
const known = new Map<string, unknown>();

/** @param key Everything that the result depends on. */
export function runOnce<Result>(key: readonly (string | undefined)[], ask: () => Result): Result {
  const name = JSON.stringify(key);
  if (!known.has(name)) known.set(name, ask());
  return known.get(name) as Result;
}

/** Queries again the next time: a secret was stored or removed. */
export function forgetResults(): void {
  known.clear();
}
