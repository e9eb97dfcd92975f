/**
 * Does the work of each of some items once that item and all before it are ready, in their order.
 *
 * @returns What to call with the index of an item that is ready.
 */
export function workInOrder<Item>(
  items: readonly Item[],
  work: (item: Item) => void,
): (index: number) => void {
  const ready = new Set<number>();
  let next = 0;
  return (index) => {
    ready.add(index);
    for (; ready.delete(next); next++) {
      const item = items[next];
      if (item !== undefined) work(item);
    }
  };
}
