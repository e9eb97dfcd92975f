/** Ctrl-C, a pipeline that is stopped, and a terminal that closes, in the middle of an apply with a real engine. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Gate, startGate } from "./support/gate";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (shards: string) => `
workspace: acme
${shards}
projects: { PLAT: { name: Platform }, DATA: { name: Data } }
repositories:
  api: { project: PLAT, variables: { A: a } }
  lib: { project: DATA, variables: { B: b } }
`;

let project: Project;
let repositories: Gate;
let variables: Gate;
let startOver: () => Promise<void>;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.yaml(
    "workspace: acme\nshards: { by: project }\nprojects: { PLAT: { name: Platform }, DATA: { name: Data } }\n",
  );
  expect((await project.cli(["up", "test", "--yes", "--skip-preview"])).exitCode).toBe(0);
  await project.yaml(yaml("shards: { by: project }"));
  startOver = await project.keep();
});
beforeEach(async () => {
  await startOver();
  repositories = await startGate(project.emulator.url, ({ method }) => method === "POST");
  variables = await startGate(
    repositories.url,
    ({ method, url }) => method === "POST" && /variables/.test(url ?? ""),
  );
});
afterEach(() => Promise.all([variables.close(), repositories.close()]));
afterAll(() => project.close());

/** Starts an apply, and waits until it creates both repositories. */
async function begin() {
  let hear = () => {};
  let said = "";
  const run = project.startCli(
    ["up", "test", "--yes", "--skip-preview"],
    (output) => {
      said = output;
      hear();
    },
    { BITBUCKET_API_URL: variables.url },
  );
  await until(() => repositories.waiting === 2);
  return {
    ...run,
    heard: (text: string) =>
      new Promise<void>((done) => {
        hear = () => said.includes(text) && done();
        hear();
      }),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 20));
}

function locks(): readonly string[] {
  const folder = join(project.folder, "state", ".pulumi", "locks");
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".json"));
}

test.each([
  ["SIGINT", "its process alone"],
  ["SIGTERM", "its process alone"],
  ["SIGINT", "its process group"],
  ["SIGTERM", "its process group"],
  ["SIGHUP", "its process group"],
] as const)(
  "%s to %s ends an apply after what it is doing, which is in the state",
  async (signal, target) => {
    const { child, result, heard } = await begin();
    const pid = child.pid ?? 0;
    process.kill(target === "its process alone" ? pid : -pid, signal);
    await heard("Stopping after the operations in progress");
    repositories.open();
    const { exitCode, output } = await result;
    expect(output).toContain("Stopped before the end. The same command continues from here.");
    expect(exitCode).toBe(1);
    expect(project.writes.filter((write) => /variables/.test(write))).toEqual([]);
    expect(variables.waiting).toBe(0);
    expect(locks()).toEqual([]);
    for (const [shard, slug] of [
      ["test.PLAT", "api"],
      ["test.DATA", "lib"],
    ] as const) {
      const { resources = [], pending_operations: pending } = await project.deployment(shard);
      expect(pending ?? []).toEqual([]);
      expect(resources.map(({ urn }) => urn.split("::").at(-1))).toContain(slug);
    }
  },
);

test("Ctrl-C again ends it at once, and the next apply takes over what was under way", async () => {
  const { child, result, heard } = await begin();
  const pid = child.pid ?? 0;
  process.kill(pid, "SIGINT");
  await heard("Stopping after the operations in progress");
  // npx hands on what the terminal sends as well.
  process.kill(pid, "SIGINT");
  const again = setInterval(() => process.kill(pid, "SIGINT"), 100);
  await heard("Stopping at once");
  clearInterval(again);
  expect((await result).exitCode).toBe(1);
  repositories.open();
  await until(() => repositories.waiting === 0);
  const next = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(next.exitCode).toBe(0);
  expect([...project.acme.repositories.keys()].sort()).toEqual(["api", "lib"]);
});
