/**
 * The remaining rate limit: own requests, those of other processes, and waiting instead of running into a
 * 429.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Budget, Ledger, ledgerFolder, Secret } from "../../src/bitbucket";
import { createClientFrom, shareOfLimit } from "../../src/provider/clientFrom";
import { Served } from "./support";

const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minute = 60_000;
let now = 1_795_000_000_000;
const clock = () => now;
const sub = (name: string) => join(folder, name);

describe("the ledger", () => {
  test("lets processes with one credential see what the others have spent", () => {
    const first = new Ledger(sub("two"), "run", clock);
    const second = new Ledger(sub("two"), "run", clock);
    const budget = new Budget({ now: clock, ledger: first });
    for (let index = 0; index < 10; index += 1) budget.recordRequest("GET", "/repositories/acme/api/hooks");
    for (let index = 0; index < 5; index += 1) budget.recordRequest("GET", "/repositories/acme");
    first.flush();
    const other = new Budget({ now: clock, ledger: second });
    other.recordRequest("POST", "/repositories/acme/api");
    expect(other.countRemaining()).toBe(994);
    expect(other.countRemaining("webhooks")).toBe(990);
    expect(other.formatSummary()).toMatch(
      /^16 requests to Bitbucket \(.*\); about 994 of 1000 an hour are left/,
    );
    expect(other.formatSummary(1)).toMatch(/elsewhere$/);
    expect(other.formatSummary(0)).not.toContain("\n");
  });

  test("tells the runs apart, and counts both for what is left", () => {
    const before = new Budget({ now: clock, ledger: new Ledger(sub("runs"), "yesterday", clock) });
    before.recordRequest("GET", "/repositories/acme");
    const ledger = new Ledger(sub("runs"), "today", clock);
    new Ledger(sub("runs"), "yesterday", clock).flush();
    const budget = new Budget({ now: clock, ledger });
    budget.recordRequest("GET", "/workspaces/acme/projects");
    expect(budget.formatSummary()).toMatch(/^1 request to/);
  });

  test("forgets after an hour, and takes old files away", () => {
    const first = new Ledger(sub("old"), "run", clock);
    new Budget({ now: clock, ledger: first }).recordRequest("GET", "/repositories/acme");
    first.flush();
    const [file = ""] = readdirSync(sub("old"));
    utimesSync(join(sub("old"), file), now / 1000, now / 1000);
    now += 30 * minute;
    expect(new Budget({ now: clock, ledger: new Ledger(sub("old"), "run", clock) }).countRemaining()).toBe(
      999,
    );
    now += 40 * minute;
    expect(new Budget({ now: clock, ledger: new Ledger(sub("old"), "run", clock) }).countRemaining()).toBe(
      1000,
    );
    expect(readdirSync(sub("old"))).toEqual([]);
  });

  test("a broken file, and a folder that cannot be written, cost nothing", () => {
    const ledger = new Ledger(sub("broken"), "run", clock);
    ledger.add("api", "GET", "/x");
    ledger.flush();
    writeFileSync(join(sub("broken"), "1-x.json"), "{");
    expect(
      new Budget({ now: clock, ledger: new Ledger(sub("broken"), "r", clock) }).countRemaining(),
    ).toBeGreaterThan(0);
    writeFileSync(sub("a-file"), "");
    const nowhere = new Ledger(join(sub("a-file"), "below"), "run", clock);
    nowhere.add("api", "GET", "/x");
    expect(() => nowhere.flush()).not.toThrow();
  });

  test("holds no name, no token and no path with names in it", () => {
    const token = "ATCT-a-very-secret-token";
    const at = ledgerFolder(
      "https://api.example.com",
      { type: "workspace", token: new Secret(token) },
      { HOME: folder },
    );
    expect(at.startsWith(join(folder, ".local", "state", "bitbucket-as-code", "requests"))).toBe(true);
    expect(at).not.toContain(token);
    const ledger = new Ledger(at, "run", clock);
    new Budget({ now: clock, ledger }).recordRequest("GET", "/repositories/acme/secret-project/hooks");
    ledger.flush();
    const text = readdirSync(at)
      .map((file) => readFileSync(join(at, file), "utf8"))
      .join();
    expect(text).not.toMatch(/acme|secret/);
  });
});

describe("at the end of the hour's limit", () => {
  test("a request waits until the limit allows it, instead of getting a 429", async () => {
    const told: number[] = [];
    const served = await Served.start([(_request, response) => response.end("{}")], {
      requestsPerHour: 3,
      onWait: (milliseconds) => told.push(milliseconds),
    });
    for (let index = 0; index < 4; index += 1) await served.client.get("/repositories/acme");
    expect(served.waits).toEqual([3_600_000]);
    expect(told).toEqual([3_600_000]);
    await served.close();
  });

  test("a limit that nobody told stops nothing: a user's credential may have a higher one", async () => {
    const served = await Served.start([(_request, response) => response.end("{}")]);
    for (let index = 0; index < 1001; index += 1) await served.client.get("/repositories/acme");
    expect(served.waits).toEqual([]);
    expect(served.client.budget.countRemaining()).toBe(0);
    await served.close();
  });
});

describe("parallel steps of Bitbucket Pipelines", () => {
  const parts = (limit: number | undefined, count: number) =>
    Array.from({ length: count }, (_, index) => new Budget({ limit, share: { index, count } }).limit);

  test("divide the limit between them, with nothing left over and none without", () => {
    expect(parts(undefined, 3)).toEqual([334, 333, 333]);
    expect(parts(10_000, 10)).toEqual(Array.from({ length: 10 }, () => 1_000));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 100 }), (limit, count) => {
        const shares = parts(limit, count);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(Math.max(limit, count));
      }),
    );
  });

  test("divide the limit that a response's header tells as well", () => {
    const budget = new Budget({ share: { index: 9, count: 10 } });
    budget.recordHeaders({ "x-ratelimit-limit": "5000" });
    expect(budget.limit).toBe(500);
    expect(budget.formatSummary()).toMatch(
      /about 500 of 500 an hour are left for this one of 10 parallel steps/,
    );
  });

  test("wait at their own share", async () => {
    const served = await Served.start([(_request, response) => response.end("{}")], {
      requestsPerHour: 10,
      share: { index: 4, count: 5 },
    });
    for (let index = 0; index < 3; index += 1) await served.client.get("/repositories/acme");
    expect(served.waits).toEqual([3_600_000]);
    await served.close();
  });

  test("are told by the variables that Pipelines sets", () => {
    expect(shareOfLimit({})).toBeUndefined();
    expect(shareOfLimit({ BITBUCKET_PARALLEL_STEP: "2", BITBUCKET_PARALLEL_STEP_COUNT: "8" })).toEqual({
      index: 2,
      count: 8,
    });
    expect(() => shareOfLimit({ BITBUCKET_PARALLEL_STEP_COUNT: "many" })).toThrow(
      /BITBUCKET_PARALLEL_STEP_COUNT must be a whole number/,
    );
    const client = createClientFrom(
      {
        BITBUCKET_TOKEN: "a-token-of-the-tests",
        BITBUCKET_EMAIL: "ann@example.com",
        BITBUCKET_REQUESTS_PER_HOUR: "1000",
        BITBUCKET_PARALLEL_STEP: "0",
        BITBUCKET_PARALLEL_STEP_COUNT: "4",
        HOME: sub("home"),
      },
      () => undefined,
    );
    expect(client.budget.limit).toBe(250);
    return client.close();
  });
});
