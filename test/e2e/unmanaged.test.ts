/** Unmanaged resources of the workspace: found, reported, refused, removed. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

interface Written {
  readonly top?: string;
  readonly api?: string;
}

const yaml = ({ top = "", api = "" }: Written = {}) => `
workspace: acme
${top}
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
    ${api}
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    environments: { Test: { type: Test, variables: { A: b } } }
  web: { project: PLAT }
variables: { REGION: eu }
`;

const hooks = () => [...project.repository("api").hooks.values()].map(({ url }) => url).sort();
const hook = (url: string) => ({ url, description: "by hand", events: ["repo:push"], active: true });
const deletions = () => project.writes.filter((write) => write.startsWith("DELETE"));

let project: Project;
let firstRequests: readonly string[] = [];
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.yaml(yaml());
  expect((await project.up()).exitCode).toBe(0);
  firstRequests = project.emulator.requests.map(({ path }) => path);
  await project.somebody("POST", "/repositories/acme/api/hooks", hook("https://old.example.com/hook?a=1"));
  await project.somebody("POST", "/repositories/acme/web/hooks", hook("https://spy.example.com/"));
  await project.somebody("POST", "/repositories/acme/api/pipelines_config/variables", {
    key: "LOST",
    value: "v4lue",
  });
  await project.somebody("POST", "/workspaces/acme/hooks", hook("https://all.example.com/"));
  await project.somebody("POST", "/repositories/acme/stray", { project: { key: "PLAT" }, is_private: true });
  await project.somebody("POST", "/repositories/acme/stray/hooks", hook("https://stray.example.com/"));
  const [environment] = [...project.repository("api").environments.keys()];
  await project.somebody(
    "POST",
    `/repositories/acme/api/deployments_config/environments/${encodeURIComponent(environment ?? "")}/variables`,
    { key: "ALSO_LOST", value: "v4lue" },
  );
});
afterAll(() => project.close());
beforeEach(() => {
  project.emulator.requests.length = 0;
});

test("the command lists all of it by place, reads each collection once, and writes nothing", async () => {
  const { output, exitCode } = await project.cli(["unmanaged", "test"]);
  expect(output).toContain("In the workspace\n  webhook https://all.example.com/ (by hand)\n");
  expect(output).toContain("Repositories\n  repository stray\n");
  expect(output).toMatch(/In the repository api\n(.*\n)* {2}pipeline variable Test: ALSO_LOST\n/);
  expect(output).toContain("  webhook https://old.example.com/hook?a=1 (by hand)\n");
  expect(output).toContain("  pipeline variable LOST\n");
  expect(output).toContain("In the repository web\n  webhook https://spy.example.com/ (by hand)\n");
  expect(output).toContain("6 unmanaged resources.");
  expect(output).not.toMatch(/v4lue|ci\.example|stray\.example/);
  expect(exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  const paths = project.emulator.requests.map(({ path }) => path.replace(/\?.*/, ""));
  expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  expect((await project.cli(["unmanaged", "test", "--expect-none"])).exitCode).toBe(2);
});

test("without a policy, an apply asks for nothing more", () => {
  expect(firstRequests.filter((path) => /deploy-keys|permissions-config/.test(path))).toEqual([]);
});

test("report warns, and reads only the kinds that are asked for", async () => {
  await project.yaml(
    yaml({
      top: "unmanaged: { kinds: { webhook: report } }",
      api: "unmanaged: { kinds: { webhook: ignore } }",
    }),
  );
  const { output, exitCode } = await project.preview(["--expect-no-changes"]);
  expect(output).toMatch(
    /warning: There are 2 unmanaged resources in the workspace that this stack does not manage:/,
  );
  expect(output).toContain("- webhook web:https://spy.example.com/");
  expect(output).toContain("- webhook https://all.example.com/");
  expect(output).not.toContain("old.example.com");
  expect(exitCode).toBe(0);
  expect(project.emulator.requests.filter(({ path }) => /web\/(?!hooks)/.test(path))).toEqual([]);
});

test("fail stops a preview and an apply before the first change", async () => {
  await project.yaml(
    yaml({
      top: "unmanaged: { rules: [{ kinds: webhook, match: 'https://*.example.com/', policy: fail }] }",
    }),
  );
  for (const run of [await project.preview(), await project.up()]) {
    expect(run.output).toMatch(
      /error: .*There are 2 unmanaged resources .*\(unmanaged: fail\)\. Nothing was changed/,
    );
    expect(run.output).not.toContain("old.example.com");
    expect(run.exitCode).not.toBe(0);
  }
  const listed = await project.cli(["unmanaged", "test"]);
  expect(listed.output).toContain("webhook https://spy.example.com/ (by hand) [fail]");
  expect(listed.exitCode).toBe(2);
});

test("remove is shown in the preview as what it deletes, goes through the limits, and is done once", async () => {
  await project.yaml(yaml({ api: "unmanaged: remove" }));
  const preview = await project.preview();
  expect(preview.output).toMatch(
    /\+ +bitbucket-cloud:index:UnmanagedRemoval +Webhook api:https:\/\/old\.example\.com\/hook\?a=1 +create/,
  );
  expect(preview.output).toMatch(
    /There are 3 unmanaged resources to be deleted that this stack never managed/,
  );
  const counted = await project.cli(["preview", "test"]);
  expect(counted.output).toContain("- PipelineVariable api:Test:ALSO_LOST\n");
  expect(counted.output).toMatch(/3 to delete, 7 unchanged/);
  expect(deletions()).toEqual([]);

  await project.configure("bitbucket:maxDeletions", "2");
  const stopped = await project.up();
  expect(stopped.output).toMatch(/would delete or replace 3 of 10 resources, and the limit is 2/);
  expect(deletions()).toEqual([]);

  const up = await project.up({ BITBUCKET_ALLOW_DELETIONS: "3" });
  expect(up.exitCode).toBe(0);
  expect(hooks()).toEqual(["https://ci.example.com/hook"]);
  expect(deletions()).toHaveLength(3);
  expect(project.repository("web").hooks.size).toBe(1);
  const again = await project.preview(["--expect-no-changes"]);
  // With the stack, and the provider that has its limit.
  expect(again.output).toContain("9 unchanged");
  expect(again.output).not.toMatch(/UnmanagedRemoval.* (create|update|delete)/);
  expect(again.exitCode).toBe(0);
  expect(await project.stateFiles()).not.toContain("v4lue");
});

test("a repository is removed only where it is written out, by the program on Node as well", async () => {
  // That program declares what is to be removed itself, and goes on from the state of a compiled one.
  await project.runOn("nodejs");
  await project.yaml(yaml({ top: "unmanaged: remove" }));
  const all = await project.preview();
  expect(all.output).toMatch(
    /There is 1 unmanaged resource in the workspace that this stack does not manage:\s+- repository stray/,
  );
  expect(all.output).not.toMatch(/UnmanagedRemoval +Repository/);
  // An object that reappears is removed again, although the state records its removal.
  await project.somebody("POST", "/repositories/acme/api/hooks", hook("https://old.example.com/hook?a=1"));
  project.emulator.requests.length = 0;
  await project.yaml(
    yaml({
      top: "unmanaged: { rules: [{ kinds: repository, match: stray, policy: remove }] }",
      api: "unmanaged: remove",
    }),
  );
  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toContain("- Repository stray\n");
  expect(up.output).toContain("- Webhook api:https://old.example.com/hook?a=1\n");
  expect(up.exitCode).toBe(0);
  expect(project.acme.repositories.has("stray")).toBe(false);
  expect(hooks()).toEqual(["https://ci.example.com/hook"]);
  expect(deletions()).toHaveLength(2);
});
