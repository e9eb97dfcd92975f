/** What the commands that take an engine, or a state, print with `--json`: test/cli/json.test.ts has the others. */
import { join } from "node:path";
import { exampleTokens } from "../support/emulator";
import { expectOutput, expectOutputOf } from "../support/output";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (description: string) => `
workspace: acme
projects: { PLAT: { name: Platform } }
repositories:
  api: { project: PLAT, description: ${description}, variables: { TOKEN: { fromEnv: TOKEN } } }
  web: { project: PLAT }
`;
const code = "/repositories/acme/infrastructure";

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.yaml(yaml("The API"));
  await project.somebody("POST", code, { is_private: true });
});
afterAll(() => project.close());

/** Runs a command, and expects how it ends, and that its output is as published. */
async function expectEnd(exitCode: number, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const run = await project.cli([...args, "--json"], { TOKEN: "token-9f3b6c1e77" });
  expect({ args, exitCode: run.exitCode, output: run.output }).toMatchObject({ exitCode });
  return expectOutputOf(args, run.stdout);
}

test("a plan, from the preview to the apply", async () => {
  expect(await expectEnd(0, "preview", "test", "--out", "plan.json")).toMatchObject({
    operation: "preview",
    counts: { create: 4, update: 0, unchanged: 0 },
  });
  expect(await expectEnd(0, "plan", "show", "plan.json")).toMatchObject({ stack: "test", unchanged: 0 });
  const repository = ["--repository", "acme/infrastructure"];
  const pushed = await expectEnd(0, "plan", "push", "plan.json", ...repository);
  expect(pushed).toMatchObject({ repository: "acme/infrastructure" });
  await expectEnd(0, "plan", "pull", "test", "--out", "pulled.json", ...repository);
  expect(await expectEnd(0, "plan", "join", "test", "pulled.json", "--out", "whole.json")).toMatchObject({
    changes: expect.arrayContaining([expect.objectContaining({ kind: "Repository", operation: "create" })]),
  });
  expect(await expectEnd(0, "plan", "remove", "plan.json", ...repository)).toEqual(pushed);
  expect(await expectEnd(0, "up", "test", "--plan", "whole.json")).toMatchObject({
    operation: "up",
    succeeded: true,
    counts: { create: 4 },
  });
  expect(await expectEnd(3, "up", "test", "--plan", "whole.json")).toMatchObject({ error: { exitCode: 3 } });
});

test("every count of the resources is the same", async () => {
  const { resources } = await expectEnd(0, "validate", "test");
  expect(resources).toBe(4);
  expect(await expectEnd(0, "preview", "test")).toMatchObject({ counts: { create: 0, unchanged: 4 } });
  expect(await expectEnd(0, "preview", "test", "--engine")).toMatchObject({ counts: { unchanged: 4 } });
  expect(await expectEnd(0, "drift", "test")).toMatchObject({ compared: 4, unchanged: 4 });
  expect(await expectEnd(0, "repair", "test", "--dry-run")).toMatchObject({ held: 4, written: false });
});

test("as whom a command works is said once before it does, with the source, and as data", async () => {
  const { email } = exampleTokens;
  const credential = { type: "api-token", from: "BITBUCKET_TOKEN", email, api: project.emulator.url };
  expect(await expectEnd(0, "preview", "test")).toMatchObject({ workspace: "acme", credential });
  expect(await expectEnd(0, "drift", "test")).toMatchObject({ workspace: "acme", credential });
  expect(await expectEnd(0, "import", "acme", "--stack", "other", "--dry-run")).toMatchObject({
    credential,
  });
  const line = `Credential: API token of ${email}, from BITBUCKET_TOKEN. Workspace: acme at ${project.emulator.url}.\n`;
  for (const args of [
    ["preview", "test"],
    ["up", "test", "--yes", "--skip-preview"],
    ["repair", "test", "--dry-run"],
    ["drift", "test"],
    ["import", "acme", "--stack", "other", "--dry-run"],
  ]) {
    const { output } = await project.cli(args, { TOKEN: "token-9f3b6c1e77" });
    expect({ args, parts: output.split(line).length, before: output.startsWith(line) }).toEqual({
      args,
      parts: 2,
      before: true,
    });
  }
});

test("what is in the workspace", async () => {
  expect(await expectEnd(0, "unmanaged", "test")).toMatchObject({
    objects: expect.arrayContaining([
      expect.objectContaining({ kind: "Repository", name: "infrastructure", policy: "report" }),
    ]),
  });
  await project.somebody("PUT", "/repositories/acme/api", { description: "by hand" });
  expect(await expectEnd(2, "drift", "test")).toMatchObject({ counts: { cases: { drift: 1 } } });
  expect(await expectEnd(0, "audit", "acme", "--check", "approvals")).toMatchObject({ workspace: "acme" });
  expect(await expectEnd(0, "import", "acme", "--stack", "other", "--dry-run")).toMatchObject({
    stack: "other",
    written: false,
  });
});

test("an apply that fails has an outcome, and so has a stack that is no longer managed", async () => {
  await project.yaml(yaml("Refused"));
  project.emulator.addFault({
    kind: "status",
    status: 400,
    method: "PUT",
    path: "/repositories/acme/[^/]+",
    times: 3,
  });
  expect(await expectEnd(1, "up", "test", "--yes", "--skip-preview")).toMatchObject({
    operation: "up",
    succeeded: false,
  });
  project.emulator.clearFaults();
  expect(await expectEnd(0, "forget", "test", "web", "--yes")).toMatchObject({
    forgotten: [expect.objectContaining({ kind: "Repository", name: "web" })],
    stillDeclared: [expect.objectContaining({ name: "web", file: "stacks/test.yaml" })],
  });
  expect(await expectEnd(1, "forget", "test", "nothing", "--yes")).toMatchObject({ error: { exitCode: 1 } });
  // Protected: neither repositories nor projects are deleted.
  expect(await expectEnd(1, "destroy", "test", "--yes", "--skip-preview")).toBeDefined();
});

test("a new project that imports at once prints one document", async () => {
  const folder = join(project.folder, "fresh");
  const { stdout, exitCode } = await project.cli(
    ["init", folder, "--yes", "--workspace", "acme", "--no-install", "--import", "--json"],
    { TOKEN: "token-9f3b6c1e77", PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}` },
  );
  expect(expectOutput(exitCode === 0 ? "init" : "failure", stdout)).toMatchObject({
    workspace: "acme",
    imported: { stack: "acme", written: true },
  });
});
