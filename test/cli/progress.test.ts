/** Progress: what it says, how soon, and in how many columns. */
import fc from "fast-check";
import { formatProgress, startProgress } from "../../src/cli/shared/progress";

const state = { what: "resources", total: 40, done: 10, read: 40, doing: "acme.PLAT", seconds: 8, left: 950 };

test("it says the phase, the counts, the seconds that are left and the requests", () => {
  expect(formatProgress({ ...state, total: 0, done: 0, read: 0, doing: "" }, 80)).toBe(
    "starting · 8 s · 950 requests left",
  );
  expect(formatProgress({ ...state, done: 0, read: 0, doing: "" }, 80)).toMatch(/^preparing 0\/40 resources/);
  expect(formatProgress({ ...state, done: 0, read: 12 }, 80)).toMatch(/^reading 12\/40 resources · 8 s/);
  expect(formatProgress(state, 80)).toBe("10/40 resources · 8 s · 24 s left · 950 requests left · acme.PLAT");
});

test("in a terminal of 60 columns nothing is cut, whatever the figures", () => {
  const anyState = fc.record({
    what: fc.constantFrom("resources", "collections", "reads"),
    total: fc.nat(100_000),
    done: fc.nat(100_000),
    read: fc.nat(100_000),
    doing: fc.string({ maxLength: 80 }),
    seconds: fc.nat(100_000),
    left: fc.option(fc.nat(1_000_000), { nil: undefined }),
  });
  fc.assert(
    fc.property(anyState, (one) => {
      // Beside a bar of 8 columns.
      expect(formatProgress(one, 50).length).toBeLessThanOrEqual(50);
    }),
  );
});

describe("without a terminal", () => {
  let written: string[];
  beforeEach(() => {
    written = [];
    jest.useFakeTimers();
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  test("a line comes after a second, and then every ten", () => {
    const progress = startProgress("resources");
    progress.expect(4);
    jest.advanceTimersByTime(999);
    expect(written).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(written).toEqual(["preparing 0/4 resources · 1 s\n"]);
    progress.done();
    jest.advanceTimersByTime(10_000);
    expect(written.at(-1)).toBe("1/4 resources · 11 s · 33 s left\n");
    progress.stop();
    jest.advanceTimersByTime(60_000);
    expect(written).toHaveLength(2);
  });
});
