import fc from "fast-check";
import { branch, pipelineVariable, webhook } from "../../src/kinds";
import { check } from "../../src/model/check";
import {
  checkProtected,
  checkSafety,
  collectScopes,
  formatMissingScopes,
  placesOf,
  planChanges,
  readLimits,
} from "../../src/plan";
import { load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

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
const limits = readLimits(() => undefined);

test("a plan tells what is created, changed and deleted", () => {
  const plan = planChanges(
    [variable("A"), variable("B", "two"), variable("C")],
    [held("A"), held("B"), held("D")],
  );
  expect(plan.changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
    "update B",
    "create C",
    "delete D",
  ]);
});

test("a plan that replaces what is protected from deletion is refused, and names the field", () => {
  const branchOf = (deletion: string) => ({
    kind: branch,
    name: "main",
    outputs: { workspace: "acme", repository: "{api}", name: "main", deletion },
  });
  const planOf = (deletion: string) =>
    planChanges([{ kind: branch, name: "main", args: { name: "trunk", deletion } }], [branchOf(deletion)]);
  expect(planOf("allow").changes).toMatchObject([{ operation: "replace", replaced: { fields: ["name"] } }]);
  expect(() => checkProtected(planOf("forbid"))).toThrow(
    /A change of name would replace the branch main .*write deletion: "allow" for it.*Nothing was changed/s,
  );
  checkProtected(planOf("allow"));
});

test("the limit counts deletions and replacements against what is managed, from ten resources on", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (kept, deleted) => {
      const names = (count: number, prefix: string) =>
        Array.from({ length: count }, (_, index) => `${prefix}${index}`);
      const state = [...names(kept, "K"), ...names(deleted, "D")].map(held);
      const plan = planChanges(
        names(kept, "K").map((name) => variable(name)),
        state,
      );
      const stops = state.length >= 10 && deleted > 0.3 * state.length;
      if (deleted > 0 && kept === 0)
        expect(() => checkSafety(plan, limits)).toThrow(
          new RegExp(`all ${deleted} of its resources.*BITBUCKET_ALLOW_DELETIONS=${deleted}\\.`, "s"),
        );
      else if (stops) expect(() => checkSafety(plan, limits)).toThrow(`BITBUCKET_ALLOW_DELETIONS=${deleted}`);
      else checkSafety(plan, limits);
      checkSafety(plan, limits, deleted);
    }),
  );
});

test("a number set in the configuration is a limit whatever the percentage", () => {
  const plan = planChanges([variable("C")], [held("A"), held("B"), held("C")]);
  expect(() =>
    checkSafety(
      plan,
      readLimits((name) => (name === "maxDeletions" ? "1" : undefined)),
    ),
  ).toThrow(/the limit is 1/);
  expect(() => readLimits(() => "many")).toThrow(/must be a whole number/);
});

test("what moves to another workspace, or into a repository that is made anew, counts as replaced", async () => {
  const stack = async (text: string) => {
    const { workspace, resources } = await load(text);
    return { workspace, desired: resources.map((one) => ({ ...one, resource: one })) };
  };
  const text = "workspace: acme\nrepositories:\n  api: { variables: { A: one, B: one } }\n";
  const before = await stack(text);
  const ids = new Map(before.desired.map(({ resource }, index) => [resource, `{id-${index}}`]));
  const state = before.desired.map(({ kind, name, args, resource }) => ({
    kind,
    name,
    id: ids.get(resource),
    outputs: {
      ...check(kind, {}, { ...args, ...placesOf(resource, "acme", (owner) => ids.get(owner)) }).inputs,
    },
  }));
  expect(planChanges(before.desired, state, "acme").changes).toEqual([]);
  const moved = await stack(text.replace("acme", "globex"));
  expect(planChanges(moved.desired, state, "globex").changes.map(({ operation }) => operation)).toEqual([
    "replace",
    "replace",
    "replace",
  ]);
  const anew = planChanges(
    before.desired,
    state.filter(({ kind }) => kind.name !== "Repository"),
    "acme",
  );
  expect(anew.changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
    "create api",
    "replace api:A",
    "replace api:B",
  ]);
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
  const found = collectScopes(planned, "api-token");
  expect(found.needed.map(({ scope }) => scope)).toEqual([
    "read:repository:bitbucket",
    "read:webhook:bitbucket",
    "write:webhook:bitbucket",
  ]);
  expect(formatMissingScopes(found, ["read:webhook:bitbucket"])).toMatch(
    /write:webhook:bitbucket is missing: to create a webhook/,
  );
  expect(
    formatMissingScopes(found, [
      "read:repository:bitbucket",
      "read:webhook:bitbucket",
      "write:webhook:bitbucket",
    ]),
  ).toBeUndefined();
  expect(formatMissingScopes(found, undefined)).toBeUndefined();
});
