/**
 * What teams set in their files, and repositories in their own, with a real engine: applied within the rules, refused
 * before the first change beyond them.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const team = (lines: string) => `repositories:\n  api:\n${lines}\n`;
const allowed = `    description: Ours
    webhooks: { ci: { url: "https://ci.example.com/", events: [repo:push] } }
    variables: { LOG_LEVEL: info }`;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.write("teams/api.yaml", team(allowed));
  await project.yaml(`
workspace: acme
shards: { by: project }
defaults: { repository: { deletion: allow } }
projects: { PLAT: { name: Platform } }
repositories:
  api: { project: PLAT, description: Central }
  web: { project: PLAT, description: Central }
delegation:
  rules:
    api: { file: ../teams/api.yaml, repositories: api, allow: [description, webhooks, variables] }
    own: { repositoryFile: true, repositories: web, allow: [description, variables] }
`);
  // The repository of the second rule is created in this run: it has no file yet.
  expect((await project.cli(["up", "test", "--yes"])).exitCode).toBe(0);
});
afterAll(() => project.close());

const repository = () => project.repository("api");

test("what the rule allows is applied, and a run without a change changes nothing", async () => {
  expect(repository().description).toBe("Ours");
  expect([...repository().hooks.values()].map(({ url }) => url)).toEqual(["https://ci.example.com/"]);
  expect([...repository().variables.values()].map(({ key }) => key)).toEqual(["LOG_LEVEL"]);
  const before = project.writes.length;
  const { output, exitCode } = await project.cli(["up", "test", "--yes"]);
  expect([exitCode, /\d (created|updated|deleted)/.test(output)]).toEqual([0, false]);
  expect(project.writes.slice(before)).toEqual([]);
  expect((await project.cli(["drift", "test"])).exitCode).toBe(0);
});

test("what is beyond it stops a run of the engine before the first change", async () => {
  await project.write("teams/api.yaml", team(`${allowed}\n    isPrivate: false`));
  const before = project.writes.length;
  const { output, exitCode } = await project.pulumi(["up", "--yes", "--stack", "test.PLAT"]);
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(
    /teams\/api\.yaml:6:\d+ repositories\.api\.isPrivate: "isPrivate" is not delegated to this file: the rule "api"/,
  );
  // Neither does a missing file count as an empty one.
  await rm(join(project.folder, "teams/api.yaml"));
  const gone = await project.cli(["up", "test", "--yes"]);
  expect(gone.exitCode).not.toBe(0);
  expect(gone.output).toMatch(/teams\/api\.yaml does not exist/);
  expect(project.writes.slice(before)).toEqual([]);
  await project.write("teams/api.yaml", team(allowed));
});

test("a plan is void once a team's file has changed", async () => {
  await project.write("teams/api.yaml", team(allowed.replace("Ours", "Newer")));
  expect((await project.cli(["preview", "test", "--out", "plan.json"])).exitCode).toBe(0);
  await project.write("teams/api.yaml", team(allowed.replace("Ours", "Newest")));
  const { output, exitCode } = await project.cli(["up", "test", "--plan", "plan.json"]);
  expect(output).toMatch(/- teams\/api\.yaml has changed since the plan was created/);
  expect(exitCode).toBe(3);
  expect(repository().description).toBe("Ours");
});

describe("the file in a repository", () => {
  const push = (text: string) => project.commit("web", ".bitbucket/settings.yaml", text);
  const web = () => project.repository("web");
  const own = "description: From its file\nvariables: { LOG_LEVEL: debug }\n";
  let restore: () => Promise<void>;
  let head: string;

  beforeAll(async () => {
    expect(web().description).toBe("Central");
    await project.write("teams/api.yaml", team(allowed));
    head = await push(own);
    const { output, exitCode } = await project.cli(["up", "test", "--yes"]);
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/1 created, 1 updated, 4 unchanged/)]);
    restore = await project.keep();
    await restore();
  });
  afterEach(() => restore());

  test("sets what the rule allows, and explain names its commit and line", async () => {
    expect(web().description).toBe("From its file");
    expect([...web().variables.values()].map(({ key }) => key)).toEqual(["LOG_LEVEL"]);
    const { output, exitCode } = await project.cli(["up", "test", "--yes"]);
    expect([exitCode, /\d (created|updated|deleted)/.test(output)]).toEqual([0, false]);
    expect(project.writes).toEqual([]);
    expect((await project.cli(["explain", "web"])).output).toMatch(
      new RegExp(
        `description +From its file +web/\\.bitbucket/settings\\.yaml@${head}:1 +delegated by the rule own \\(stacks/test\\.yaml:12\\), over Central of own`,
      ),
    );
  });

  test("a push is in the next preview, with every front end, and makes a plan void", async () => {
    expect((await project.cli(["preview", "test", "--out", "plan.json"])).exitCode).toBe(0);
    await push(own.replace("debug", "trace"));
    const applied = await project.cli(["up", "test", "--plan", "plan.json"]);
    expect([applied.exitCode, applied.output]).toEqual([
      3,
      expect.stringMatching(/- web\/\.bitbucket\/settings\.yaml has changed since the plan was created/),
    ]);
    for (const args of [
      ["preview", "test"],
      ["preview", "test", "--changed"],
    ])
      expect((await project.cli(args)).output).toMatch(/PipelineVariable web:LOG_LEVEL|1 to update/);
    const byHand = await project.pulumi(["preview", "--stack", "test.PLAT"]);
    expect([byHand.exitCode, byHand.output]).toEqual([0, expect.stringMatching(/~ 1 to update/)]);
    // Each operation reads the branch and the file once, however many processes it has.
    expect(project.writes.filter((write) => !write.endsWith("/src"))).toEqual([]);
    project.emulator.requests.length = 0;
    const up = await project.cli(["up", "test", "--yes", "--changed"]);
    expect([up.exitCode, [...web().variables.values()].map(({ value }) => value)]).toEqual([0, ["trace"]]);
    expect(project.emulator.requests.filter(({ path }) => path.includes("/src/"))).toHaveLength(1);
  });

  test("one that cannot be read stops the run: nothing counts as removed", async () => {
    project.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/src/", times: 99 });
    for (const { exitCode, output } of [
      await project.cli(["up", "test", "--yes"]),
      await project.pulumi(["up", "--yes", "--stack", "test.PLAT"]),
    ]) {
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/settings\.yaml cannot be read for 1 of 1 repository/);
    }
    expect(project.writes).toEqual([]);
  });

  test("one that goes beyond the list stops the run, and names the rule", async () => {
    const evil = await push(`${own}isPrivate: false\n`);
    for (const { exitCode, output } of [
      await project.cli(["up", "test", "--yes"]),
      await project.pulumi(["up", "--yes", "--stack", "test.PLAT"]),
    ]) {
      expect(exitCode).not.toBe(0);
      expect(output).toContain(
        `web/.bitbucket/settings.yaml@${evil}:3:1 isPrivate: "isPrivate" is not delegated to this file: the rule "own" (stacks/test.yaml:12)`,
      );
    }
    expect(project.writes.filter((write) => !write.endsWith("/src"))).toEqual([]);
  });

  test("it is that of the repository in the state: also while its slug changes, and not of another one", async () => {
    const yaml = await project.read("stacks/test.yaml");
    await project.yaml(yaml.replace("web: {", "web: { name: Website,"));
    const { output, exitCode } = await project.cli(["preview", "test", "--verbose"]);
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/name/)]);
    expect(output).not.toMatch(/delete|description/);
    await project.yaml(yaml);
    // Another repository takes the slug.
    await project.somebody("PUT", "/repositories/acme/web", { name: "Moved" });
    await project.somebody("POST", "/repositories/acme/web", { name: "web", is_private: true });
    project.emulator.requests.length = 0;
    await push("description: Of another one");
    const taken = await project.cli(["up", "test", "--yes"]);
    expect(taken.exitCode).not.toBe(0);
    expect(taken.output).toMatch(/its \.bitbucket\/settings\.yaml was read from the repository \{/);
    expect(project.writes.filter((write) => !write.endsWith("/src"))).toEqual([]);
  });
});
