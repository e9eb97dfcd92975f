/** Imports a workspace that has grown for years: without a change to it, and with an empty preview. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleTokens } from "../../packages/emulator/src";
import { type Grown, grow, repositoriesForAll } from "./support/grownWorkspace";
import { Project, type Result } from "./support/project";

jest.setTimeout(600_000);

/** `IMPORT_REPOSITORIES` and `IMPORT_VARIABLES` enlarge it for measurements. */
const repositories = Number(process.env.IMPORT_REPOSITORIES ?? repositoriesForAll);
/** In the repository with the most: three pages of them. */
const variables = Number(process.env.IMPORT_VARIABLES ?? 210);

let project: Project;
let grown: Grown;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.pulumi(["stack", "rm", "test", "--yes", "--force"]);
  grown = await grow({
    url: project.emulator.url,
    authorization: `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`,
    repositories,
    variables,
  });
  project.emulator.requests.length = 0;
});
afterAll(() => project.close());

const locked = () => grown.repositories.get("svc-3") ?? "";
const lock = () =>
  project.emulator.addFault({
    kind: "status",
    status: 403,
    path: `^/repositories/acme/${encodeURIComponent(locked())}/`,
    times: 1_000_000,
  });

/** The stack's files: one, or a folder of them. */
function files(): string[] {
  return readdirSync(join(project.folder, "stacks"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function yaml(): string {
  return files()
    .map((path) => `${path}\n${readFileSync(path, "utf8")}`)
    .join("\n");
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** The engine's output of a run that must not change anything. */
function expectNothing({ exitCode, output }: Result): void {
  expect(output.match(/^.* bitbucket-cloud:.* (creat|updat|delet|replac)\w* .*$|diff:.*$/gm) ?? []).toEqual(
    [],
  );
  expect(output).toMatch(/Resources:\n\s+\d+ unchanged\n/);
  expect(exitCode).toBe(0);
}

test("an import that is interrupted goes on where it was, and asks for nothing twice", async () => {
  lock();
  project.emulator.addFault({
    kind: "status",
    status: 401,
    path: "/hooks",
    skip: repositories / 2,
    times: 1_000_000,
  });
  const broken = await project.cli(["import", "acme", "--stack", "test"]);
  expect(broken.exitCode).toBe(1);
  expect(broken.output).toMatch(/did not accept the credential/);
  expect(readdirSync(project.folder)).not.toContain("stacks");
  project.emulator.clearFaults();
  lock();
  const began = Date.now();
  const { output, exitCode } = await project.cli(["import", "acme", "--stack", "test"]);
  const seconds = (Date.now() - began) / 1000;
  expect(output).toMatch(/Resuming an interrupted import: \d+ responses/);
  expect(exitCode).toBe(0);
  const answered = project.emulator.requests.filter(({ status }) => status < 400 || status === 404);
  const twice = answered.filter(
    ({ method, path }, index) =>
      answered.findIndex((one) => one.path === path && one.method === method) < index,
  );
  // Requests in progress when it broke could not be recorded.
  expect(twice.length).toBeLessThan(40);
  expect(project.writes).toEqual([]);
  if (process.env.IMPORT_FIGURES) process.stderr.write(`import: ${answered.length} requests, ${seconds} s\n`);
  // Unreadable parts are skipped with a note, and values that are never shown are listed.
  expect(output).toMatch(/repository svc-3: not imported, because it cannot be administered/);
  expect(output).toMatch(/secrets are never returned by Bitbucket/);
});

test("the YAML is what a person would have written", () => {
  const text = yaml();
  expect(text).toMatch(/^defaults:\n {2}# Settings of nearly every repository\.\n {2}repository:\n/m);
  expect(text).toMatch(/mainBranch: main/);
  expect(text).toMatch(/^ {2}svc:\n {4}pipelinesEnabled: true\n/m);
  expect(text).toMatch(/^ {2}svc-9:\n {4}project: \w+\n {4}profiles: \[.*svc.*\]\n/m);
  expect(text).toMatch(/DEPLOY_TOKEN: \{ fromConfig: [\w.-]+, ifMissing: keep \}/);
  expect(text).toMatch(/# Bob Builder/);
  expect(text).not.toMatch(/isPrivate: true|hasWiki: false|geheim|s3cret/);
});

test("the first preview shows nothing, and so does an up, which writes nothing; all is as it was before", async () => {
  const before = project.emulator.snapshot();
  project.emulator.clearFaults();
  project.emulator.requests.length = 0;
  expectNothing(await project.preview());
  const reads = project.emulator.requests.length;
  expectNothing(await project.up());
  expect(project.writes).toEqual([]);
  expect(digest(project.emulator.snapshot())).toBe(digest(before));
  if (process.env.IMPORT_FIGURES) process.stderr.write(`preview: ${reads} requests\n`);
});

test("how a new stack is split is refused for one that exists: it says so in its YAML", async () => {
  const before = yaml();
  const writes = project.writes.length;
  const { output, exitCode } = await project.cli([
    "import",
    "acme",
    "--stack",
    "test",
    "--shards",
    "project",
  ]);
  expect(output).toMatch(/--shards is for a new stack, and test exists: set "shards:" in its YAML/);
  expect(exitCode).toBe(1);
  expect(yaml()).toBe(before);
  expect(project.writes).toHaveLength(writes);
});

test("a second import adds what is new, and leaves all else alone to the byte", async () => {
  lock();
  const text = yaml();
  const again = await project.cli(["import", "acme", "--stack", "test"]);
  expect(again.output).toMatch(/0 of them new in the YAML\.\n {2}No file changed/);
  expect(yaml()).toBe(text);

  const file = files().find((path) => /^ {2}lib-1:/m.test(readFileSync(path, "utf8"))) ?? "";
  const mine = readFileSync(file, "utf8").replace(
    /^( {2})(lib-1:\n {4}project: \w+)$/m,
    "$1# mine, all mine\n$1$2 # and this",
  );
  expect(mine).toContain("# mine, all mine");
  writeFileSync(file, mine);
  const lib = encodeURIComponent(grown.repositories.get("lib-1") ?? "");
  await project.somebody("POST", `/repositories/acme/${lib}/hooks`, {
    url: "https://new.example.com/x",
    description: "new",
    active: true,
    events: ["repo:push"],
  });
  await project.somebody("POST", "/repositories/acme/svc-new", {
    scm: "git",
    is_private: true,
    project: { key: "SVC" },
  });
  const third = await project.cli(["import", "acme", "--stack", "test"]);
  expect(third.output).toMatch(/2 of them new in the YAML/);
  const after = readFileSync(file, "utf8");
  const kept = mine.split("\n").filter((line) => !after.split("\n").includes(line));
  expect(kept).toEqual([]);
  expect(after).toContain("new.example.com");
  expect(yaml()).toMatch(/^ {2}svc-new:/m);

  // What was renamed in Bitbucket is the one that the state holds, and no further one.
  const before = yaml();
  await project.somebody("PUT", "/repositories/acme/svc-new", { name: "svc-renamed" });
  const fourth = await project.cli(["import", "acme", "--stack", "test"]);
  expect(fourth.output).toMatch(/0 of them new in the YAML\.\n {2}No file changed/);
  expect(yaml()).toBe(before);
  await project.somebody("PUT", "/repositories/acme/svc-renamed", { name: "svc-new" });
  project.emulator.clearFaults();
  project.emulator.requests.length = 0;
  expectNothing(await project.preview());
  expect(project.writes).toEqual([]);
});

test("a secret that is supplied is written, and until then nothing is", async () => {
  const path = `/repositories/acme/${encodeURIComponent(grown.repositories.get("svc-0") ?? "")}/pipelines_config/variables`;
  // Not as an argument, which everybody on the machine could see.
  const set = 'printf %s "$SUPPLIED_SECRET" | pulumi config set --secret svc-0.DEPLOY_TOKEN --stack test';
  const supplied = "s3cret-of-svc-0";
  const config = await project.command("sh", ["-c", set], { SUPPLIED_SECRET: supplied }).result;
  expect(config.exitCode).toBe(0);
  project.emulator.requests.length = 0;
  const { output, exitCode } = await project.up();
  expect(exitCode).toBe(0);
  expect(output).toMatch(/~ 1 updated/);
  expect(project.writes).toEqual([expect.stringContaining(`PUT ${path}/`)]);
  const variables = [...project.repository("svc-0").variables.values()];
  expect(variables.find(({ key }) => key === "DEPLOY_TOKEN")?.value).toBe(supplied);
});
