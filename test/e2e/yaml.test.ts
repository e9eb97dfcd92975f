/** The main workflow, as a user runs it: YAML, a real engine, and a Bitbucket Cloud. */
import { Project } from "./support/project";

jest.setTimeout(120_000);

const secrets = { CI_SECRET: "s3cret-of-the-webhook", DEPLOY_TOKEN: "t0ken-for-deployments" };

const stack = (repository: string) => `
workspace: acme
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
${repository}
    pipelinesEnabled: true
    webhooks:
      ci:
        url: https://ci.example.com
        events: [repo:push, repo:updated]
        secret: { fromEnv: CI_SECRET }
    deployKeys:
      deployer: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deployer@example.com
    variables:
      LOG_LEVEL: info
      TOKEN: { fromEnv: DEPLOY_TOKEN }
    environments:
      Production:
        type: Production
        variables:
          DEPLOY_TOKEN: { fromEnv: DEPLOY_TOKEN }
webhooks:
  audit: { url: https://audit.example.com/hook/, events: [repo:created] }
variables:
  REGION: eu
`;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
  Object.assign(project.env, secrets);
  await project.yaml(stack("    description: The public API"));
});
afterAll(() => project.close());
beforeEach(() => {
  project.emulator.requests.length = 0;
});

test("an up makes everything, and a preview then shows no change and writes nothing", async () => {
  const up = await project.up();
  expect(up.output).toContain("+ 11 created");
  expect(up.exitCode).toBe(0);
  const api = project.repository("api");
  expect(api).toMatchObject({
    project: "PLAT",
    description: "The public API",
    is_private: true,
    pipelinesEnabled: true,
  });
  expect([...api.variables.values()].find((variable) => variable.key === "TOKEN")).toMatchObject({
    value: secrets.DEPLOY_TOKEN,
    secured: true,
  });
  project.emulator.requests.length = 0;
  const preview = await project.preview(["--expect-no-changes"]);
  expect(preview.output).toContain("11 unchanged");
  expect(preview.exitCode).toBe(0);
  expect(project.writes).toEqual([]);
});

test("what was changed by hand is shown by a preview and repaired by an up", async () => {
  const api = project.repository("api");
  const [hook] = [...api.hooks.values()];
  const token = [...api.variables.values()].find((variable) => variable.key === "TOKEN");
  await project.somebody("PUT", "/repositories/acme/api", { description: "by hand" });
  await project.somebody("PUT", `/repositories/acme/api/hooks/${hook?.uuid}`, {
    secret: null,
    active: false,
  });
  await project.somebody("PUT", `/repositories/acme/api/pipelines_config/variables/${token?.uuid}`, {
    secured: false,
    value: "by hand",
  });
  project.emulator.requests.length = 0;

  const preview = await project.preview();
  expect(preview.output).toMatch(/Repository api update \[diff: ~description\]/);
  expect(preview.output).toMatch(/Webhook api:ci update \[diff: .*active/);
  expect(preview.output).toMatch(/PipelineVariable api:TOKEN update \[diff: .*secured/);
  expect(project.writes).toEqual([]);

  expect((await project.up()).output).toContain("~ 3 updated");
  expect(api.description).toBe("The public API");
  expect(hook).toMatchObject({ secret: secrets.CI_SECRET, active: true });
  expect(token).toMatchObject({ secured: true, value: secrets.DEPLOY_TOKEN });
});

test("what vanished or was made anew by hand is put right", async () => {
  const api = project.repository("api");
  const [hook] = [...api.hooks.values()];
  const token = [...api.variables.values()].find((variable) => variable.key === "TOKEN");
  await project.somebody("DELETE", `/repositories/acme/api/hooks/${hook?.uuid}`);
  await project.somebody("DELETE", `/repositories/acme/api/pipelines_config/variables/${token?.uuid}`);
  await project.somebody("POST", "/repositories/acme/api/pipelines_config/variables", {
    key: "TOKEN",
    value: "other",
    secured: true,
  });

  const up = await project.up();
  expect(up.exitCode).toBe(0);
  expect([...api.hooks.values()].map((one) => one.secret)).toEqual([secrets.CI_SECRET]);
  expect([...api.variables.values()].filter((one) => one.key === "TOKEN").map((one) => one.value)).toEqual([
    secrets.DEPLOY_TOKEN,
  ]);
});

test("renaming a repository keeps its UUID and everything in it", async () => {
  const before = project.repository("api");
  const children = [...before.hooks.keys(), ...before.variables.keys(), ...before.environments.keys()];
  await project.yaml(stack("    name: Public API"));
  const preview = await project.preview();
  expect(preview.output).toMatch(/Repository api update \[diff: .*name/);
  expect(preview.output).not.toMatch(/replace|delete|create/);
  project.emulator.requests.length = 0;
  expect((await project.up()).exitCode).toBe(0);
  const after = project.repository("public-api");
  expect(after.uuid).toBe(before.uuid);
  expect([...after.hooks.keys(), ...after.variables.keys(), ...after.environments.keys()]).toEqual(children);
  expect(project.writes).toHaveLength(1);
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});

test("a new value of a secret is written, and a refresh alone changes nothing", async () => {
  const rotated = { DEPLOY_TOKEN: "t0ken-after-rotation" };
  expect((await project.pulumi(["refresh", "--yes", "--stack", "test"])).exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  const up = await project.up(rotated);
  expect(up.output).toContain("~ 2 updated");
  const { environments } = project.repository("public-api");
  const [production] = [...environments.values()];
  expect([...(production?.variables.values() ?? [])].map((one) => one.value)).toEqual([rotated.DEPLOY_TOKEN]);
  Object.assign(project.env, rotated);
});

test("a repository that somebody deleted is made again, with what belongs to it", async () => {
  await project.somebody("DELETE", "/repositories/acme/public-api");
  project.emulator.requests.length = 0;
  const stopped = await project.up();
  // Removing this much of a stack at once requires consent.
  expect(stopped.output).toMatch(/cannot be found in Bitbucket\. It is.*BITBUCKET_MISSING_IS_DELETED=1/s);
  expect(stopped.exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
  const up = await project.up({ BITBUCKET_MISSING_IS_DELETED: "1" });
  expect(up.exitCode).toBe(0);
  expect(project.repository("public-api").hooks.size).toBe(1);
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});

test("a destroy removes what was made and nothing else", async () => {
  await project.somebody("POST", "/workspaces/acme/hooks", {
    url: "https://other.example.com",
    events: ["repo:push"],
    active: true,
  });
  const destroy = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
  expect(destroy.exitCode).toBe(0);
  expect(project.acme.repositories.size).toBe(0);
  expect(project.acme.projects.size).toBe(0);
  expect([...project.acme.hooks.values()].map((hook) => hook.url)).toEqual(["https://other.example.com/"]);
});

test("no secret is in the state, in what was printed, or in what was logged", async () => {
  const everything = [
    await project.stateFiles(),
    ...project.outputs,
    JSON.stringify(project.emulator.requests),
  ].join("\n");
  for (const secret of [
    ...Object.values(secrets),
    "t0ken-after-rotation",
    project.env.BITBUCKET_TOKEN ?? "",
  ]) {
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(Buffer.from(secret).toString("base64"));
  }
});
