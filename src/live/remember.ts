/**
 * Caches reads by name, also those under way. A failure is not cached: the next reader tries again.
 */
export async function memoize<Value>(
  cache: Map<string, Promise<Value>>,
  name: string,
  read: () => Promise<Value>,
): Promise<Value> {
  let value = cache.get(name);
  if (!value) {
    value = read();
    cache.set(name, value);
    value.catch(() => cache.delete(name));
  }
  return value;
}
