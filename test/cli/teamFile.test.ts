/** `validate --team-file` and `--repository-file`, on pull requests, and what `report` and `explain` say of them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { outputSchema } from "../../src/cli/shared/output";
import { quickStart } from "../support/quickStart";

const folder = mkdtempSync(join(tmpdir(), "team-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  for (const name of ["stacks", "teams"]) mkdirSync(join(folder, name));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("Pulumi.yaml", "name: acme\nruntime: nodejs\n");
  write(
    "stacks/acme.yaml",
    `workspace: acme
repositories: { api: { description: central }, web: {} }
delegation:
  rules:
    good: { file: ../teams/good.yaml, repositories: api, allow: [description, language] }
`,
  );
  write(
    "stacks/bad.yaml",
    `workspace: acme
repositories: { api: {}, web: {} }
delegation:
  rules:
    bad: { file: ../teams/bad.yaml, repositories: "*", allow: [description] }
    other: { file: ../teams/other.yaml, repositories: "*", allow: [language] }
`,
  );
  write(
    "stacks/own.yaml",
    `workspace: acme
repositories: { pay-api: { slug: payments, name: Payments }, web: {} }
delegation:
  rules:
    own: { repositoryFile: true, repositories: pay-*, allow: [description] }
`,
  );
  mkdirSync(join(folder, "clone/.bitbucket"), { recursive: true });
  write("clone/.bitbucket/settings.yaml", "description: ours\n");
  write("clone/.bitbucket/bad.yaml", "description: ours\nisPrivate: false\n");
  write("teams/good.yaml", "repositories:\n  api: { description: ours, language: go }\n");
  write("teams/bad.yaml", "repositories:\n  api: { isPrivate: false }\n");
  write("teams/other.yaml", "repositories:\n  web: { website: x }\n");
});

function run(...args: readonly string[]) {
  return runIn(folder, args);
}

/** In a clone of a repository, which has no project. */
function runInClone(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runIn(join(folder, "clone"), ["validate", "../stacks/own.yaml", ...args], env);
}

function runIn(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [resolve(__dirname, "../../dist/cli/main.js"), ...args], {
    cwd,
    encoding: "utf8",
    env: { ...quickStart, PATH: process.env.PATH ?? "", HOME: folder, NO_COLOR: "1", ...env },
  });
}

test("says what a file sets, and by which rules", () => {
  const { status, stdout } = run("validate", "acme", "--team-file", "teams/good.yaml");
  expect([status, stdout]).toEqual([
    0,
    'teams/good.yaml is valid: it sets 2 properties of 1 repository, by the rule "good"\n',
  ]);
  const json: unknown = JSON.parse(
    run("validate", "acme", "--team-file", "teams/good.yaml", "--json").stdout,
  );
  expect(json).toMatchObject({
    team: { file: "teams/good.yaml", rules: ["good"], properties: 2, repositories: 1 },
  });
  const schema = JSON.parse(JSON.stringify(outputSchema()));
  const check = new Ajv2020({ strict: false }).compile(schema.$defs.validate);
  check(json);
  expect(check.errors ?? []).toEqual([]);
});

test("reports the problems of that file alone, and report takes them", () => {
  const { status, stdout, stderr } = run("validate", "bad", "--team-file", "teams/bad.yaml", "--json");
  expect(status).toBe(1);
  expect(stderr).toContain(
    'teams/bad.yaml:2:10 repositories.api.isPrivate: "isPrivate" is not delegated to this file: the rule "bad" (stacks/bad.yaml:5) allows description',
  );
  expect(stderr).not.toContain("other.yaml");
  writeFileSync(join(folder, "result.json"), stdout);
  const report = run("report", "result.json", "--print").stdout;
  expect(report).toContain("1 problem");
  expect(report).toContain("teams/bad.yaml:2 repositories.api.isPrivate");
  expect(report).toContain('the rule "bad"');
});

test("a file that no rule names has no effect, which is an error", () => {
  const { status, stderr } = run("validate", "acme", "--team-file", "teams/bad.yaml");
  expect(status).toBe(1);
  expect(stderr).toContain('No rule of "delegation"');
});

test("explain names the file and the rule", () => {
  expect(run("explain", "api", "--stack", "acme").stdout).toMatch(
    /description +ours +teams\/good\.yaml:2 +delegated by the rule good \(stacks\/acme\.yaml:5\), over central of own/,
  );
});

describe("a repository's own file", () => {
  const file = ["--repository-file", ".bitbucket/settings.yaml"];
  const bad = ["--repository-file", ".bitbucket/bad.yaml"];

  test("is checked against the stack's YAML, by the key or the slug of the repository, or the pipeline's", () => {
    const expected = [
      0,
      '.bitbucket/settings.yaml is valid: it sets 1 property of 1 repository, by the rule "own"\n',
    ];
    for (const name of ["pay-api", "payments"]) {
      const { status, stdout } = runInClone([...file, "--repository", name]);
      expect([status, stdout]).toEqual(expected);
    }
    const { status, stdout } = runInClone(file, { BITBUCKET_REPO_SLUG: "payments" });
    expect([status, stdout]).toEqual(expected);
  });

  test("its problems are at its path in the repository, where a report finds them", () => {
    const { status, stdout, stderr } = runInClone([...bad, "--repository", "pay-api", "--json"]);
    expect(status).toBe(1);
    expect(stderr).toContain(
      '.bitbucket/bad.yaml:2:1 isPrivate: "isPrivate" is not delegated to this file: the rule "own" (stacks/own.yaml:5) allows description',
    );
    writeFileSync(join(folder, "own.json"), stdout);
    expect(run("report", "own.json", "--print").stdout).toContain(".bitbucket/bad.yaml:2 isPrivate");
  });

  test.each([
    [[...file], /Whose file is it\?/],
    [[...file, "--repository", "web"], /No rule of "delegation" .* covers a repository "web"/],
    [["--repository-file", "missing.yaml", "--repository", "web"], /missing\.yaml does not exist/],
    [[...file, "--team-file", "x.yaml"], /leave one out/],
  ])("%j is an error", (args, expected) => {
    const { status, stderr } = runInClone(args);
    expect([status, stderr]).toEqual([1, expect.stringMatching(expected)]);
  });

  test("without one, validate says what it did not read", () => {
    const { status, stdout } = run("validate", "own");
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/Not read: \.bitbucket\/settings\.yaml of 1 repository\. A preview reads these/),
    ]);
    expect(JSON.parse(run("validate", "own", "--json").stdout)).toMatchObject({ unreadRepositoryFiles: 1 });
  });
});
