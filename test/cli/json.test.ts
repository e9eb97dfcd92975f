/** What commands print with `--json` where they succeed and where they fail, held to the published schema. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../../src/cli/commands";
import { outputOfCommand, outputSchema } from "../../src/cli/shared/output";
import { describeFailure, wantsJson } from "../../src/cli/shared/output/failure";
import { type PlanBody, PlanSigner } from "../../src/plan/file";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { expectOutput, expectOutputOf, publishedOutputs } from "../support/output";
import { quickStart } from "../support/quickStart";
import { type FinishedProgram, startProgram } from "../support/startProgram";

const root = resolve(__dirname, "..", "..");

let folder: string;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  folder = mkdtempSync(join(tmpdir(), "json-"));
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
  writeFileSync(join(folder, "stacks", "good.yaml"), "workspace: acme\nrepositories:\n  api: {}\n");
  writeFileSync(
    join(folder, "stacks", "bad.yaml"),
    "workspace: acme\nrepositories:\n  api: { descripton: x }\n  web: { webhooks: 1 }\n",
  );
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan()));
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

/** A plan without a key: its signature only shows damage. */
function plan() {
  const body: PlanBody = {
    format: "bitbucket-as-code plan 2",
    tool: "1.0.0",
    stack: "good",
    workspace: "acme",
    server: { api: emulator.url },
    createdAt: "2026-01-01T00:00:00.000Z",
    sources: { "stacks/good.yaml": "aa" },
    changes: [
      {
        stack: "good",
        operation: "create",
        kind: "Repository",
        name: "api",
        fields: [{ field: "isPrivate", new: true }],
        position: { file: "stacks/good.yaml", line: 3, column: 3, path: "repositories.api" },
      },
    ],
    unchanged: 0,
    moves: [],
    live: {},
  };
  return new PlanSigner(undefined).sign(body);
}

function run(
  args: readonly string[],
  cwd = folder,
  more: Readonly<Record<string, string>> = {},
): Promise<FinishedProgram> {
  return startProgram(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], {
    cwd,
    env: {
      ...quickStart,
      PATH: process.env.PATH ?? "",
      HOME: folder,
      NO_COLOR: "1",
      BITBUCKET_API_URL: emulator.url,
      BITBUCKET_EMAIL: exampleTokens.email,
      BITBUCKET_TOKEN: exampleTokens.admin,
      ...more,
    },
  });
}

function pathsIn(command: Command, path: readonly string[] = []): string[] {
  const own = [...path, command.name()];
  const isAsked = command.options.some(({ long }) => long === "--json");
  return [
    ...(isAsked ? [own.slice(1).join(" ")] : []),
    ...command.commands.flatMap((one) => pathsIn(one, own)),
  ];
}

test("the published schema is the one that the code has", () => {
  expect(publishedOutputs).toEqual(JSON.parse(JSON.stringify(outputSchema())));
});

test("validate prints what it has read, or every problem with its place", async () => {
  const good = await run(["validate", "good", "--json"]);
  expect(good.exitCode).toBe(0);
  expect(expectOutput("validate", good.stdout)).toMatchObject({ resources: 1, files: 1, warnings: [] });
  const bad = await run(["validate", "bad", "--json"]);
  expect(bad.exitCode).toBe(1);
  expect(expectOutput("failure", bad.stdout)).toMatchObject({
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

test("a plain sentence counts one file as one", async () => {
  expect((await run(["validate", "good"])).stdout).toMatch(/is valid: 1 resource from 1 file\n$/);
});

test.each([
  ["a command outside of a project", ["preview", "acme"], /create one: npx bitbucket-as-code init/],
  ["an unknown option", ["drift", "acme", "--colour"], /unknown option/],
  ["an argument that is missing", ["import"], /missing required argument/],
  ["a project that exists", ["init", "here", "--yes"], /has a Pulumi\.yaml/],
])("%s fails in JSON as well", async (_what, args, told) => {
  const elsewhere = mkdtempSync(join(tmpdir(), "json-"));
  mkdirSync(join(elsewhere, "here"));
  writeFileSync(join(elsewhere, "here", "Pulumi.yaml"), "name: acme\n");
  const { exitCode, stdout, stderr } = await run([...args, "--json"], elsewhere);
  expect(exitCode).toBe(1);
  expect(expectOutput("failure", stdout)).toMatchObject({
    error: { message: expect.stringMatching(told), exitCode: 1 },
  });
  expect(stderr).toMatch(told);
  expect((await run(args, elsewhere)).stdout).toBe("");
  rmSync(elsewhere, { recursive: true });
});

test.each([
  ["a compiled project, which an engine that is set up can run", [], [], "compiled"],
  [
    "a compiled project, if the Pulumi on PATH has the YAML host",
    ["pulumi", "pulumi-language-yaml"],
    [],
    "compiled",
  ],
  ["a Node.js program, if the Pulumi on PATH has no YAML host", ["pulumi"], [], "node"],
  ["a Node.js program, if it is asked for", [], ["--program", "node"], "node"],
])("init writes %s, and prints what comes next", async (_what, programs, options, program) => {
  const bin = mkdtempSync(join(tmpdir(), "json-"));
  for (const name of programs) writeFileSync(join(bin, name), "#!/bin/sh\n", { mode: 0o755 });
  const args = [
    "init",
    `new-${programs.length}-${options.length}`,
    "--yes",
    "--no-install",
    "--json",
    ...options,
  ];
  const { stdout, exitCode } = await run(args, folder, { PATH: [bin, process.env.PATH].join(delimiter) });
  expect(exitCode).toBe(0);
  const { written } = expectOutput("init", stdout) as { written: string[] };
  expect(JSON.parse(stdout)).toMatchObject({
    language: "yaml",
    program,
    next: { commands: expect.any(Array) },
  });
  expect(written).toEqual(expect.arrayContaining(["Pulumi.yaml"]));
  expect(written.includes("index.js")).toBe(program === "node");
  rmSync(bin, { recursive: true });
});

test("init creates the folder of a file backend, which Pulumi requires", async () => {
  const states = join(mkdtempSync(join(tmpdir(), "json-")), "deep", "states");
  const backend = `file://${states}?metadata=skip`;
  const { exitCode } = await run(["init", "other", "--yes", "--no-install", "--backend", backend]);
  expect(exitCode).toBe(0);
  expect(existsSync(states)).toBe(true);
});

test("init creates the folder of a file backend whose path is relative in the project, where commands run the engine", async () => {
  const parent = mkdtempSync(join(tmpdir(), "json-"));
  const options = [
    "--workspace",
    "acme",
    "--yes",
    "--no-install",
    "--backend",
    "file://./the state?metadata=skip",
  ];
  expect((await run(["init", "p", ...options], parent)).exitCode).toBe(0);
  expect(existsSync(join(parent, "p", "the state"))).toBe(true);
});

test("help and the version are no failures", async () => {
  for (const args of [["--help"], ["preview", "--help", "--json"], ["--version"]]) {
    const { exitCode, stdout } = await run(args);
    expect(exitCode).toBe(0);
    expect(() => JSON.parse(stdout)).toThrow();
  }
});

test("a message never breaks the JSON, and what comes behind -- is no option", () => {
  expect(describeFailure(new Error("x")).error.exitCode).toBe(1);
  expect(wantsJson(["api", "--", "--json"])).toBe(false);
});

test("every command with --json has a schema, and no other", () => {
  expect(Object.keys(outputOfCommand).sort()).toEqual(pathsIn(createProgram()).sort());
});

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  command.commands.forEach(silence);
}

test.each(Object.keys(outputOfCommand))("%s fails with a document", async (path) => {
  const words = path.split(" ");
  const program = createProgram(words[0]);
  silence(program);
  const failed: unknown = await program
    .parseAsync([...words, "--json", "--no-such-option"], { from: "user" })
    .catch((error: unknown) => error);
  expect(expectOutput("failure", JSON.stringify(describeFailure(failed)))).toMatchObject({
    error: { exitCode: 1, message: expect.stringMatching(/no-such-option|required option/) },
  });
});

// The others take an engine: test/e2e/json.test.ts.
test.each<[status: number, ...args: string[]]>([
  [0, "explain", "api", "--stack", "good", "--all"],
  [1, "explain", "nothing", "--stack", "good"],
  [0, "auth", "status"],
  [0, "auth", "scopes", "good"],
  [1, "auth", "scopes", "bad"],
  [0, "doctor", "good", "--for", "preview"],
  [1, "caches", "clear", "acme/none"],
  [1, "caches", "clear", "none"],
  [0, "git", "url", "acme/api"],
  [1, "git", "url", "a/b/c"],
  [1, "git", "clone", "acme/none-*"],
  [0, "git", "remote", "set", "ssh", "."],
  [0, "init", "pipelines", "good", "--print"],
  [0, "init", "pipelines", "good"],
  [1, "init", "pipelines", "good", "--branch", "a b"],
  [0, "migrate", "audit", "."],
  [2, "migrate", "checklist", ".", "--no-home"],
  [0, "plan", "show", "plan.json"],
  [3, "plan", "show", "stacks/good.yaml"],
  [3, "plan", "pull", "good", "--out", "pulled.json", "--repository", "acme/none"],
  [0, "report", "plan.json", "--print"],
  [1, "report", "plan.json", "--comment"],
  [1, "report", "plan.json", "--status", "--repository", "acme/none", "--commit", "0123abcd"],
])("with %d ends: %s %s %s", async (status, ...args) => {
  const printed = await run([...args, "--json"]);
  expect(printed).toMatchObject({ exitCode: status });
  expectOutputOf(args, printed.stdout);
});

test("a reader that ends first, as head does, causes no error", () => {
  const command = `"${process.execPath}" "${join(root, "dist", "cli", "main.js")}" help preview | true`;
  const { stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", cwd: folder });
  expect(stderr).toBe("");
});
