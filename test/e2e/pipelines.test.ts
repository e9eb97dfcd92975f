/**
 * Runs the pipelines that `init pipelines` writes, as Bitbucket does: each line of a step in one shell, each
 * step in a folder with the checkout and the artifacts of the steps before, with the variables that Pipelines
 * sets.
 */
import { spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { exampleTokens } from "../support/emulator";
import { Project, type Result } from "./support/project";
import { preparePythonEnvironment } from "./support/python";

jest.setTimeout(240_000);

const checkout = resolve(__dirname, "..", "..");
const repo = "/repositories/acme/infrastructure";

const yaml = (description: string) => `
workspace: acme
shards: { patterns: { front: web } }
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
    description: ${description}
    variables: { TOKEN: { fromEnv: API_TOKEN } }
  web: { project: PLAT }
`;

interface Step {
  readonly name: string;
  readonly script: readonly string[];
  readonly "after-script"?: readonly string[];
  readonly artifacts?: readonly string[];
}

let project: Project;
let pipelines: Record<string, Record<string, Record<string, unknown>[]>>;
let artifacts: string;
let tools: string;
let commit = "";

beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.yaml(yaml("The API"));
  await project.write("package-lock.json", "{}");
  await mkdir(join(project.folder, "node_modules", ".bin"));
  await chmod(join(checkout, "dist", "cli", "main.js"), 0o755);
  await symlink(
    join(checkout, "dist", "cli", "main.js"),
    join(project.folder, "node_modules", ".bin", "bitbucket-as-code"),
  );
  artifacts = await mkdtemp(join(tmpdir(), "artifacts-"));
  // The packages to install are already linked: tests download nothing from a registry. npx starts them without the
  // second that npm's own takes to start.
  tools = await mkdtemp(join(tmpdir(), "tools-"));
  await writeFile(
    join(tools, "npx"),
    '#!/bin/sh\n[ "$1" = --no ] || { echo "npx $1?"; exit 1; }\nshift\nname="$1"\nshift\nexec "node_modules/.bin/$name" "$@"\n',
    { mode: 0o755 },
  );
  await writeFile(join(tools, "npm"), '#!/bin/sh\n[ "$1" = ci ] || { echo "npm $1?"; exit 1; }\n', {
    mode: 0o755,
  });
  await project.somebody("POST", repo, { is_private: true });
  const form = new FormData();
  form.set("/README.md", "Infrastructure");
  form.set("branch", "main");
  const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
  await fetch(`${project.emulator.url}${repo}/src`, {
    method: "POST",
    headers: { authorization },
    body: form,
  });
  const main = (await project.somebody("GET", `${repo}/refs/branches/main`)) as { target: { hash: string } };
  commit = main.target.hash;
  await project.somebody("POST", `${repo}/refs/branches`, { name: "change", target: { hash: commit } });
  await project.somebody("POST", `${repo}/pullrequests`, {
    title: "Change",
    source: { branch: { name: "change" } },
  });
});
afterAll(async () => {
  await project.close();
  await rm(artifacts, { recursive: true });
  await rm(tools, { recursive: true });
});

function stepsOf(items: readonly Record<string, unknown>[]): Step[] {
  return items.flatMap((item) =>
    "step" in item
      ? [item.step as Step]
      : stepsOf((item.parallel as { steps: Record<string, unknown>[] }).steps),
  );
}

/** Runs the steps of a pipeline, on a checkout without artifacts, until one fails. */
async function pipeline(
  items: readonly Record<string, unknown>[],
  env: Record<string, string> = {},
): Promise<Result> {
  await rm(artifacts, { recursive: true });
  await mkdir(artifacts);
  return steps(items, env);
}

/** Goes on with the artifacts of the last run. */
async function steps(
  items: readonly Record<string, unknown>[],
  env: Record<string, string> = {},
): Promise<Result> {
  let output = "";
  for (const step of stepsOf(items)) {
    const result = await runStep(step, env);
    output += `\n--- ${step.name}\n${result.output}`;
    if (result.exitCode !== 0) return { exitCode: result.exitCode, output };
  }
  return { exitCode: 0, output };
}

async function runStep(step: Step, env: Record<string, string>): Promise<Result> {
  for (const made of ["plan.json", "plans", "drift.json"])
    await rm(join(project.folder, made), { recursive: true, force: true });
  for (const path of await readdir(artifacts, { recursive: true, withFileTypes: true }))
    if (path.isFile()) {
      const target = join(project.folder, path.parentPath.slice(artifacts.length), path.name);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(path.parentPath, path.name), target);
    }
  const { exitCode, output } = await shell(step.script, env);
  const after = await shell(step["after-script"] ?? [], {
    ...env,
    BITBUCKET_EXIT_CODE: exitCode === 0 ? "0" : "1",
  });
  for (const pattern of exitCode === 0 ? (step.artifacts ?? []) : []) {
    const folder = join(project.folder, dirname(pattern));
    const fits = (name: string) => basename(pattern) === "*.json" || name === basename(pattern);
    await mkdir(join(artifacts, dirname(pattern)), { recursive: true });
    for (const name of (await readdir(folder)).filter((one) => one.endsWith(".json") && fits(one)))
      await copyFile(join(folder, name), join(artifacts, dirname(pattern), name));
  }
  return { exitCode, output: output + after.output };
}

/** What a step has in its environment. */
const stepEnv = (env: Record<string, string>): Record<string, string> => ({
  ...project.env,
  PATH: `${tools}:${project.env.PATH}`,
  CI: "true",
  API_TOKEN: "api-secret",
  BITBUCKET_PLAN_KEY: "a key of the repository",
  BITBUCKET_STEP_OIDC_TOKEN: "oidc",
  BITBUCKET_BUILD_NUMBER: "7",
  BITBUCKET_REPO_FULL_NAME: "acme/infrastructure",
  BITBUCKET_COMMIT: commit,
  BITBUCKET_CLONE_DIR: project.folder,
  ...env,
});

/** The script that Pipelines runs in one shell, in the checkout. */
async function shell(lines: readonly string[], env: Record<string, string>): Promise<Result> {
  const child = spawn("bash", ["-e", "-c", lines.join("\n")], {
    cwd: project.folder,
    env: stepEnv(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const exitCode = await new Promise<number | null>((done) => child.on("close", done));
  project.outputs.push(output);
  return { exitCode, output };
}

const onPullRequest = { BITBUCKET_PR_ID: "1", BITBUCKET_BRANCH: "change" };
const onMain = { BITBUCKET_BRANCH: "main" };

/** The writes to the stack's objects, not to the repository of its code. */
const managedWrites = () =>
  project.writes.filter((write) => !write.includes(repo) && !/commit\/|downloads/.test(write));

test("the file is written once, and not over another one", async () => {
  const { output, exitCode } = await project.cli(["init", "pipelines"]);
  expect(output).toMatch(/BITBUCKET_PLAN_KEY +secured[\s\S]*API_TOKEN +secured +the YAML refers to it/);
  expect(exitCode).toBe(0);
  const text = await readFile(join(project.folder, "bitbucket-pipelines.yml"), "utf8");
  pipelines = parse(text).pipelines;
  const again = await project.cli(["init", "pipelines", "stacks/test.yaml"]);
  expect(again.output).toMatch(/is up to date/);
  expect(again.exitCode).toBe(0);
  const other = await project.cli(["init", "pipelines", "--branch", "trunk"]);
  expect(other.output).toMatch(/exists and was not changed\.[\s\S]*branches: trunk: add it[\s\S]*--force/);
  expect(other.exitCode).toBe(1);
  await project.write("bitbucket-pipelines.yml", "pipelines: [\n");
  const broken = await project.cli(["init", "pipelines"]);
  expect(broken.output).toMatch(/bitbucket-pipelines\.yml exists[\s\S]*line 2 is not YAML/);
  await project.write("bitbucket-pipelines.yml", text);
});

test.each([
  [["--branch", ""], /--branch "" is not a valid name/],
  [["--branch", "main\nimage: evil"], /--branch "main\\nimage: evil" is not a valid name/],
  [["--environment", " "], /--environment " " is not a valid name/],
  [["no such; stack"], /"no such; stack" cannot be a stack/],
  [["nosuch"], /Create stacks\/nosuch\.yaml/],
])("what cannot be is refused: %j", async (args, message) => {
  const { output, exitCode } = await project.cli(["init", "pipelines", ...args, "--print"]);
  expect(output).toMatch(message);
  expect(exitCode).toBe(1);
});

test("a pull request gets its plan as a comment and a report, and nothing is changed", async () => {
  const writes = managedWrites().length;
  const { output, exitCode } = await pipeline(pipelines["pull-requests"]?.["**"] ?? [], onPullRequest);
  expect(output).toMatch(
    /is valid[\s\S]*4 to create[\s\S]*The plan is in the downloads[\s\S]*The comment is created/,
  );
  expect(exitCode).toBe(0);
  expect(managedWrites()).toHaveLength(writes);
  const { values: comments } = (await project.somebody("GET", `${repo}/pullrequests/1/comments`)) as {
    values: { content: { raw: string } }[];
  };
  expect(comments).toHaveLength(1);
  expect(comments[0]?.content.raw).toMatch(
    /\*\*Plan for test\*\*: 4 to create[\s\S]*\+ PipelineVariable api:TOKEN {3}stacks\/test\.yaml:10/,
  );
  expect(comments[0]?.content.raw).toMatch(/pipelines\/results\/7/);
  expect(comments[0]?.content.raw).not.toMatch(/api-secret/);
  const annotations = (await project.somebody(
    "GET",
    `${repo}/commit/${commit}/reports/bitbucket-as-code-plan-test/annotations`,
  )) as { size: number };
  expect(annotations.size).toBe(4);
});

test("a comment that cannot be written fails the step, says what is missing, and the plan is kept", async () => {
  const { secret } = project.emulator.createToken({
    name: "without pull requests",
    kind: "api_token",
    user: [...project.emulator.state.users.values()].find(({ nickname }) => nickname === "alice")?.uuid ?? "",
    scopes: [
      "admin:repository:bitbucket",
      "admin:project:bitbucket",
      "read:repository:bitbucket",
      "write:repository:bitbucket",
      "read:project:bitbucket",
      "read:pipeline:bitbucket",
      "read:workspace:bitbucket",
      "read:user:bitbucket",
    ],
  });
  // Of the run before, the last step again: as somebody does in Bitbucket's pages.
  const last = (pipelines["pull-requests"]?.["**"] ?? []).slice(-1);
  const { output, exitCode } = await steps(last, { ...onPullRequest, BITBUCKET_TOKEN: secret });
  expect(output).toMatch(
    /The plan is in the downloads[\s\S]*Some reports could not be published[\s\S]*read:pullrequest/,
  );
  expect(exitCode).toBe(1);
});

const comment = async () => {
  const { values } = (await project.somebody("GET", `${repo}/pullrequests/1/comments`)) as {
    values: { content: { raw: string } }[];
  };
  expect(values).toHaveLength(1);
  return values[0]?.content.raw;
};

const report = () => project.somebody("GET", `${repo}/commit/${commit}/reports/bitbucket-as-code-plan-test`);

test("a plan that cannot be made takes the earlier one back: in the comment and the report", async () => {
  await project.yaml(yaml("The API").replace("project: PLAT", "projekt: PLAT"));
  const invalid = await pipeline(pipelines["pull-requests"]?.["**"] ?? [], onPullRequest);
  expect(invalid.output).toMatch(/projekt[\s\S]*The comment is updated/);
  expect(invalid.exitCode).toBe(1);
  expect(await comment()).toMatch(/^\*\*Plan for test\*\*: failed/);
  expect(await report()).toMatchObject({ result: "FAILED" });

  await project.yaml(yaml("The API"));
});

test("the merge applies the plan that was reviewed, and what was not reviewed stops", async () => {
  const main = pipelines.branches?.main ?? [];
  const { output, exitCode } = await pipeline(main, onMain);
  expect(output).toMatch(/4 to create[\s\S]*--- Apply to test[\s\S]*4 created/);
  expect(exitCode).toBe(0);
  expect(project.acme.repositories.get("api")?.description).toBe("The API");

  // A push that bypasses the pull request: nobody has seen a plan of it.
  await project.yaml(yaml("Pushed"));
  const writes = managedWrites().length;
  const pushed = await pipeline(main, onMain);
  expect(pushed.output).toMatch(/the downloads of acme\/infrastructure contain none of exactly this YAML/);
  expect(pushed.output).not.toMatch(/--- Apply/);
  expect(pushed.exitCode).toBe(3);
  expect(managedWrites()).toHaveLength(writes);
});

test("a plan goes stale when somebody changes the workspace in between: the apply stops", async () => {
  const review = await pipeline(pipelines["pull-requests"]?.["**"] ?? [], onPullRequest);
  expect(review.output).toMatch(/1 to update[\s\S]*The comment is updated/);
  // In place of that which could not be made.
  expect(await comment()).toMatch(/^\*\*Plan for test\*\*: 1 to update/);
  expect(await report()).toMatchObject({ result: "PASSED" });
  await project.somebody("PUT", "/repositories/acme/api", { description: "by hand" });
  const { output, exitCode } = await pipeline(pipelines.branches?.main ?? [], onMain);
  expect(output).toMatch(/Repository api: the plan would change description from "The API" to "Pushed"/);
  expect(exitCode).toBe(3);
  expect(project.acme.repositories.get("api")?.description).toBe("by hand");
});

test("the scheduled run says by a build status that there is drift", async () => {
  const { output, exitCode } = await pipeline(pipelines.custom?.drift ?? [], onMain);
  expect(output).toMatch(/The build status is updated/);
  expect(exitCode).toBe(0);
  const { values } = (await project.somebody("GET", `${repo}/commit/${commit}/statuses`)) as {
    values: { state: string; name: string }[];
  };
  expect(values).toEqual([expect.objectContaining({ state: "FAILED", name: "Drift of test" })]);
});

test("a scheduled run that may not read all that the last apply could fails, and says so", async () => {
  await project.somebody("PUT", "/repositories/acme/api", { description: "The API" });
  const forEver = 1_000_000;
  project.emulator.addFault({
    kind: "status",
    status: 403,
    method: "GET",
    path: "/repositories/acme/[^/]+/(hooks|pipelines_config/variables)",
    times: forEver,
  });
  const { output, exitCode } = await pipeline(pipelines.custom?.drift ?? [], onMain);
  project.emulator.clearFaults();
  expect(output).toMatch(/that the last apply could read is unreadable: it is unknown/);
  expect(exitCode).toBe(4);
  const { values } = (await project.somebody("GET", `${repo}/commit/${commit}/statuses`)) as {
    values: unknown[];
  };
  expect(values).toEqual([expect.objectContaining({ state: "FAILED", description: "failed" })]);
});

test("a scheduled run that cannot compare says so, instead of leaving what an earlier one said", async () => {
  await project.somebody("PUT", "/repositories/acme/api", { description: "The API" });
  const well = await pipeline(pipelines.custom?.drift ?? [], onMain);
  expect(well.exitCode).toBe(0);
  const status = async () =>
    (await project.somebody("GET", `${repo}/commit/${commit}/statuses`)) as { values: unknown[] };
  expect((await status()).values).toEqual([expect.objectContaining({ state: "SUCCESSFUL" })]);
  const { output, exitCode } = await pipeline(pipelines.custom?.drift ?? [], {
    ...onMain,
    PULUMI_BACKEND_URL: "file:///nowhere",
  });
  expect(output).toMatch(/The build status is updated/);
  expect(exitCode).not.toBe(0);
  expect((await status()).values).toEqual([
    expect.objectContaining({ state: "FAILED", description: "failed" }),
  ]);
});

describe("bb-run, a runner of Bitbucket Pipelines that others wrote", () => {
  let python: string;
  beforeAll(async () => {
    // It says that it needs Python 3.12, and runs with 3.11 as well.
    const environment = await preparePythonEnvironment(
      join(__dirname, "support", "pipelines-requirements.txt"),
      ["--ignore-requires-python"],
    );
    python = join(environment, "bin", "python");
  }, 240_000);

  /** On this machine in place of a container, with what is not secret in its variables. */
  function run(target: string, env: Record<string, string>): Promise<Result> {
    const ofBitbucket = { ...env, BITBUCKET_COMMIT: commit, BITBUCKET_BUILD_NUMBER: "7" };
    const variables = Object.entries(ofBitbucket).flatMap(([name, value]) => ["-v", `${name}=${value}`]);
    const args = [
      "-m",
      "bbrun",
      "--repo",
      project.folder,
      "--mode",
      "host",
      "--target",
      target,
      ...variables,
    ];
    return project.command(python, args, stepEnv(env)).result;
  }

  test("runs what was written, from a pull request to drift", async () => {
    await project.yaml(yaml("By a runner").replace("project: PLAT", "projekt: PLAT"));
    const invalid = await run("pull-requests.**", onPullRequest);
    expect(invalid.output).toMatch(/projekt[\s\S]*The comment is updated/);
    expect(invalid.output).not.toMatch(/Plan for test/);
    expect(invalid.exitCode).toBe(1);
    expect(await comment()).toMatch(/^\*\*Plan for test\*\*: failed/);

    await project.yaml(yaml("By a runner"));
    const review = await run("pull-requests.**", onPullRequest);
    expect(review.output).toMatch(/Pipeline passed\D+4 steps/);
    expect(review.exitCode).toBe(0);
    expect(await comment()).toMatch(/^\*\*Plan for test\*\*: 1 to update/);

    const merge = await run("branches.main", onMain);
    expect(merge.output).toMatch(/1 updated[\s\S]*Pipeline passed\D+2 steps/);
    expect(merge.exitCode).toBe(0);
    expect(project.repository("api").description).toBe("By a runner");

    const drift = await run("custom.drift", onMain);
    expect(drift.output).toMatch(/Pipeline passed/);
    expect(drift.exitCode).toBe(0);
    expect(await project.somebody("GET", `${repo}/commit/${commit}/statuses`)).toMatchObject({
      values: [{ state: "SUCCESSFUL", name: "Drift of test" }],
    });
  });
});

test("secrets that a step cannot reach are told, and which of several stacks is asked for", async () => {
  await project.write(
    "stacks/away.yaml",
    `
workspace: acme
repositories:
  api: { variables: { A: { fromPass: team/a }, B: { fromFile: nowhere/b }, C: { fromEnv: API_TOKEN } } }
`,
  );
  const several = await project.cli(["init", "pipelines"]);
  expect(several.output).toMatch(/Name one: init pipelines away, or test/);
  expect(several.exitCode).toBe(1);
  const { stdout } = await project.cli(["init", "pipelines", "away", "--force", "--json"]);
  const { missing, variables } = JSON.parse(stdout);
  expect(missing).toEqual([
    "fromPass: team/a (stacks/away.yaml:4)",
    "fromFile: nowhere/b (stacks/away.yaml:4)",
  ]);
  expect(variables).toContainEqual(expect.objectContaining({ name: "API_TOKEN", secured: true }));
});

test("no step has shown the secret", () => {
  expect(project.outputs.join("\n")).not.toMatch(/api-secret/);
});
