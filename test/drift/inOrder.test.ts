import { assert, property, shuffledSubarray } from "fast-check";
import { workInOrder } from "../../src/drift/inOrder";

const items = Array.from({ length: 12 }, (_, index) => `item ${index}`);
const indexes = items.map((_, index) => index);

test("each is worked on after those before it, and no later than that", () => {
  const orders = shuffledSubarray(indexes, { minLength: items.length });
  assert(
    property(orders, (order) => {
      const worked: string[] = [];
      const setReady = workInOrder(items, (item) => worked.push(item));
      const ready = new Set<number>();
      for (const index of order) {
        setReady(index);
        ready.add(index);
        const waiting = indexes.find((one) => !ready.has(one)) ?? items.length;
        expect(worked).toEqual(items.slice(0, waiting));
      }
    }),
  );
});
