/** What teams set in their files, with a real engine: applied within the rules, refused before the first change beyond them. */
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
  project = await Project.start();
  await project.write("teams/api.yaml", team(allowed));
  await project.yaml(`
workspace: acme
shards: { by: project }
defaults: { repository: { deletion: allow } }
projects: { PLAT: { name: Platform } }
repositories:
  api: { project: PLAT, description: Central }
  web: { project: PLAT }
delegation:
  rules:
    api: { file: ../teams/api.yaml, repositories: api, allow: [description, webhooks, variables] }
`);
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
  expect([exitCode, /\d to (create|update|delete)/.test(output)]).toEqual([0, false]);
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
