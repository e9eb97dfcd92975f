/**
 * What was read under a name, or is being read: asked once, and shared by all that need it. A failure is not remembered:
 * the next reader asks again.
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
