import fc from "fast-check";
import { pipelineVariable, webhook } from "../../src/kinds";
import { checkSafety, limitsFrom, missingScopes, planOf, preflight } from "../../src/plan";

const variable = (name: string, value = "one") => ({
  kind: pipelineVariable,
  name,
  args: { key: name, value },
});
const held = (name: string) => ({
  kind: pipelineVariable,
  name,
  outputs: { workspace: "acme", key: name, value: "one" },
});
const limits = limitsFrom(() => undefined);

test("a plan tells what is created, changed and deleted", () => {
  const plan = planOf(
    [variable("A"), variable("B", "two"), variable("C")],
    [held("A"), held("B"), held("D")],
  );
  expect(plan.changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
    "update B",
    "create C",
    "delete D",
  ]);
});

test("the limit counts deletions and replacements against what is managed, from ten resources on", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (kept, deleted) => {
      const names = (count: number, prefix: string) =>
        Array.from({ length: count }, (_, index) => `${prefix}${index}`);
      const state = [...names(kept, "K"), ...names(deleted, "D")].map(held);
      const plan = planOf(
        names(kept, "K").map((name) => variable(name)),
        state,
      );
      const stops = state.length >= 10 && deleted > 0.3 * state.length;
      if (stops) expect(() => checkSafety(plan, limits)).toThrow(`BITBUCKET_ALLOW_DELETIONS=${deleted}`);
      else checkSafety(plan, limits);
      checkSafety(plan, limits, deleted);
    }),
  );
});

test("a number set in the configuration is a limit whatever the percentage", () => {
  const plan = planOf([], [held("A"), held("B")]);
  expect(() =>
    checkSafety(
      plan,
      limitsFrom((name) => (name === "maxDeletions" ? "1" : undefined)),
    ),
  ).toThrow(/the limit is 1/);
  expect(() => limitsFrom(() => "many")).toThrow(/must be a whole number/);
});

test("the scopes of a plan are those of its operations, with what each is for", () => {
  const planned = [
    {
      operation: "create" as const,
      kind: webhook,
      name: "ci",
      values: { url: "https://a.example.com", events: ["repo:push"] },
      owners: ["repository"],
    },
  ];
  const found = preflight(planned, "api-token");
  expect(found.needed.map(({ scope }) => scope)).toEqual([
    "read:repository:bitbucket",
    "read:webhook:bitbucket",
    "write:webhook:bitbucket",
  ]);
  expect(missingScopes(found, ["read:webhook:bitbucket"])).toMatch(
    /write:webhook:bitbucket is missing: to create a webhook/,
  );
  expect(
    missingScopes(found, ["read:repository:bitbucket", "read:webhook:bitbucket", "write:webhook:bitbucket"]),
  ).toBeUndefined();
  expect(missingScopes(found, undefined)).toBeUndefined();
});
