/** Drift holds the desired state and the live one, as it is, against the policies. */
import { loadStack } from "../../src/desired";
import { compareStack, reportSchema } from "../../src/drift";
import { exitCodeOf } from "../../src/drift/exit";
import { LiveReader } from "../../src/live";
import { readStateEntries } from "../../src/plan";
import { folderWith, removeFolders } from "../desired/support/folder";
import { Sandbox } from "../preview/support";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.start();
});
afterAll(async () => {
  await sandbox.close();
  removeFolders();
});

const stackOf = (policies: string) => `
workspace: acme
projects: { P1: { name: First, isPrivate: false } }
repositories:
  api: { project: P1, webhooks: { ci: { url: { fromEnv: HOOK_URL }, description: CI, events: [repo:push] } } }
${policies}
`;

async function drift(
  policies: string,
  env: Record<string, string> = { HOOK_URL: "https://ci.example.com/" },
) {
  const desired = await loadStack(
    `${folderWith({ "stacks/acme.yaml": stackOf(policies) })}/stacks/acme.yaml`,
  );
  const { client } = sandbox.world;
  const { report } = await compareStack({
    stack: "acme",
    desired,
    state: readStateEntries(sandbox.state),
    client,
    reader: new LiveReader(client),
    secrets: { env, config: () => undefined },
  });
  reportSchema.parse(report);
  return report;
}

it("reports what YAML and the live state break, with its place", async () => {
  sandbox.env.HOOK_URL = "https://ci.example.com/";
  await sandbox.create(stackOf(""));
  const clean = await drift("policies: { public-repository: mandatory, webhook-encryption: mandatory }");
  expect([clean.policies, clean.warnings, exitCodeOf(clean, { failOn: "low" })]).toEqual([[], [], 0]);

  // Somebody changes it by hand.
  const acme = sandbox.world.emulator.state.workspaces.get("acme");
  const api = [...(acme?.repositories.values() ?? [])].find(({ slug }) => slug === "api");
  if (!api) throw new Error("the repository is not there");
  api.is_private = false;
  const report = await drift("policies: { public-repository: mandatory, webhook-encryption: advisory }");
  expect(report.policies).toEqual([
    {
      policy: "public-repository",
      level: "mandatory",
      verdict: "violated",
      stopsApply: true,
      project: "P1",
      repository: "api",
      name: "api",
      message:
        'breaks the mandatory policy "public-repository" (stacks/acme.yaml:6): the repository api is public. Make it private. If it is public on purpose, add it to the baseline or the exceptions.',
      position: { file: "stacks/acme.yaml", line: 5, column: 3 },
    },
  ]);
  expect(report.warnings).toEqual([
    expect.stringMatching(
      /^stacks\/acme\.yaml:5:3 repositories\.api: breaks the mandatory policy "public-repository"/,
    ),
  ]);
  // Of the drift itself, none counts.
  expect(exitCodeOf({ ...report, findings: [] }, { failOn: "low" })).toBe(2);
  expect(exitCodeOf({ ...report, findings: [] }, { failOn: "low", exitZero: true })).toBe(0);
  api.is_private = true;
});

it("warns where a secret that decides is not supplied, and fails at nothing", async () => {
  const report = await drift("policies: { webhook-encryption: { states: desired } }", {});
  expect(report.policies).toMatchObject([
    { verdict: "undecided", stopsApply: false, policy: "webhook-encryption" },
  ]);
  expect(exitCodeOf({ ...report, findings: [] }, { failOn: "low" })).toBe(0);
});

it("ends with 4 where a mandatory policy cannot be decided, and with 2 where an exception has ended", async () => {
  sandbox.world.emulator.addFault({
    kind: "status",
    path: "^/repositories/acme/[^/]+/branch-restrictions",
    status: 403,
    times: 99,
  });
  const unread = await drift("policies: { force-push: mandatory }");
  expect(unread.policies).toMatchObject([{ verdict: "undecided", stopsApply: true }]);
  expect(exitCodeOf({ ...unread, findings: [] }, { failOn: "low" })).toBe(4);
  expect(exitCodeOf({ ...unread, findings: [] }, { failOn: "low", allowUnreadable: true })).toBe(0);
  sandbox.world.emulator.clearFaults();
  const ended = await drift(
    "policies: { public-repository: advisory }\nexceptions: [{ policy: public-repository, repository: api, who: me, why: It is, until: 2020-01-01 }]",
  );
  expect(ended.policies).toMatchObject([
    {
      verdict: "expired",
      policy: "public-repository",
      level: "advisory",
      repository: "api",
      stopsApply: true,
    },
  ]);
  expect(exitCodeOf({ ...ended, findings: [] }, { failOn: "low" })).toBe(2);
});

it("holds a part of the stack to the policies by itself", async () => {
  const desired = await loadStack(
    `${folderWith({ "stacks/acme.yaml": stackOf("policies: { webhook-encryption: mandatory }") })}/stacks/acme.yaml`,
  );
  const { client, emulator } = sandbox.world;
  const compare = async () => {
    const reader = new LiveReader(client, { readsFew: true });
    const secrets = { env: { HOOK_URL: "https://ci.example.com/" }, config: () => undefined };
    const scope = { changed: new Set(["Repository api"]) };
    const state = readStateEntries(sandbox.state);
    return (await compareStack({ stack: "acme", desired, state, client, reader, secrets, scope })).report;
  };
  expect((await compare()).policies).toEqual([]);
  const body = { description: "old", url: "http://old.example.com/", active: true, events: ["repo:push"] };
  await client.send({ method: "POST", path: "/repositories/acme/api/hooks", body });
  emulator.requests.length = 0;
  expect(await compare()).toMatchObject({
    policies: [{ verdict: "violated", repository: "api" }],
    warnings: [
      expect.stringContaining("webhook old of the repository api, which YAML does not declare"),
      "Policies: the live state of 1 project or repository was held to them. 1 was not looked at.",
    ],
  });
  expect(emulator.requests.map(({ path }) => path.replace(/\?.*/s, ""))).not.toContain("/repositories/acme");
});

it("says nothing of policies where the stack has none", async () => {
  expect(await drift("")).not.toHaveProperty("policies");
});
