/** What limits the engine of a shard to a part of it. */
import { createTargetMatcher } from "../../src/pulumi";
import { limitEngine } from "../../src/run/targets";

const urn = (name: string) => `urn:pulumi:test::project::pulumi-nodejs:bitbucket:Repository::${name}`;
const part = (urns: readonly string[], others: readonly string[], readsFew = true) => ({
  urns: urns.map(urn),
  others: others.map(urn),
  readsFew,
});

test("the targets match what was looked at, and nothing else", () => {
  const limits = limitEngine(part(["api", "a:b::c"], ["api2", "xapi", "a:b"]));
  if ("reason" in limits) throw new Error(limits.reason);
  expect(limits.env).toEqual({ BITBUCKET_LIMITED: "few" });
  const isTargeted = createTargetMatcher(limits.targets ?? []);
  expect(["api", "a:b::c"].map((name) => isTargeted(urn(name)))).toEqual([true, true]);
  expect(["api2", "xapi", "a:b", "b::c"].map((name) => isTargeted(urn(name)))).toEqual(
    Array.from({ length: 4 }, () => false),
  );
  // The engine refuses a target without a star that the state does not hold.
  expect(limits.targets?.every((target) => target.includes("*"))).toBe(true);
});

test("a whole shard, or nearly, is not limited", () => {
  expect(limitEngine(part(["api"], []))).toEqual({ env: {} });
  const many = Array.from({ length: 501 }, (_, index) => `r${index}`);
  expect(limitEngine(part(many, ["other"]))).toEqual({ env: {} });
  expect(limitEngine(part(["api"], ["web"], false))).toMatchObject({ env: { BITBUCKET_LIMITED: "many" } });
});

test("a shard whose part is longer than a command line on Windows is not limited", () => {
  const long = Array.from({ length: 200 }, (_, index) => `r${index}:${"x".repeat(80)}`);
  expect(limitEngine(part(long, ["other"]))).toEqual({ env: {} });
});

test("a name with a star is refused where it would mean others as well", () => {
  expect(limitEngine(part(["api:feature/*"], ["api:release/1"]))).toMatchObject({
    targets: [expect.any(String)],
  });
  expect(limitEngine(part(["api:feature/*"], ["api:feature/1"]))).toEqual({
    reason: `A name with a star is a pattern that ${urn("api:feature/1")} matches as well`,
  });
});
