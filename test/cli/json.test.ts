/** What commands print with `--json` where they succeed and where they fail, held to the published schema. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { type CommandOutput, outputSchema } from "../../src/cli/shared/output";
import { describeFailure, wantsJson } from "../../src/cli/shared/output/failure";
import { quickStart } from "../support/quickStart";

const root = resolve(__dirname, "..", "..");
const published: { $defs: Record<string, object> } = JSON.parse(
  readFileSync(join(root, "schema", "output.schema.json"), "utf8"),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "json-"));
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
  writeFileSync(join(folder, "stacks", "good.yaml"), "workspace: acme\nrepositories:\n  api: {}\n");
  writeFileSync(
    join(folder, "stacks", "bad.yaml"),
    "workspace: acme\nrepositories:\n  api: { descripton: x }\n  web: { webhooks: 1 }\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], cwd = folder) {
  return spawnSync(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], {
    cwd,
    encoding: "utf8",
    env: { ...quickStart, PATH: process.env.PATH ?? "", HOME: folder, NO_COLOR: "1" },
  });
}

function expectValid(name: CommandOutput, text: string): Record<string, unknown> {
  const output: Record<string, unknown> = JSON.parse(text);
  const check = new Ajv2020({ strict: false }).compile(published.$defs[name] ?? {});
  check(output);
  expect(check.errors ?? []).toEqual([]);
  return output;
}

test("the published schema is the one that the code has", () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(outputSchema())));
});

test("validate prints what it has read, or every problem with its place", () => {
  const good = run(["validate", "good", "--json"]);
  expect(good.status).toBe(0);
  expect(expectValid("validate", good.stdout)).toMatchObject({ resources: 1, files: 1, warnings: [] });
  const bad = run(["validate", "bad", "--json"]);
  expect(bad.status).toBe(1);
  expect(expectValid("failure", bad.stdout)).toMatchObject({
    error: {
      exitCode: 1,
      problems: [
        { file: "stacks/bad.yaml", line: 3, path: "repositories.api.descripton", suggestion: "description" },
        { file: "stacks/bad.yaml", line: 4, path: "repositories.web.webhooks" },
      ],
    },
  });
  expect(bad.stderr).toMatch(/stacks\/bad\.yaml:3:/);
});

test("a plain sentence counts one file as one", () => {
  expect(run(["validate", "good"]).stdout).toMatch(/is valid: 1 resource from 1 file\n$/);
});

test.each([
  ["a command outside of a project", ["preview", "acme"], /create one: npx bitbucket-as-code init/],
  ["an unknown option", ["drift", "acme", "--colour"], /unknown option/],
  ["an argument that is missing", ["import"], /missing required argument/],
  ["a project that exists", ["init", "here", "--yes"], /has a Pulumi\.yaml/],
])("%s fails in JSON as well", (_what, args, told) => {
  const elsewhere = mkdtempSync(join(tmpdir(), "json-"));
  mkdirSync(join(elsewhere, "here"));
  writeFileSync(join(elsewhere, "here", "Pulumi.yaml"), "name: acme\n");
  const { status, stdout, stderr } = run([...args, "--json"], elsewhere);
  expect(status).toBe(1);
  expect(expectValid("failure", stdout)).toMatchObject({
    error: { message: expect.stringMatching(told), exitCode: 1 },
  });
  expect(stderr).toMatch(told);
  expect(run(args, elsewhere).stdout).toBe("");
  rmSync(elsewhere, { recursive: true });
});

test("init prints what it wrote and what comes next", () => {
  const { stdout, status } = run(["init", "new", "--yes", "--no-install", "--json"]);
  expect(status).toBe(0);
  expect(expectValid("init", stdout)).toMatchObject({
    workspace: "new",
    language: "yaml",
    written: expect.arrayContaining(["Pulumi.yaml", "index.js", "stacks/new.yaml"]),
  });
});

test("help and the version are no failures", () => {
  for (const args of [["--help"], ["preview", "--help", "--json"], ["--version"]]) {
    const { status, stdout } = run(args);
    expect(status).toBe(0);
    expect(() => JSON.parse(stdout)).toThrow();
  }
});

test("a message never breaks the JSON, and what comes behind -- is no option", () => {
  expect(describeFailure(new Error("x")).error.exitCode).toBe(1);
  expect(wantsJson(["api", "--", "--json"])).toBe(false);
});
