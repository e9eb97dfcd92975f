/** The files of a new project: what `init` writes into folders of all kinds, and the templates of `pulumi new`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { writeProject } from "../../src/cli/init/write";
import { loadStack } from "../../src/desired";
import { findProgramProblem } from "../../src/pulumi/programFile";
import { type ProjectDescription, projectFiles, readCurrentBackend } from "../../src/scaffold";

const root = resolve(__dirname, "..", "..");
const languages = ["yaml", "typescript"] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scaffold-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function describeProject(language: ProjectDescription["language"]): ProjectDescription {
  return { workspace: "acme", language };
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const read = (path: string) => readFileSync(join(folder, path), "utf8");

test.each(languages)("the template for %s becomes the files that init writes", (language) => {
  const template = join(root, "templates", language);
  const paths = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(template.length + 1));
  // As pulumi new replaces it, in names and in texts.
  const fill = (text: string) => text.replaceAll("$" + "{PROJECT}", "acme");
  const filled = new Map(paths.map((path) => [fill(path), fill(readFileSync(join(template, path), "utf8"))]));
  const settings: { template?: unknown } = parse(filled.get("Pulumi.yaml") ?? "");
  expect(settings.template).toMatchObject({ description: expect.stringMatching(/Bitbucket/) });
  const written = projectFiles(describeProject(language));
  filled.set("Pulumi.yaml", filled.get("Pulumi.yaml")?.replace(/^template:\n[\s\S]*/m, "") ?? "");
  expect([...filled].sort()).toEqual([...written].sort());
});

test("a compiled project has the settings of the documentation and no program", () => {
  const files = projectFiles({ ...describeProject("yaml"), program: "compiled" });
  writeProject(folder, files);
  expect([...files.keys()]).toEqual([
    "package.json",
    "Pulumi.yaml",
    "stacks/acme.yaml",
    ".gitignore",
    "README.md",
  ]);
  expect(findProgramProblem(folder)).toBeUndefined();
  const page = readFileSync(join(root, "docs", "how-to", "compile.md"), "utf8");
  const [, documented = ""] = /```yaml\n(name:[\s\S]*?)```/.exec(page) ?? [];
  expect(parse(read("Pulumi.yaml"))).toMatchObject({ ...parse(documented), name: "acme" });
  expect(JSON.parse(read("package.json")).dependencies).toEqual({ "bitbucket-as-code": expect.any(String) });
});

test("pnpm is told not to ask for the script of a package, and no other manager is", () => {
  const files = projectFiles({ ...describeProject("yaml"), packageManager: "pnpm" });
  expect(parse(files.get("pnpm-workspace.yaml") ?? "")).toEqual({
    packages: ["."],
    allowBuilds: { protobufjs: false },
  });
  expect([...projectFiles(describeProject("yaml")).keys()]).not.toContain("pnpm-workspace.yaml");
});

test.each([
  ["npm", "20.18.1", "^", undefined],
  ["pnpm", "20.18.1", "~3.248.", undefined],
  ["bun", "20.18.1", "~3.248.", undefined],
  ["yarn", "20.18.1", "~3.248.", "~3.248."],
  ["yarn", "22.0.0", "^", undefined],
] as const)("%s on Node.js %s takes an SDK that supports it", (packageManager, node, range, resolution) => {
  const files = projectFiles({ ...describeProject("yaml"), packageManager, node });
  const { dependencies, resolutions } = JSON.parse(files.get("package.json") ?? "");
  const startsWith = (text: string) =>
    expect.stringMatching(new RegExp(`^${text.replace(/[\^.]/g, "\\$&")}`));
  expect(dependencies["@pulumi/pulumi"]).toEqual(startsWith(range));
  expect(resolutions?.["@pulumi/pulumi"]).toEqual(
    resolution === undefined ? undefined : startsWith(resolution),
  );
  put("package.json", '{ "resolutions": { "zod": "4" } }');
  writeProject(folder, files);
  expect(JSON.parse(read("package.json")).resolutions).toMatchObject({ ...resolutions, zod: "4" });
});

test("the YAML is valid as it is, and as its comment says", async () => {
  writeProject(folder, projectFiles(describeProject("yaml")));
  expect(findProgramProblem(folder)).toBeUndefined();
  const file = join(folder, "stacks", "acme.yaml");
  expect((await loadStack(file)).resources).toEqual([]);
  put("stacks/acme.yaml", read("stacks/acme.yaml").replace(/^#(?! yaml-| To begin) ?/gm, ""));
  expect((await loadStack(file)).resources.map(({ kind }) => kind.name)).toEqual([
    "Project",
    "Repository",
    "PipelineVariable",
  ]);
});

test.each([
  ["no program", undefined, /index\.js is missing/],
  ["comments alone", "/* soon */\n// here\n'use strict';\n", /declared nothing: index\.js is empty/],
  ["a program", "require('x');", undefined],
])("a project with %s is recognized", (_what, program, told) => {
  put("Pulumi.yaml", "name: acme\nruntime: nodejs\n");
  if (program !== undefined) put("index.js", program);
  const problem = findProgramProblem(folder);
  if (told === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(told);
});

test("a copied main that leads into the package is refused, and the package's own is not", () => {
  put("Pulumi.yaml", "name: acme\nruntime: nodejs\nmain: node_modules/bitbucket-as-code/dist/program.js\n");
  put("node_modules/bitbucket-as-code/package.json", '{ "name": "bitbucket-as-code" }');
  put("node_modules/bitbucket-as-code/dist/program.js", "run();");
  expect(findProgramProblem(folder)).toMatch(/Take the line "main:" out of Pulumi\.yaml/);
  expect(findProgramProblem(root)).toBeUndefined();
});

test("files that exist keep what is in them", () => {
  put(
    "package.json",
    '{\n\t"name": "ours",\n\t"dependencies": { "zod": "4", "bitbucket-as-code": "file:x.tgz" }\n}\n',
  );
  put(".gitignore", "dist");
  put("README.md", "Ours");
  const written = writeProject(folder, projectFiles(describeProject("yaml")));
  expect(written).toEqual(["package.json", "Pulumi.yaml", "index.js", "stacks/acme.yaml", ".gitignore"]);
  expect(JSON.parse(read("package.json"))).toEqual({
    name: "ours",
    dependencies: { "@pulumi/pulumi": expect.any(String), "bitbucket-as-code": "file:x.tgz", zod: "4" },
  });
  expect(read("package.json")).toMatch(/^\t"name"/m);
  expect(read(".gitignore")).toBe("dist\nnode_modules/\nplan*.json\n.listen/\n");
  expect(read("README.md")).toBe("Ours");
});

test("a program of others is not written over, and nothing is written beside it", () => {
  put("index.js", "theirs();");
  expect(() => writeProject(folder, projectFiles(describeProject("yaml")))).toThrow(/has index\.js already/);
  expect(readdirSync(folder)).toEqual(["index.js"]);
});

test("the backend of pulumi login is known without its tokens", () => {
  const env = { PULUMI_HOME: folder };
  expect(readCurrentBackend(env)).toBeUndefined();
  put("credentials.json", '{ "current": "file://~", "accessTokens": { "https://api.pulumi.com": "x" } }');
  expect(readCurrentBackend(env)).toBe("file://~");
  expect(readCurrentBackend({ ...env, PULUMI_BACKEND_URL: "s3://state" })).toBe("s3://state");
  put("credentials.json", "{");
  expect(readCurrentBackend(env)).toBeUndefined();
});
