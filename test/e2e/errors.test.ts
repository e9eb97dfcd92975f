/**
 * Errors on every way out: a user's by its message, an internal one with its stack and where to report it.
 */
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const preload = join(__dirname, "support", "breaks.cjs");
const stackLine = /\n\s+at .*\(?.*:\d+:\d+\)?/;
const bug =
  /TypeError: Cannot read properties of undefined \(reading 'nothing'\)\s*\n\s+at .*breaks\.cjs:\d+:\d+\)?\s[\s\S]*This is a bug in bitbucket-as-code \d+\.\d+\.\d+[^\n]*https:\/\//;

let project: Project;

function broken(what: string): Record<string, string> {
  return { BREAKS: what, NODE_OPTIONS: `--require ${preload}` };
}

describe("from YAML", () => {
  beforeAll(async () => {
    project = await Project.startWithVault();
    await project.yaml("workspace: acme\nprojects:\n  PLAT: { name: Platform, deletion: allow }\n");
  });
  afterAll(() => project.close());

  test("a bug in the command line", async () => {
    const { exitCode, output } = await project.cli(["validate", "test"], broken("desired/load.js#loadStack"));
    expect(output).toMatch(bug);
    expect(exitCode).toBe(1);
  });

  test("a bug in the program", async () => {
    const { exitCode, output } = await project.preview([], broken("plan/workspace.js#checkWorkspace"));
    expect(output).toMatch(bug);
    expect(exitCode).not.toBe(0);
  });

  test("a bug in the provider, which has changed nothing", async () => {
    const { exitCode, output } = await project.up(broken("model/check.js#check"));
    expect(output).toMatch(bug);
    expect(exitCode).not.toBe(0);
    expect(project.acme.projects.size).toBe(0);
  });

  test("a stack without a file, in the command line", async () => {
    const made = await project.up();
    expect(made.output).not.toMatch(stackLine);
    expect(made.exitCode).toBe(0);
    await project.yaml("workspace: acme\nprojects:\n  PLAT: { name: Platform }\n");
    const missing = await project.cli(["validate", "nowhere"]);
    expect(missing.output).toMatch(/there is no file for the stack/);
    expect(missing.output).not.toMatch(stackLine);
    expect(missing.exitCode).toBe(1);
  });
});

describe("from a program of one's own", () => {
  beforeAll(async () => {
    project = await Project.startWithVault(`
const { getRepository, Project } = require("bitbucket-as-code");
module.exports = async () => {
  if (process.env.ASK) await getRepository({ workspace: "acme", repository: "nowhere" });
  const names = process.env.MANY ? ["ONE", "TWO"] : ["ONE"];
  for (const key of names) new Project(key, { workspace: "acme", key, name: key, deletion: "allow" });
};
`);
  });
  afterAll(() => project.close());

  test("what is not there, in a look-up", async () => {
    const { exitCode, output } = await project.preview([], { ASK: "1" });
    expect(output).toMatch(
      /The object does not exist, or this credential cannot access it.*\/repositories\/acme\/nowhere/,
    );
    expect(output).not.toMatch(stackLine);
    expect(exitCode).not.toBe(0);
  });

  test("a bug in a look-up is shown with its stack", async () => {
    const { exitCode, output } = await project.preview([], {
      ASK: "1",
      ...broken("provider/session.js#createClientFrom"),
    });
    expect(output).toMatch(bug);
    expect(exitCode).not.toBe(0);
  });

  test("a bug in what is checked at the end of the program", async () => {
    expect((await project.up({ MANY: "1" })).exitCode).toBe(0);
    const { exitCode, output } = await project.up(broken("provider/limits.js#checkDestruction"));
    expect(output).toMatch(bug);
    expect(exitCode).not.toBe(0);
    expect(project.acme.projects.size).toBe(2);
  });
});
