/** The estimated cost of a plan, compared with the emulator's count. */
import { kinds } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { estimateRequests, formatBudgetWarning, placeChanges } from "../../src/plan";

function kind(name: string): Kind {
  const found = kinds.find((one) => one.name === name);
  if (!found) throw new Error(`there is no kind ${name}`);
  return found;
}

const held = (name: string, outputs: Properties) => ({ kind: kind(name), name: "x", outputs });

test("a collection is counted once, however many of its items the state holds, and by the page where there are many", () => {
  const variable = (index: number) =>
    held("PipelineVariable", { workspace: "acme", repository: "{a}", key: `K${index}`, value: "v" });
  const some = [held("Repository", { workspace: "acme", name: "api" }), variable(1), variable(2)];
  // One for the workspace, one for each collection.
  expect(estimateRequests(some, [])).toEqual({ api: 3, webhooks: 0 });
  expect(
    estimateRequests(
      Array.from({ length: 201 }, (_, index) => variable(index)),
      [],
    ),
  ).toEqual({ api: 4, webhooks: 0 });
});

test("writes are counted, those that one change takes together", () => {
  const change = (operation: "create" | "delete", name: string, values: Properties) => ({
    operation,
    kind: kind(name),
    name: "x",
    values,
    owners: ["repository"],
  });
  const cost = estimateRequests(
    [],
    [
      change("create", "Webhook", {
        url: "https://ci.example.com",
        events: ["repo:push"],
        description: "ci",
      }),
      change("delete", "PipelineVariable", { key: "A", value: "b" }),
    ],
  );
  expect(cost).toEqual({ api: 1, webhooks: 1 });
});

test("what a plan leaves to its defaults is no obstacle to counting it", () => {
  const cost = estimateRequests(
    [],
    [
      {
        operation: "create",
        kind: kind("BranchRestriction"),
        name: "x",
        values: { kind: "push", pattern: "main", groups: ["developers"] },
        owners: ["repository"],
      },
    ],
  );
  expect(cost).toEqual({ api: 1, webhooks: 0 });
});

test("every kind is counted, whatever its state says of where it lives", () => {
  for (const one of kinds) {
    for (const parent of one.parents) {
      const places = {
        workspace: "acme",
        [parent]: "{a}",
        ...(parent === "environment" ? { repository: "{r}" } : {}),
      };
      const { account: _, ...location }: Properties = places;
      const state = { kind: one, name: "x", outputs: { ...location, path: "a.txt", branch: "main" } };
      const { api, webhooks } = estimateRequests([state], []);
      // One beside that for the workspace.
      expect([one.name, api + webhooks]).toEqual([one.name, 2]);
      const [gone] = placeChanges([], [{ operation: "delete", kind: one, name: "x", values: state.outputs }]);
      expect(() => estimateRequests([], gone ? [gone] : [])).not.toThrow();
    }
  }
});

test("what goes past the hour's limit is said, with the time that it costs", () => {
  const budget = { countRemaining: () => 900, limit: 1000 };
  expect(formatBudgetWarning({ api: 900, webhooks: 900 }, budget)).toBeUndefined();
  expect(formatBudgetWarning({ api: 3900, webhooks: 1000 }, budget)).toMatch(
    /about 3900 requests, and about 900 of the 1000 an hour are left: .* about 180 min longer/,
  );
  expect(formatBudgetWarning({ api: 900, webhooks: 1500 }, budget)).toMatch(
    /about 1500 requests to webhooks, which have a separate limit, and about 900 of the 1000 .* about 36 min/,
  );
});
