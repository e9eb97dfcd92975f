/** The managed objects among everything in a workspace. */
import fc from "fast-check";
import { type DesiredStack, keyOf } from "../../src/desired";
import {
  deploymentEnvironment,
  kinds,
  pipelinesConfig,
  pipelineVariable,
  project,
  repository,
  webhook,
} from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";
import type { StateEntry } from "../../src/plan";
import { nameOf, removalNames, selectUnmanaged } from "../../src/unmanaged";
import { load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const at = { workspace: "acme" };

function live(kind: Kind, id: string, args: Properties, owner?: SurveyedObject): SurveyedObject {
  const inside = owner?.kind.parentRole ? { [owner.kind.parentRole]: owner.found.id } : {};
  return { kind, at: { ...at, ...owner?.at, ...inside }, found: { id, args, outputs: {} }, owner };
}

function state(kind: Kind, name: string, id: string, outputs: Properties): StateEntry {
  return { kind, name, id, urn: `urn:${kind.name}:${name}`, outputs: { workspace: "acme", ...outputs } };
}

const found = (stack: DesiredStack, surveyed: readonly SurveyedObject[], held: readonly StateEntry[] = []) =>
  selectUnmanaged({ stack, surveyed, state: held }).map((one) => `${one.kind.name} ${nameOf(one)}`);

const api = live(repository, "{api}", { name: "api", slug: "api", project: "PLAT" });
const hook = (id: string, url: string, owner?: SurveyedObject) =>
  live(webhook, id, { url, description: "", events: ["repo:push"], active: true }, owner);

test("what is declared is managed before it is applied, and by its natural key as the server has it", async () => {
  const stack = await load(`
workspace: acme
repositories:
  backend: { name: API, webhooks: { ci: { url: "https://CI.example.com", events: [repo:push] } } }
`);
  expect(
    found(stack, [
      api,
      hook("{1}", "https://ci.example.com/", api),
      hook("{2}", "https://x.example.com/", api),
    ]),
  ).toEqual(["Webhook api:https://x.example.com/"]);
});

test("what the state holds is managed, whatever it is called by now and whether it is still declared", async () => {
  const stack = await load("workspace: acme\nrepositories: { api: {} }");
  const renamed = live(repository, "{api}", { name: "Other", slug: "other", project: "PLAT" });
  const held = [
    state(repository, "api", "{api}", { name: "api", fullName: "acme/api" }),
    state(webhook, "api:gone", "{1}", { repository: "{api}", url: "https://gone.example.com" }),
  ];
  expect(
    found(
      stack,
      [renamed, hook("{1}", "https://new.example.com/", renamed), hook("{2}", "https://x/", renamed)],
      held,
    ),
  ).toEqual(["Webhook other:https://x/"]);
});

test("the id of a user in one repository says nothing of another one", async () => {
  const stack = await load("workspace: acme\nrepositories: { api: {}, web: {} }");
  const web = live(repository, "{web}", { name: "web", slug: "web" });
  const permission = kinds.find(({ name }) => name === "RepositoryUserPermission") ?? webhook;
  const held = [
    state(permission, "api:alice", "{alice}", { repository: "{api}", user: "{alice}", permission: "read" }),
  ];
  const grants = [api, web].map((owner) =>
    live(permission, "{alice}", { user: "{alice}", permission: "read" }, owner),
  );
  expect(found(stack, [api, web, ...grants], held)).toEqual(["RepositoryUserPermission web:{alice}"]);
});

test("settings that always exist, what is managed elsewhere, and what is in something unmanaged are not listed", async () => {
  const stack = await load(
    "workspace: acme\nexisting: { projects: [LEGACY], repositories: [old] }\nrepositories: { api: {} }",
  );
  const stray = live(repository, "{stray}", { name: "stray", slug: "stray" });
  const environment = live(deploymentEnvironment, "{e}", { name: "Prod", type: "Production" }, api);
  expect(
    found(stack, [
      api,
      live(project, "{l}", { key: "LEGACY", name: "Legacy" }),
      live(repository, "{old}", { name: "Old", slug: "old" }),
      live(pipelinesConfig, "x", {}, api),
      stray,
      hook("{1}", "https://stray/", stray),
      environment,
      live(pipelineVariable, "{v}", { key: "A", value: "1", secured: false }, environment),
    ]),
  ).toEqual(["Repository stray", "DeploymentEnvironment api:Prod"]);
});

test("two of the same name are told apart", async () => {
  const stack = await load("workspace: acme");
  const two = selectUnmanaged({
    stack,
    state: [],
    surveyed: [hook("{1}", "https://x/"), hook("{2}", "https://x/")],
  });
  expect([...removalNames(two).values()]).toEqual(["Webhook https://x/ {1}", "Webhook https://x/ {2}"]);
});

test("of whatever there is, exactly what is neither declared nor held is found", async () => {
  const fate = fc.constantFrom("declared", "held", "both", "neither");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fate, fc.array(fate, { maxLength: 5 })), { maxLength: 6 }),
      async (plan) => {
        const declares = (one: string) => one === "declared" || one === "both";
        const repositories: Record<string, { variables: Record<string, string> }> = {};
        const surveyed: SurveyedObject[] = [];
        const held: StateEntry[] = [];
        const expected: string[] = [];
        for (const [index, [own, variables]] of plan.entries()) {
          const slug = `r${index}`;
          const root = live(repository, `{${slug}}`, { name: slug, slug });
          surveyed.push(root);
          if (declares(own)) repositories[slug] = { variables: {} };
          if (own === "held" || own === "both")
            held.push(state(repository, slug, `{${slug}}`, { name: slug }));
          if (own === "neither") expected.push(`Repository ${slug}`);
          for (const [number, variable] of variables.entries()) {
            const key = `V${number}`;
            surveyed.push(
              live(pipelineVariable, `{${slug}${key}}`, { key, value: "1", secured: false }, root),
            );
            if (declares(variable) && repositories[slug]) repositories[slug].variables[key] = "1";
            if (variable === "held" || variable === "both")
              held.push(
                state(pipelineVariable, `${slug}:${key}`, `{${slug}${key}}`, {
                  repository: `{${slug}}`,
                  key,
                }),
              );
            if (declares(own) && variable === "neither") expected.push(`PipelineVariable ${slug}:${key}`);
          }
        }
        const stack = await load(JSON.stringify({ workspace: "acme", repositories }));
        expect(found(stack, surveyed, held).sort()).toEqual(expected.sort());
        expect(stack.resources.map(keyOf).filter((key) => expected.includes(key))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test("a UUID in another case, in the state or in what it belongs to, is the same: nothing of it is to be removed", async () => {
  const stack = await load("workspace: acme\nunmanaged: remove\nrepositories: { api: {} }");
  const uuid = (digit: string) => `{${digit.repeat(8)}-aaaa-bbbb-cccc-${digit.repeat(12)}}`;
  const mine = live(repository, uuid("a"), { name: "api", slug: "api", project: "PLAT" });
  const held = [
    state(repository, "api", uuid("A"), { name: "api", fullName: "acme/api" }),
    state(webhook, "api:ci", uuid("B"), { repository: uuid("A"), url: "https://ci.example.com" }),
  ];
  expect(found(stack, [mine, hook(uuid("b"), "https://elsewhere.example.com", mine)], held)).toEqual([]);
  expect(found(stack, [mine, hook(uuid("c"), "https://x/", mine)], held)).toEqual(["Webhook api:https://x/"]);
});
