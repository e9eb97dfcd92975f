/** A stack that is split into several Pulumi stacks and run as one. */
import { exampleTokens } from "../support/emulator";
import { Project, type Result } from "./support/project";

jest.setTimeout(240_000);

const yaml = (shards: string, projectOfApi = "PLAT") => `
workspace: acme
${shards}
projects:
  PLAT: { name: Platform }
  DATA: { name: Data }
variables: { REGION: eu }
repositories:
  api:
    project: ${projectOfApi}
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
  web: { project: PLAT }
  warehouse: { project: DATA, variables: { LEVEL: info } }
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
`;
const resources = 8;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
  // What moves between the stacks of a program on Node: moves.test.ts.
  await project.runOn("yaml");
});
afterAll(() => project.close());

test("one stack for each project, made side by side, with one summary", async () => {
  await project.yaml(yaml("shards: { by: project }"));
  const before = await project.cli(["preview", "test"]);
  expect(before.output).toMatch(/8 to create, 0 unchanged, in 3 shards/);
  expect(before.exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  expect(await project.stacks()).toEqual(["test"]);

  // The remaining budget suffices for each of the shards, but not for all. It is reported once, for all
  // together. Then it waits for the next hour, until it is told to stop.
  const limit = { BITBUCKET_REQUESTS_PER_HOUR: "7" };
  const costly = project.startCli(
    ["preview", "test"],
    (text) => {
      // Once: a second signal, after the outcome is printed, would end it without an exit code.
      if (text.includes("rate limit is reached") && !costly.child.killed) costly.child.kill("SIGTERM");
    },
    limit,
  );
  const stopped = await costly.result;
  expect(stopped.output.match(/This requires about \d+ requests/g)).toEqual([
    "This requires about 7 requests",
  ]);
  expect(stopped.output).toMatch(/Not started: test/);
  expect(stopped.exitCode).toBe(1);

  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(/test\.DATA\n {2}\+ Project DATA\n/);
  expect(up.output).toMatch(/8 created, 0 unchanged, in 3 shards/);
  expect(up.output).toMatch(/\d+ requests to Bitbucket \(.*\); about \d+ of 1000 an hour are left/);
  expect(up.exitCode).toBe(0);
  expect(await project.stacks()).toEqual(["test", "test.DATA", "test.PLAT"]);
  expect([...project.acme.repositories.keys()].sort()).toEqual(["api", "warehouse", "web"]);

  const after = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(after.output).toMatch(new RegExp(`${resources} unchanged, in 3 shards`));
  expect(after.exitCode).toBe(0);
});

test("plain Pulumi works on one shard", async () => {
  const { output, exitCode } = await project.pulumi([
    "preview",
    "--stack",
    "test.PLAT",
    "--expect-no-changes",
  ]);
  expect(output).toMatch(/5 unchanged/);
  expect(exitCode).toBe(0);
});

test("a shard for which nothing is declared any more may be emptied, within the limits of the whole stack", async () => {
  const { output, exitCode } = await previewWithout("DATA");
  expect(output).toMatch(/- Repository warehouse/);
  expect(output).toMatch(/3 to delete, 5 unchanged/);
  expect(exitCode).toBe(0);
  expect((await previewWithout()).output).toMatch(/8 unchanged/);
});

test("a repository that moves to another project takes its state along: nothing is deleted", async () => {
  await project.yaml(yaml("shards: { by: project }", "DATA"));
  const writes = project.writes.length;

  // A run of the old shard alone is stopped: for the engine, the repository would look removed.
  const alone = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test.PLAT"]);
  expect(alone.output).toMatch(
    /2 resources that now belong to another shard[\s\S]*Repository api[\s\S]*bitbucket-as-code up/,
  );
  expect(alone.exitCode).not.toBe(0);

  // A run of the new shard alone as well: it would adopt the repository, which would be in two states.
  for (const command of ["preview", "up"]) {
    const args = command === "up" ? ["--yes", "--adopt"] : [];
    const adopting = await project.cli([command, "test.DATA", ...args]);
    expect(adopting.output).toMatch(
      /repositories\.api: the repository api moved here: the state of the shard test\.PLAT holds it/,
    );
    expect(adopting.exitCode).toBe(1);
  }
  expect((await project.deployment("test.DATA")).resources?.map(({ urn }) => urn).join()).not.toContain(
    "::api",
  );

  const preview = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(preview.output).toMatch(/~ Repository api \(project\)/);
  expect(preview.output).toMatch(/1 to update, 7 unchanged, 1 to move between shards/);
  expect(preview.exitCode).toBe(2);
  expect(project.writes).toHaveLength(writes);

  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toMatch(/moving the state of Repository api from test\.PLAT to test\.DATA/);
  expect(up.output).toMatch(/1 updated, 7 unchanged, 1 moved between shards/);
  expect(up.exitCode).toBe(0);
  expect(project.writes.slice(writes).map((write) => write.split(" ")[0])).toEqual(["PUT"]);
  expect(project.repository("api").hooks.size).toBe(1);
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
});

test("a repository that goes to another shard under a new name is not deleted in the one, or made in the other", async () => {
  const kept = yaml("shards: { by: project }", "DATA");
  await project.yaml(kept.replace("  web: { project: PLAT }", "  front: { project: DATA }"));
  const writes = project.writes.length;
  // One after the other: an apply locks the shard.
  const alone = async (shard: string, preview = false) => [
    await project.cli([preview ? "preview" : "up", shard, ...(preview ? [] : ["--yes"])]),
    preview
      ? await project.pulumi(["preview", "--stack", shard])
      : await project.pulumi(["up", "--yes", "--skip-preview", "--stack", shard]),
  ];
  const hint = /front is new, and web was removed, which differs only in its name and its project/;
  for (const shard of ["test.PLAT", "test.DATA"])
    for (const { output, exitCode } of [...(await alone(shard)), ...(await alone(shard, true))]) {
      expect(output.replace(/\s+/g, " ")).toMatch(hint);
      expect(exitCode).toBeGreaterThan(0);
    }
  expect(project.writes).toHaveLength(writes);

  // Somebody has renamed it in Bitbucket, so that it is known to be the same.
  await project.somebody("PUT", "/repositories/acme/web", { name: "front" });
  const renamed = project.writes.length;
  for (const shard of ["test.PLAT", "test.DATA"])
    for (const { output, exitCode } of await alone(shard)) {
      // After a refresh, its state has the new name.
      expect(output.replace(/\s+/g, " ")).toMatch(
        /front is web, which the state of (this|another) shard holds|1 resource that now belongs to another shard/,
      );
      expect(exitCode).toBeGreaterThan(0);
    }
  expect(project.writes).toHaveLength(renamed);
  const whole = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(whole.output).toMatch(/1 moved between shards/);
  expect(project.repository("front").project).toBe("DATA");

  await project.yaml(
    kept.replace("  web: { project: PLAT }", "  web: { project: PLAT, renamedFrom: front }"),
  );
  expect((await project.cli(["up", "test", "--yes", "--skip-preview"])).output).toMatch(
    /1 moved between shards/,
  );
});

test("one shard that must not be applied stops all of them, before state moves", async () => {
  const kept = yaml("shards: { by: project }", "DATA");
  // Another shard would change, and a repository moves back.
  const changed = yaml("shards: { by: project }").replace("REGION: eu", "REGION: us");
  const before = project.writes.length;
  const refused = async (hint: RegExp) => {
    const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
    expect(up.output).toMatch(hint);
    expect(up.output).not.toContain("moving the state");
    expect(up.exitCode).toBe(1);
  };
  // As each shard sees it, one project is deleted, and another one is created.
  await project.yaml(changed.replace("  PLAT:", "  CORE:").replaceAll("project: PLAT", "project: CORE"));
  const renamed = /the project CORE is new, and PLAT was removed[\s\S]*set "renamedFrom: PLAT" on CORE/;
  // The one in which it appears suffices: the other ones would each take an engine.
  const hinted = await project.cli(["preview", "test", "--only", "test.CORE"]);
  expect(hinted.output).toMatch(renamed);
  expect(hinted.exitCode).toBe(1);
  await refused(renamed);
  expect(project.writes).toHaveLength(before);

  // Somebody deletes a repository that may be deleted, and creates another one in its place.
  await project.somebody("DELETE", "/repositories/acme/web");
  await project.somebody("POST", "/repositories/acme/web", { is_private: true, project: { key: "PLAT" } });
  await project.yaml(changed.replace("  web: { project: PLAT }\n", ""));
  const anew = project.writes.length;
  await refused(
    /test\.PLAT: The repository web was deleted in Bitbucket and created again[\s\S]*No other shard/,
  );
  expect(project.writes).toHaveLength(anew);

  await project.yaml(kept);
  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toMatch(/~ Repository web \(.*deletion.*\)/);
  expect(up.output).toMatch(/1 updated, 7 unchanged/);
});

test("another way of splitting moves the state without a write, and so does giving it up", async () => {
  const writes = project.writes.length;
  await project.yaml(yaml('shards: { patterns: { front: "w*" } }', "DATA"));
  const patterns = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(patterns.output).toMatch(/8 unchanged, 5 moved between shards/);
  expect(patterns.exitCode).toBe(0);
  expect(await project.stacks()).toEqual(["test", "test.front"]);

  await project.yaml(yaml("", "DATA"));
  const whole = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(whole.output).toMatch(/8 unchanged, 2 moved between shards/);
  expect(await project.stacks()).toEqual(["test"]);
  expect(project.writes).toHaveLength(writes);
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
});

const inTwo = `${yaml("shards: { into: 2 }", "DATA")}`
  .replace("  DATA:", "  NEW: { name: New }\n  DATA:")
  .replace("web: { project: PLAT }", "web: { project: NEW }");

test("a shard that needs another one that fails is not begun", async () => {
  await project.yaml(inTwo);
  project.emulator.addFault({
    kind: "status",
    status: 403,
    method: "POST",
    path: "/workspaces/acme/projects",
  });
  const { output, exitCode } = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(output).toMatch(/error: Project NEW: The credential lacks permission/);
  expect(output).toMatch(/Not started: test\.\d/);
  expect(exitCode).toBe(1);
  project.emulator.clearFaults();
  expect((await project.cli(["up", "test", "--yes", "--skip-preview"])).exitCode).toBe(0);
});

test("what was read before the first write is not read again, where nothing has changed that a shard needs", async () => {
  await project.yaml(inTwo.replace("web: { project: NEW }", "web: { project: NEW, description: Web }"));
  const from = project.emulator.requests.length;
  const { output } = await project.cli(["up", "test", "--yes"], { BITBUCKET_REQUESTS_PER_HOUR: "5000" });
  expect(output).toMatch(/1 updated, 8 unchanged/);
  expect(output).toMatch(/about 4\d{3} of 5000 an hour are left/);
  const requests = project.emulator.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
  expect(requests.filter((request, index) => requests.indexOf(request) !== index)).toEqual([]);
});

test("a credential that is rejected is told of once, and no other shard begins", async () => {
  const env = { BITBUCKET_TOKEN: exampleTokens.expired };
  for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { output, exitCode } = await project.cli([...command, "test"], env);
    expect(output.match(/did not accept the credential/g)).toHaveLength(1);
    expect(output).toMatch(/Not started: test/);
    expect(exitCode).toBe(1);
  }
});

test("destroy deletes nothing of any shard where somebody has recreated a repository of one", async () => {
  await project.somebody("DELETE", "/repositories/acme/warehouse");
  const anew = { is_private: true, project: { key: "DATA" } };
  await project.somebody("POST", "/repositories/acme/warehouse", anew);
  const writes = project.writes.length;
  const refused = await project.cli(["destroy", "test", "--yes"]);
  expect(refused.output).toMatch(/The repository warehouse was deleted in Bitbucket and created again/);
  expect(refused.output).toMatch(/Nothing was changed/);
  expect(refused.exitCode).toBe(1);
  expect(project.writes).toHaveLength(writes);

  // An apply of its declaration is the consent.
  expect((await project.cli(["up", "test", "--yes", "--skip-preview"])).exitCode).toBe(0);
});

test("destroy takes down all shards", async () => {
  const { output, exitCode } = await project.cli(["destroy", "test", "--yes"]);
  expect(output).toMatch(/9 deleted/);
  expect(exitCode).toBe(0);
  expect(project.acme.repositories.size).toBe(0);
});

test("without a terminal and without --yes nothing is begun", async () => {
  const { output, exitCode } = await project.cli(["up", "test"]);
  expect(output).toMatch(/stdin is not a terminal/);
  expect(exitCode).toBe(1);
});

/** Previews the stack without a project and its repository. */
async function previewWithout(left?: "DATA"): Promise<Result> {
  const lines = yaml("shards: { by: project }").split("\n");
  await project.yaml(lines.filter((line) => left === undefined || !line.includes(left)).join("\n"));
  return project.cli(["preview", "test"]);
}
