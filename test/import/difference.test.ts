/** What an import may add to a state for what is declared already. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import { findDifference, resolveShown } from "../../src/import/difference";
import { branchingModel, project, repository, webhook } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";
import { check } from "../../src/model/check";
import { matchObjects } from "../../src/plan/match";
import { World } from "../kinds/support";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

function surveyed(kind: Kind, args: Properties): SurveyedObject {
  return { kind, at: { workspace: "acme", repository: "{1}" }, found: { id: "{2}", args, outputs: {} } };
}

const nothingUnknown: ReadonlyMap<string, string> = new Map();

function compare(kind: Kind, declared: Properties, live: Properties, adoptAll = false) {
  const { inputs } = check(kind, {}, { workspace: "acme", repository: "{1}", ...declared });
  return findDifference(kind, inputs, surveyed(kind, live), { unknown: nothingUnknown, adoptAll });
}

const hook = { url: "https://ci.example.com/hook", events: ["repo:push"] };
const liveHook = { ...hook, description: "", active: true, skipCertVerification: false };

test("an object that is as declared is no difference, and a secret that is not shown is none", () => {
  expect(compare(webhook, { ...hook, secret: "s3cret" }, liveHook)).toBeUndefined();
});

test("what somebody changed is not to be added, unless adoption was allowed", () => {
  const theirs = { ...liveHook, description: "theirs", active: false };
  const refused = { fields: ["description", "active"], fixed: [], isAdoptable: false };
  const declared = { ...hook, description: "ours" };
  expect(compare(webhook, declared, theirs)).toMatchObject(refused);
  expect(compare(webhook, { ...declared, adopt: false }, theirs, true)).toMatchObject(refused);
  expect(compare(webhook, { ...declared, adopt: true }, theirs)).toMatchObject({ isAdoptable: true });
  expect(compare(webhook, declared, theirs, true)).toMatchObject({ isAdoptable: true });
});

test("settings that always exist, and what an interrupted run may have left so, are added and told", () => {
  const model = { developmentBranch: "develop" };
  const found = compare(
    branchingModel,
    { development: { name: "main" } },
    { development: { name: "x" }, ...model },
  );
  expect(found).toMatchObject({ fields: ["development"], isAdoptable: true });
  const own = { name: "api", slug: "api", isPrivate: true };
  const pipelines = compare(
    repository,
    { ...own, pipelinesEnabled: true },
    { ...own, pipelinesEnabled: false },
  );
  expect(pipelines).toMatchObject({ fields: ["pipelinesEnabled"], isAdoptable: true });
});

test("a value from elsewhere is looked up where the API shows it; what cannot be looked up is not equal", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "difference-")), "acme.yaml");
  writeFileSync(
    file,
    `workspace: acme
projects:
  A: { name: A, description: { fromEnv: TEXT_OF_A } }
  B: { name: B, description: { fromEnv: TEXT_OF_B } }
  C: { name: C, description: { fromEnv: TEXT_OF_C } }
`,
  );
  const { resources } = await loadStack(file);
  const objects = ["A", "B", "C"].map((key) =>
    surveyed(project, { key, name: key, description: "written by hand", isPrivate: true }),
  );
  const values = await resolveShown(matchObjects(resources, objects), {
    secrets: { env: { TEXT_OF_A: "written by hand", TEXT_OF_B: "ours" }, config: () => undefined },
    reader: world.run().live,
    workspace: "acme",
  });
  const differences = resources.map((resource, index) => {
    const { args = {}, unknown = nothingUnknown } = values.get(resource) ?? {};
    const { inputs } = check(project, {}, { workspace: "acme", ...args });
    return findDifference(project, inputs, objects[index] ?? surveyed(project, {}), {
      unknown,
      adoptAll: false,
    });
  });
  expect(differences).toMatchObject([
    undefined,
    { fields: ["description"], isAdoptable: false },
    { fields: ["description"], isAdoptable: false },
  ]);
  expect(differences[2]?.unknown.get("description")).toMatch(/TEXT_OF_C is not set/);
});
