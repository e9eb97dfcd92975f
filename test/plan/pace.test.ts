/** Readings that are spread over hours. */
import { Budget } from "../../src/bitbucket";
import { ConcurrencyLimiter } from "../../src/bitbucket/concurrencyLimiter";
import { paceRequests } from "../../src/plan";

const hour = 3_600_000;

test("requests are spread evenly over the hours that were asked for", async () => {
  let now = 0;
  const budget = new Budget({ now: () => now });
  budget.spread(paceRequests({ api: 3_000, webhooks: 1_000 }, 8, budget.limit));
  const limiter = new ConcurrencyLimiter(
    16,
    () => now,
    async (milliseconds) => {
      now += milliseconds;
    },
  );
  limiter.setMinInterval(budget.minInterval);
  const inHour = new Map<number, number>();
  for (let count = 0; count < 4_000; count += 1)
    await limiter.run(async () => {
      const at = Math.floor(now / hour);
      inHour.set(at, (inHour.get(at) ?? 0) + 1);
    });
  expect([...inHour.values()]).toEqual(Array.from({ length: 8 }, () => 500));
});

test("near the limit they are spread further, and never less", () => {
  const budget = new Budget({ now: () => 0 });
  expect(budget.minInterval).toBe(0);
  budget.spread(1_000);
  expect(budget.minInterval).toBe(1_000);
  budget.recordHeaders({ "x-ratelimit-nearlimit": "true" });
  expect(budget.minInterval).toBe(3_600);
  budget.spread(20_000);
  expect(budget.minInterval).toBe(20_000);
});

test("more than the limit allows is refused, with the hours that it takes", () => {
  expect(() => paceRequests({ api: 20_000, webhooks: 5_000 }, 8, 1_000)).toThrow(
    "This requires about 25000 requests, and the limit is 1000 an hour: spread it over 20 hours or more (--spread 20).",
  );
  expect(paceRequests({ api: 0, webhooks: 0 }, 1, 1_000)).toBe(hour);
});
