/**
 * Nothing is deleted unintentionally: on a real engine, for every front end, with exact counts of DELETEs.
 */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findEngine } from "../../src/pulumi/binary";
import { Project, type Result, yamlProgram } from "./support/project";

jest.setTimeout(240_000);

const list = `
const { Repository, Webhook } = require("bitbucket-as-code");
const workspace = "acme";
for (const [name, more] of Object.entries(require("./list.json"))) {
  const { hooks = [], ...args } = more;
  const repository = new Repository(name, { workspace, name, deletion: "allow", ...args });
  for (const hook of hooks)
    new Webhook(\`\${name}:\${hook}\`, { workspace, repository: repository.uuid, url: \`https://\${hook}.example.com/\`, events: ["repo:push"] }, { parent: repository });
}
`;

let project: Project;

async function withList(entries: Record<string, object>): Promise<void> {
  await project.write("list.json", JSON.stringify(entries));
}

function named(count: number, more: object = {}): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, more]));
}

function deletes(): string[] {
  return project.writes.filter((write) => write.startsWith("DELETE"));
}

async function held(): Promise<number> {
  const { resources = [] } = await project.deployment();
  return resources.filter(({ type }) => type.includes("bitbucket:")).length;
}

const up = (env?: Record<string, string>) => project.up(env);
const upWithPreview = () => project.pulumi(["up", "--yes", "--stack", "test"]);
const destroy = (...args: string[]) =>
  project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test", ...args]);

function expectRefused({ output, exitCode }: Result, message: RegExp): void {
  expect(output.replace(/\s+/g, " ")).toMatch(message);
  expect(output).not.toMatch(/^ +at \S+ \(/m);
  expect(exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
}

describe("a program of one's own", () => {
  let begin: () => Promise<void>;
  beforeAll(async () => {
    project = await Project.startWithVault(list);
    await withList(named(8, { hooks: ["ci"] }));
    expect((await up()).exitCode).toBe(0);
    begin = await project.keep();
  });
  beforeEach(async () => {
    await begin();
    await project.write("index.js", list);
  });
  afterAll(() => project.close());

  const emptied = /declares none of the resources of this stack: all 16 of its resources would be deleted/;

  test("whose list came out empty deletes nothing, with and without a preview", async () => {
    await withList({});
    expectRefused(await up(), emptied);
    expectRefused(await upWithPreview(), emptied);
    expect(await held()).toBe(16);
    expect((await up({ BITBUCKET_ALLOW_DELETIONS: "16" })).exitCode).toBe(0);
    expect(project.acme.repositories.size).toBe(0);
    // The members of a repository are deleted with it.
    expect(deletes()).toHaveLength(8);
  });

  test("that loads nothing of the package, and exports nothing, deletes nothing", async () => {
    await project.write("index.js", "// to be written\n");
    const empty = /The program declared nothing: index\.js is empty\. .*module\.exports = require/;
    expectRefused(await up(), empty);
    expectRefused(await upWithPreview(), empty);
    expect(await held()).toBe(16);
    expect((await destroy()).exitCode).toBe(0);
    expect(deletes()).toHaveLength(8);
    expect(await held()).toBe(0);
  });

  test("that takes a share out which is more than the limit stops, and below it goes on", async () => {
    await withList(named(5, { hooks: ["ci"] }));
    const more = /would delete or replace 6 of 16 resources, and the limit is 30 %/;
    expectRefused(await up(), more);
    await withList(named(6, { hooks: ["ci"] }));
    expect((await upWithPreview()).exitCode).toBe(0);
    expect(deletes()).toHaveLength(2);
    expect(await held()).toBe(12);
  });

  test("can delete what it is told to by --target", async () => {
    await withList(named(7, { hooks: ["ci"] }));
    const urn = "urn:pulumi:test::bitbucket::pulumi-nodejs:bitbucket:Repository::r7";
    const targeted = await project.pulumi([
      "up",
      "--yes",
      "--skip-preview",
      "--stack",
      "test",
      "--target",
      urn,
      "--target-dependents",
    ]);
    expect(targeted.exitCode).toBe(0);
    expect(project.acme.repositories.has("r7")).toBe(false);
    expect((await destroy("--target", urn.replace("r7", "r6"), "--target-dependents")).exitCode).toBe(0);
    expect(project.acme.repositories.size).toBe(6);
    expect(await held()).toBe(12);
  });

  test("that no longer declares a repository which somebody has recreated stops, with and without a preview", async () => {
    await project.somebody("DELETE", "/repositories/acme/r7");
    await project.somebody("POST", "/repositories/acme/r7", { is_private: true });
    await withList(named(7, { hooks: ["ci"] }));
    project.emulator.requests.length = 0;
    const recreated = /The repository r7 was deleted in Bitbucket and created again/;
    expectRefused(await project.preview(), recreated);
    expectRefused(await up(), recreated);
    expect(project.acme.repositories.has("r7")).toBe(true);
  });

  test("is asked whether something was renamed", async () => {
    const { r7, ...others } = named(8, { hooks: ["ci"] });
    await withList({ ...others, renamed: { ...r7 } });
    const hint = /The repository renamed appeared, and r7 was removed.*aliases: \[\{ name: "r7" \}\]/;
    const preview = await project.preview();
    expect(preview.output.replace(/\s+/g, " ")).toMatch(hint);
    expect(preview.exitCode).not.toBe(0);
    const applied = await up();
    expect(applied.output.replace(/\s+/g, " ")).toMatch(hint);
    expect(applied.exitCode).not.toBe(0);
    expect(deletes()).toEqual([]);
    expect(project.acme.repositories.has("r7")).toBe(true);
  });
});

describe("other programs", () => {
  afterEach(() => project.close());

  test("a destroy meets what is protected before the first DELETE, and loses nothing of the state", async () => {
    project = await Project.startWithVault(list);
    await withList({ ...named(2, { hooks: ["ci", "chat"] }), kept: { deletion: "forbid", hooks: ["ci"] } });
    expect((await up()).exitCode).toBe(0);
    project.emulator.requests.length = 0;
    expectRefused(
      await destroy(),
      /repository acme\/kept is protected from deletion.*deletion: "allow".*Nothing was deleted/,
    );
    // A preview of it is the engine's alone, and what it says names a flag that no user has written.
    expectRefused(
      await project.pulumi(["destroy", "--preview-only", "--refresh", "--stack", "test"]),
      /repository acme\/kept is protected from deletion.*deletion: "allow".*Nothing was deleted/,
    );
    expect(await held()).toBe(8);
    await withList(named(2, { hooks: ["ci", "chat"] }));
    expectRefused(await up(), /repository acme\/kept is protected from deletion/);
    expect(await held()).toBe(8);
    expect((await destroy("--exclude-protected")).exitCode).toBe(0);
    expect([...project.acme.repositories.keys()]).toEqual(["kept"]);
  });

  test("replacements by another place count, too", async () => {
    project = await Project.startWithVault(`
const { PipelineVariable, Repository } = require("bitbucket-as-code");
const workspace = "acme";
const repositories = ["one", "two"].map((name) => new Repository(name, { workspace, name }));
const { uuid } = repositories[require("./list.json").at];
for (let index = 0; index < 12; index += 1)
  new PipelineVariable("v" + index, { workspace, repository: uuid, key: "V" + index, value: "x" });
`);
    await withList({ at: 0 as unknown as object });
    expect((await up()).exitCode).toBe(0);
    await withList({ at: 1 as unknown as object });
    project.emulator.requests.length = 0;
    expectRefused(
      await upWithPreview(),
      /would delete or replace \d+ of 14 resources, and the limit is 30 %/,
    );
    // Without a preview, as many may have been replaced by then as the limit allows, and no more.
    const straight = await up();
    expect(straight.output.replace(/\s+/g, " ")).toMatch(/would delete or replace \d+ of 14 resources/);
    expect(deletes().length).toBeLessThanOrEqual(4);
  });

  test("a program in the Automation API is held to the same", async () => {
    project = await Project.startWithVault();
    await project.write(
      "automation.js",
      `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { PipelineVariable } = require("bitbucket-as-code");
const names = process.argv.slice(2);
const program = async () => {
  for (const key of names) new PipelineVariable(key, { workspace: "acme", key, value: "x" });
};
(async () => {
  const stack = await LocalWorkspace.createOrSelectStack({ stackName: "inline", projectName: "inline", program });
  await stack.up({ onOutput: (text) => process.stdout.write(text) });
})().catch((error) => { console.log(String(error.message)); process.exit(1); });
`,
    );
    const run = (...names: string[]) =>
      project.command(process.execPath, [join(project.folder, "automation.js"), ...names]).result;
    expect((await run("A", "B", "C")).exitCode).toBe(0);
    expect(project.acme.variables.size).toBe(3);
    project.emulator.requests.length = 0;
    expectRefused(await run(), /declares none of the resources of this stack: all 3/);
    expect(project.acme.variables.size).toBe(3);
    expect((await run("A", "B")).exitCode).toBe(0);
    expect(deletes()).toHaveLength(1);
  });
});

// The program on Node, which holds the YAML against the state itself; of compiled projects: compiled.test.ts.
describe("YAML", () => {
  const yaml = (count = 9, repository = "api: { deletion: allow }") =>
    project.yaml(
      `workspace: acme\nrepositories:\n  ${repository}\nvariables:\n${Array.from({ length: count }, (_, index) => `  V${index}: one\n`).join("")}`,
    );

  let begin: () => Promise<void>;
  beforeAll(async () => {
    project = await Project.startWithVault();
    await yaml();
    expect((await up()).exitCode).toBe(0);
    begin = await project.keep();
  });
  beforeEach(() => begin());
  afterAll(() => project.close());

  test("that was emptied deletes nothing", async () => {
    await project.yaml("workspace: acme\n");
    const emptied =
      /The YAML declares none of the resources of this stack: all 10 of its resources would be deleted/;
    expectRefused(await project.cli(["preview", "test"]), emptied);
    expectRefused(await up(), emptied);
    expectRefused(await project.cli(["up", "test", "--yes"]), emptied);
    await project.yaml("");
    expectRefused(
      await project.cli(["preview", "test"]),
      /stacks\/test\.yaml:1:1: is empty\. If that is intended, set its content to \{\}/,
    );

    await yaml();
    await project.write("index.js", 'require("bitbucket-as-code/program");');
    const notExported =
      /The program declared nothing: it loads bitbucket-as-code\/program\. Did you export it\?/;
    expectRefused(await up(), notExported);
    await project.write("index.js", 'require("bitbucket-as-code");');
    expectRefused(await up(), /The program declares none of the resources of this stack/);
    await project.write("index.js", "// nothing");
    expectRefused(
      await project.cli(["up", "test", "--yes"]),
      /The program declared nothing: index\.js is empty/,
    );
    await rm(join(project.folder, "index.js"));
    expectRefused(
      await project.cli(["up", "test", "--yes"]),
      /index\.js.* is missing\. .*module\.exports = require/,
    );
    const settings = await project.read("Pulumi.yaml");
    await project.write(
      "Pulumi.yaml",
      settings.replace("main: index.js", "main: node_modules/bitbucket-as-code/dist/program.js"),
    );
    const inPackage = /is in the package bitbucket-as-code: .*write index\.js with this line/;
    expectRefused(await project.preview(), inPackage);
    expectRefused(await project.cli(["preview", "test"]), inPackage);
    await project.write("Pulumi.yaml", settings);
    await project.write("index.js", 'module.exports = require("bitbucket-as-code/program");');
    expect(await held()).toBe(10);
    expect((await project.cli(["destroy", "test", "--yes"])).exitCode).toBe(0);
    expect(deletes()).toHaveLength(10);
    await project.write("index.js", yamlProgram);
  });

  test("in which a repository was renamed, or not, has to say so before an apply", async () => {
    await yaml(9, "core: { deletion: allow }");
    const hint = /the repository core is new, and api was removed.*"renamedFrom: api".*"renamedFrom: null"/;
    const preview = await project.preview();
    expect(preview.output.replace(/\s+/g, " ")).toMatch(hint);
    // What an apply is known to refuse fails a preview, which still shows what would be created.
    expect(preview.output).toMatch(/\+ .*Repository core create/);
    expect(preview.exitCode).not.toBe(0);
    const shown = await project.cli(["preview", "test"]);
    expect(shown.output.replace(/\s+/g, " ")).toMatch(hint);
    expect(shown.output).toMatch(/- Repository api\n/);
    expect(shown.exitCode).toBe(1);
    expectRefused(await up(), hint);
    await yaml(9, "core: { deletion: allow, renamedFrom: null }");
    expect((await up()).exitCode).toBe(0);
    expect(deletes()).toHaveLength(1);
    expect([...project.acme.repositories.keys()]).toEqual(["core"]);
  });

  describe("that leaves out most of its variables", () => {
    beforeEach(() => yaml(2));

    test("is held to the limits by an engine that is not on PATH", async () => {
      const engine = await findEngine();
      const PATH = [dirname(process.execPath), "/usr/bin", "/bin"].join(":");
      const { result } = project.command(
        engine?.source === "path" ? await found(engine.path) : (engine?.pulumi ?? ""),
        ["up", "--yes", "--skip-preview", "--stack", "test", "--non-interactive"],
        { PATH },
      );
      expectRefused(
        await result,
        /would delete or replace 7 of 10 resources, and the limit is 30 %.*BITBUCKET_ALLOW_DELETIONS=7/,
      );
    });

    test("stops an apply whose state cannot be read, and says why; a preview warns", async () => {
      await project.write(
        "index.js",
        'process.env.PULUMI_BACKEND_URL = "file:///nowhere";\nmodule.exports = require("bitbucket-as-code/program");',
      );
      const preview = await project.preview();
      const text =
        /The state of the stack test could not be read: .*nowhere.*"pulumi stack export --stack test" must work/;
      expect(preview.output.replace(/\s+/g, " ")).toMatch(text);
      expect(preview.exitCode).toBe(0);
      expectRefused(await up(), text);
    });
  });
});

/** The engine's own file: a PATH has several folders. */
async function found(path: string): Promise<string> {
  const { accessSync } = await import("node:fs");
  for (const folder of path.split(":")) {
    try {
      accessSync(join(folder, "pulumi-language-nodejs"));
      return join(folder, "pulumi");
    } catch {
      // It is in another one.
    }
  }
  return "";
}
