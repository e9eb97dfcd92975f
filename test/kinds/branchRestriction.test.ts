import { branchRestriction } from "../../src/kinds";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test("a count and a branch type are changed in place, and their drift is seen", async () => {
  const place = await world.parent("repository");
  const wanted = { ...place, kind: "require_approvals_to_merge", branchType: "production", value: 2 };
  const { inputs, issues } = check(branchRestriction, {}, wanted);
  expect(issues).toEqual([]);
  const created = await world.run().lifecycle.create(branchRestriction, inputs);
  for (const change of [{ value: 3 }, { branchType: "development" }]) {
    const next = check(branchRestriction, {}, { ...wanted, ...change }).inputs;
    expect(diff(branchRestriction, created.outputs, next)).toMatchObject({
      fields: Object.keys(change),
      replaces: [],
    });
    const updated = await world.run().lifecycle.update(branchRestriction, created.id, created.outputs, next);
    const drifted = await world.run().lifecycle.read(branchRestriction, created.id, created.outputs);
    expect(diff(branchRestriction, drifted?.outputs ?? {}, inputs).fields).toEqual(Object.keys(change));
    await world.run().lifecycle.update(branchRestriction, created.id, updated.outputs, inputs);
  }
});

test("the last group is taken away beside users, which the API refuses in one step", async () => {
  const place = await world.parent("repository");
  const before = check(
    branchRestriction,
    {},
    { ...place, kind: "push", pattern: "main", users: ["alice"], groups: ["developers"] },
  ).inputs;
  const after = check(branchRestriction, {}, { ...before, groups: [] }).inputs;
  const created = await world.run().lifecycle.create(branchRestriction, before);
  const updated = await world.run().lifecycle.update(branchRestriction, created.id, created.outputs, after);
  const current = await world.run().lifecycle.read(branchRestriction, created.id, updated.outputs);
  expect(diff(branchRestriction, current?.outputs ?? {}, after).fields).toEqual([]);
});

test.each([
  [{ kind: "push" }, "pattern or branchType is required, not both"],
  [{ kind: "push", pattern: "main", value: 1 }, "value is not valid for push"],
  [
    { kind: "require_approvals_to_merge", pattern: "main" },
    "value is required for require_approvals_to_merge",
  ],
  [
    { kind: "delete", pattern: "main", users: ["bob"] },
    "users is not valid for delete: only push and restrict_merges have exemptions",
  ],
])("%j is refused before any request", (args, message) => {
  const { issues } = check(branchRestriction, {}, { workspace: "acme", repository: "api", ...args });
  expect(issues.map((issue) => `${issue.path.join(".")} ${issue.message}`)).toEqual([message]);
});
