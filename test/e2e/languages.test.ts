/** The examples, a whole program in each language, on a real engine with the SDKs that are generated from the schema. */
import { execFile, execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { exampleTokens } from "../support/emulator";
import { compiler, copyExample, type LanguageName, prepareLanguages } from "./support/languages";
import { Project, type Result } from "./support/project";
import { failWithOutput } from "./support/python";
import { documentedExamples, schemaExamples } from "./support/schemaExamples";

const execute = promisify(execFile);

jest.setTimeout(600_000);

let languages: Awaited<ReturnType<typeof prepareLanguages>>;
beforeAll(async () => {
  languages = await prepareLanguages();
});

let project: Project;
beforeEach(async () => {
  project = await Project.startWithVault();
});
afterEach(() => project.close());

const secrets = { webhookSecret: "hush-hush-secret", deployToken: "hush-hush-value" };

async function prepare(language: LanguageName): Promise<void> {
  await rm(`${project.folder}/index.js`);
  await copyExample(language, project.folder);
  await languages[language].install(project.folder);
  Object.assign(project.env, languages[language].env);
}

/** The same for every language: what `pulumi config set` encrypts is kept for the next one. */
let settings = "";
async function configure(): Promise<void> {
  const path = "Pulumi.test.yaml";
  if (settings === "") {
    await project.configure("bitbucket:workspace", "acme");
    const args = ["config", "set", "--stack", "test", "--non-interactive", "--secret"];
    for (const [name, input] of Object.entries(secrets))
      execFileSync("pulumi", [...args, name], { cwd: project.folder, env: project.env, input });
    settings = await project.read(path);
  }
  await project.write(path, settings);
}

async function expectSuccess(running: Promise<Result>): Promise<string> {
  const { exitCode, output } = await running;
  if (exitCode !== 0) throw new Error(output);
  return output;
}

test.each(["yaml", "typescript", "python", "go"] as const)(
  "the example in %s is created, shows no change, and is destroyed",
  async (language) => {
    await prepare(language);
    await configure();
    const up = await expectSuccess(project.up());
    expect(up).toContain("https://bitbucket.org/acme/api.git");
    expect(project.acme.projects.get("PLAT")?.name).toBe("Platform of Acme");
    const api = project.repository("api");
    expect(api).toMatchObject({ description: "The API", fork_policy: "no_public_forks" });
    expect([...api.hooks.values()]).toMatchObject([{ events: ["repo:push", "pullrequest:created"] }]);
    expect([...api.restrictions.values()]).toMatchObject([{ kind: "force", pattern: "main" }]);
    expect([...api.variables.values()]).toMatchObject([{ key: "DEPLOY_TOKEN", secured: true }]);
    expect(await project.stateFiles()).not.toMatch(/hush-hush/);

    expect(await expectSuccess(project.preview(["--expect-no-changes"]))).toMatch(/[78] unchanged/);
    await expectSuccess(project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]));
    expect(project.acme.repositories.size).toBe(0);
    expect(project.acme.projects.has("PLAT")).toBe(false);
  },
);

/** A program with two providers for one workspace. */
const twoProviders = (resources: readonly string[]) => `name: bitbucket
runtime: yaml
resources:
  one: { type: "pulumi:providers:bitbucket-cloud", properties: { workspace: acme, maxDeletions: 3 } }
  two: { type: "pulumi:providers:bitbucket-cloud", properties: { workspace: acme, maxDeletions: 3 } }
${resources.join("\n")}
`;

const variable = (name: string, provider: "one" | "two", key = name) => `  ${name}:
    type: bitbucket-cloud:PipelineVariable
    properties: { level: workspace, key: ${key}, value: x }
    options: { provider: "\${${provider}}" }`;

// In YAML, as its host starts without Python or Node.js: the language does not matter to the providers.
test("two providers of a program share limits and claims, and a preview says what exists", async () => {
  await prepare("yaml");
  const write = (...resources: string[]) => project.write("Pulumi.yaml", twoProviders(resources));
  const list = (name: "one" | "two", from: number) =>
    Array.from({ length: 8 - from }, (_, index) => variable(`${name.toUpperCase()}_${from + index}`, name));
  const startOver = await project.keep();
  const keys = () => [...project.acme.variables.values()].map(({ key }) => String(key)).sort();

  // One object for two resources, in whichever process they are: one of them is refused.
  await write(variable("first", "one", "SAME"), variable("second", "two", "SAME"));
  const double = await project.up();
  expect(double.exitCode).not.toBe(0);
  expect(double.output).toContain("another resource of this program has the same key");
  expect(keys()).toEqual(["SAME"]);
  await startOver();

  await write(...list("one", 0), ...list("two", 0));
  await expectSuccess(project.up());
  expect(keys()).toHaveLength(16);
  // Two of each: together more than either provider's limit.
  await write(...list("one", 2), ...list("two", 2));
  const refused = await project.up();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toMatch(/would delete or replace 4 of 16 resources, and the limit is 3/);
  expect(keys()).toHaveLength(16);
  const tooMany = await project.up({ BITBUCKET_ALLOW_DELETIONS: "3" });
  expect(tooMany.exitCode).not.toBe(0);
  expect(keys()).toHaveLength(16);
  await expectSuccess(project.up({ BITBUCKET_ALLOW_DELETIONS: "4" }));
  expect(keys()).toHaveLength(12);

  // Moved to the other provider: what the one has created anew, the other does not delete.
  await write(...list("one", 2), ...list("two", 3), variable("TWO_2", "one"));
  await expectSuccess(project.up());
  expect(keys()).toHaveLength(12);
  expect(await expectSuccess(project.preview(["--expect-no-changes"]))).toMatch(/15 unchanged/);

  await project.somebody("POST", "/workspaces/acme/pipelines-config/variables", {
    type: "pipeline_variable",
    key: "OURS",
    value: "x",
    secured: false,
  });
  await write(...list("one", 2), ...list("two", 3), variable("TWO_2", "one"), variable("OURS", "two"));
  expect(await expectSuccess(project.preview())).toMatch(/OURS[\s\S]*exists: to be adopted unchanged/);
});

/** The file of a program with one webhook, and how it is written: of a repository, or of what comes out as nothing. */
const webhook: Readonly<
  Record<LanguageName, readonly [file: string, write: (event: string, hasRepository: boolean) => string]>
> = {
  yaml: [
    "Pulumi.yaml",
    (event, hasRepository) => `name: bitbucket
runtime: yaml
resources:
  ci:
    type: bitbucket-cloud:Webhook
    properties:
      repository: ${hasRepository ? "api" : "null"}
      url: https://ci.example.com
      events: ["repo:push", "${event}"]
`,
  ],
  typescript: [
    "index.ts",
    (event, hasRepository) => `import * as pulumi from "@pulumi/pulumi";
import * as bitbucket from "pulumi-bitbucket-cloud";
const repository = pulumi.output<any>(${hasRepository ? '"api"' : "undefined"});
new bitbucket.Webhook("ci", { repository, url: "https://ci.example.com", events: ["repo:push", "${event}" as any] });
`,
  ],
  python: [
    "__main__.py",
    (event, hasRepository) => `import pulumi
import pulumi_bitbucket_cloud as bitbucket
repository = pulumi.Output.from_input(${hasRepository ? '"api"' : "None"})
bitbucket.Webhook("ci", repository=repository, url="https://ci.example.com", events=["repo:push", "${event}"])
`,
  ],
  go: [
    "main.go",
    (event, hasRepository) => `package main

import (
	"github.com/bitbucket-as-code/bitbucket-as-code/sdk/go/bitbucketcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var repository pulumi.StringPtrInput
		if ${hasRepository} {
			repository = pulumi.String("api")
		}
		_, err := bitbucketcloud.NewWebhook(ctx, "ci", &bitbucketcloud.WebhookArgs{
			Repository: repository,
			Url:        pulumi.String("https://ci.example.com"),
			Events:     bitbucketcloud.WebhookEventArray{"repo:push", "${event}"},
		})
		return err
	})
}
`,
  ],
};

test.each(["yaml", "typescript", "python", "go"] as const)(
  "in %s, a mistake is reported with its path, and a webhook of an undefined repository is not created in the workspace",
  async (language) => {
    await prepare(language);
    const [file, write] = webhook[language];
    const refused = async (event: string, hasRepository: boolean) => {
      await project.write(file, write(event, hasRepository));
      const { exitCode, output } = await project.pulumi(
        ["up", "--yes", "--skip-preview", "--stack", "test"],
        { BITBUCKET_WORKSPACE: "acme" },
      );
      expect(exitCode).not.toBe(0);
      return output;
    };
    const wrong = await refused("repo:forkk", true);
    expect(wrong).toMatch(
      /events\[1\] is not one of the \d+ allowed values\. Did you mean \\?"repo:fork\\?"/,
    );
    expect(await refused("repo:fork", false)).toMatch(/level/);
    expect(project.acme.hooks.size).toBe(0);
    expect(project.writes).toEqual([]);
  },
);

/** A program with a misspelled name, and what it gets. */
const misspelled: Readonly<Record<LanguageName, readonly [text: string, says: RegExp]>> = {
  yaml: [
    `name: bitbucket
runtime: yaml
resources:
  api: { type: "bitbucket-cloud:Repository", properties: { name: api, workspace: acme, descripton: x } }
`,
    /descripton[\s\S]*(Did you mean|does not exist)/,
  ],
  typescript: [
    `import * as bitbucket from "pulumi-bitbucket-cloud";
const development = { nmae: "main" } as any;
new bitbucket.BranchingModel("model", { workspace: "acme", repository: "api", development });
`,
    /development has an unknown property \\?"nmae\\?"\. Did you mean \\?"name\\?"/,
  ],
  python: [
    `import pulumi_bitbucket_cloud as bitbucket
bitbucket.BranchingModel("model", workspace="acme", repository="api", development={"nmae": "main"})
`,
    /development has an unknown property \\?"nmae\\?"\. Did you mean \\?"name\\?"/,
  ],
  go: [
    `package main

import (
	"github.com/bitbucket-as-code/bitbucket-as-code/sdk/go/bitbucketcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := bitbucketcloud.NewRepository(ctx, "api", &bitbucketcloud.RepositoryArgs{Descripton: pulumi.String("x")})
		return err
	})
}
`,
    /unknown field Descripton/,
  ],
};

test.each(["yaml", "typescript", "python", "go"] as const)(
  "in %s, a misspelled name is reported with its path",
  async (language) => {
    await prepare(language);
    const [text, says] = misspelled[language];
    await project.write(webhook[language][0], text);
    const { exitCode, output } = await project.preview();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(says);
  },
);

test("in Python, a problem with the credential is reported once, and an import id that names nothing by an example", async () => {
  await prepare("python");
  await project.write(
    "__main__.py",
    `import pulumi_bitbucket_cloud as bitbucket
for i in range(4):
    bitbucket.Webhook(f"ci{i}", workspace="acme", level="workspace", url=f"https://ci{i}.example.com", events=["repo:push"])
`,
  );
  const refused = async (env: Record<string, string>, says: RegExp) => {
    const { exitCode, output } = await project.up(env);
    expect(exitCode).not.toBe(0);
    // The engine prints each error while it runs as well.
    const summary = output.slice(output.indexOf("Diagnostics:"));
    expect(summary.match(new RegExp(says.source, "g")) ?? [output]).toHaveLength(1);
    expect(summary).toMatch(says);
  };
  await refused({ BITBUCKET_TOKEN: "", BITBUCKET_EMAIL: "" }, /There is no Bitbucket token/);
  await refused({ BITBUCKET_TOKEN: "ATATT-wrong-token-of-nobody" }, /did not accept the credential/);
  await refused({ BITBUCKET_TOKEN: exampleTokens.withoutWebhooks }, /missing: read:webhook:bitbucket/);
  expect(project.acme.hooks.size).toBe(0);

  const options = ["--yes", "--skip-preview", "--generate-code=false", "--stack", "test"];
  const type = "bitbucket-cloud:index:Webhook";
  const imported = (id: string) =>
    project.pulumi(["import", type, "ci", id, ...options], { BITBUCKET_WORKSPACE: "acme" });
  const nonsense = await imported("nonsense");
  expect(nonsense.exitCode).not.toBe(0);
  expect(nonsense.output).toMatch(
    /"nonsense" is not an id of a webhook\. An id of a webhook looks like acme\/api#https:/,
  );
  const nothing = await imported("acme#https://nowhere.example.com");
  expect(nothing.output).toMatch(
    /does not match a webhook that this credential can access\. An id of a webhook looks like acme\//,
  );
});

// Those in YAML are held against the kinds in test/native/schema.test.ts.
describe("the examples of the schema and of the documentation compile", () => {
  test("as TypeScript", async () => {
    const folder = join(project.folder, "examples");
    await mkdir(join(folder, "node_modules"), { recursive: true });
    await languages.typescript.install(folder);
    await symlink(join(project.checkout, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
    for (const { kind, text } of documentedExamples("typescript"))
      await writeFile(join(folder, `${kind}.ts`), text);
    for (const name of ["index.ts", "tsconfig.json"])
      await cp(join(project.checkout, "examples", "typescript", name), join(folder, name));
    const settings = JSON.parse(await readFile(join(folder, "tsconfig.json"), "utf8"));
    delete settings.files;
    settings.compilerOptions.moduleDetection = "force";
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    await run(process.execPath, [compiler, "--singleThreaded", "-p", folder], folder);
  });

  /** Each is run with mocks: a wrong argument's name fails, which compiling alone does not see. */
  test("as Python, and run", async () => {
    const examples = documentedExamples("python");
    await project.write("examples.json", JSON.stringify(examples));
    await project.write("run.py", runExamples);
    const { PYTHONPATH = "" } = languages.python.env;
    const printed = await run(languages.interpreter, ["run.py"], project.folder, { PYTHONPATH });
    expect(printed.trim()).toBe(`${examples.length} ran`);
    await run(languages.interpreter, ["-m", "compileall", "-q", PYTHONPATH], project.folder);
  });

  // No compiler of C# comes from a registry: the grammar is checked, and each name of the examples.
  test("as C#, as far as grammar and names go", async () => {
    const examples = schemaExamples("csharp");
    await project.write("csharp.json", JSON.stringify(examples));
    const script = join(__dirname, "support", "csharp.py");
    const args = [script, join(languages.sdks, "dotnet"), join(project.folder, "csharp.json")];
    const printed = await run(languages.interpreter, args, project.folder);
    expect(printed.trim()).toMatch(new RegExp(`^\\d\\d+ files, ${examples.length} examples$`));
  });

  test("as Go", async () => {
    const folder = join(project.folder, "examples");
    await cp(join(project.checkout, "examples", "go"), folder, { recursive: true });
    await languages.go.install(folder);
    for (const { kind, text } of documentedExamples("go")) {
      await mkdir(join(folder, kind));
      await writeFile(join(folder, kind, "main.go"), text);
    }
    await run("go", ["vet", "./..."], folder, languages.go.env);
  });
});

const runExamples = `import json, pulumi, re
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [args.name, {"uuid": "{1}", **args.inputs}]
    def call(self, args):
        return {}
pulumi.runtime.set_mocks(Mocks())
examples = json.load(open("examples.json"))
names = {name for example in examples for name in re.findall('require_secret."([A-Za-z]+)"', example["text"])}
pulumi.runtime.set_all_config({f"project:{name}": "x" for name in names})
for example in examples:
    exec(compile(example["text"], example["kind"], "exec"), {})
print(len(examples), "ran")
`;

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  const { stdout } = await execute(program, args, options).catch(failWithOutput);
  return stdout;
}
