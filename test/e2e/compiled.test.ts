/** A project whose stacks are compiled to Pulumi YAML, as a user runs it with plain `pulumi` and with the command line. */
import { execFileSync } from "node:child_process";
import { until } from "./support/processes";
import { Project, type Result } from "./support/project";

jest.setTimeout(240_000);

const secrets = { CI_SECRET: "s3cret-of-the-webhook", DEPLOY_TOKEN: "t0ken-for-deployments" };
const configured = "hush-of-the-configuration";

// biome-ignore lint/suspicious/noTemplateCurlyInString: Pulumi YAML would take a part of it for an expression.
const projectName = "Platform ${of} $Acme";

const stack = (description: string) => `
workspace: acme
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
projects:
  PLAT: { name: "${projectName}" }
repositories:
  api:
    project: PLAT
    description: ${description}
    webhooks:
      ci:
        url: https://ci.example.com
        events: [repo:push, repo:updated]
        secret: { fromEnv: CI_SECRET }
    variables:
      LOG_LEVEL: info
      TOKEN: { fromEnv: DEPLOY_TOKEN }
      FROM_CONFIG: { fromConfig: deployToken }
    environments:
      Production:
        type: Production
        variables:
          DEPLOY_TOKEN: { fromEnv: DEPLOY_TOKEN }
variables:
  REGION: eu
`;
/** With that of the stack itself. */
const resources = 10;

let project: Project;

async function start(): Promise<void> {
  project = await Project.start();
  await project.runOn("yaml");
  Object.assign(project.env, secrets);
}

function configure(name: string, input: string, ...flags: readonly string[]): void {
  const args = ["config", "set", ...flags, "--stack", "test", name, "--non-interactive"];
  execFileSync("pulumi", args, { cwd: project.folder, env: project.env, input });
}

async function succeed(running: Promise<Result>): Promise<string> {
  const { exitCode, output } = await running;
  if (exitCode !== 0) throw new Error(output);
  return output;
}

async function refuse(running: Promise<Result>, message: RegExp): Promise<string> {
  project.emulator.requests.length = 0;
  const { exitCode, output } = await running;
  expect(output.replace(/\s+/g, " ")).toMatch(message);
  expect(output).not.toMatch(/^ +at \S+ \(/m);
  expect(exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
  return output;
}

const destroy = () => project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
const upWithPreview = (...args: readonly string[]) =>
  project.pulumi(["up", "--yes", "--stack", "test", ...args]);

describe("a workspace", () => {
  beforeAll(async () => {
    await start();
    configure("deployToken", configured, "--secret");
    await project.yaml(stack("The public API"));
  });
  afterAll(() => project.close());

  test("is created, without a secret in the state, the program or what is printed", async () => {
    expect(await succeed(project.up())).toContain(`+ ${resources} created`);
    const api = project.repository("api");
    expect(api).toMatchObject({ description: "The public API", project: "PLAT" });
    expect(project.acme.projects.get("PLAT")?.name).toBe(projectName);
    const values = Object.fromEntries([...api.variables.values()].map(({ key, value }) => [key, value]));
    expect(values).toMatchObject({ LOG_LEVEL: "info", TOKEN: secrets.DEPLOY_TOKEN, FROM_CONFIG: configured });
    const program = await project.command(
      process.execPath,
      [`${project.checkout}/dist/cli/main.js`, "compile"],
      {
        PULUMI_STACK: "test",
        PULUMI_PROJECT: "bitbucket",
        PULUMI_CONFIG: JSON.stringify({ "bitbucket:deployToken": configured }),
      },
    ).result;
    expect(program.exitCode).toBe(0);
    expect(program.stdout).toContain("TOKEN");
    const all = [program.output, ...project.outputs, await project.stateFiles()].join("\n");
    for (const secret of [...Object.values(secrets), configured]) expect(all).not.toContain(secret);
  });

  test("shows no change, and what was changed by hand, and by the YAML", async () => {
    expect(await succeed(project.preview(["--expect-no-changes"]))).toContain(`${resources} unchanged`);
    await project.somebody("PUT", "/repositories/acme/api", { description: "by hand" });
    await project.yaml(stack("Another"));
    const applied = await succeed(upWithPreview("--diff"));
    expect(applied).toMatch(/description: "by hand" +=> "Another"/);
    expect(applied).toMatch(/~ 1 updated\s+9 unchanged/);
    expect(project.repository("api").description).toBe("Another");
  });

  test("takes what repositories set in files of their own, and nothing beyond the rules", async () => {
    const own = "{ repositoryFile: true, repositories: api, allow: description }";
    await project.yaml(`${stack("Another")}delegation: { rules: { own: ${own} } }\n`);
    await project.commit("api", ".bitbucket/settings.yaml", "description: From its file\n");
    expect(await succeed(project.preview(["--diff"]))).toMatch(/description: "Another" +=> "From its file"/);
    await project.commit("api", ".bitbucket/settings.yaml", "isPrivate: false\n");
    await refuse(project.up(), /settings\.yaml@\w+:1:1 isPrivate: .* the rule "own"/);
    await project.yaml(stack("Another"));
  });

  test("goes to the dynamic program and back, each time with no change", async () => {
    const unchanged = `${resources} unchanged`;
    const look = ["preview", "test", "--expect-no-changes"];
    for (const [round, runtime] of ["nodejs", "yaml", "nodejs", "yaml"].entries()) {
      await project.runOn(runtime as "nodejs" | "yaml");
      project.emulator.requests.length = 0;
      if (round < 2) expect(await succeed(project.preview(["--expect-no-changes"]))).toContain(unchanged);
      expect(await succeed(project.up())).toContain(unchanged);
      if (round < 2) {
        expect(await succeed(project.cli(look))).toContain(`${resources - 1} unchanged`);
        await succeed(project.pulumi(["refresh", "--yes", "--skip-preview", "--stack", "test"]));
      }
      expect(project.writes).toEqual([]);
      const { resources: kept = [] } = await project.deployment();
      const own = kept.filter(({ type }) => /bitbucket/.test(type) && !/providers/.test(type));
      expect(own).toHaveLength(resources - 1);
      expect(new Set(own.map(({ type }) => type.split(":")[0]))).toEqual(
        new Set([runtime === "yaml" ? "bitbucket-cloud" : "pulumi-nodejs"]),
      );
    }
  });

  test("is renamed in place, and shown by the command line", async () => {
    const { uuid } = project.repository("api");
    await project.yaml(stack("Another").replace("  api:\n", "  core:\n    renamedFrom: api\n"));
    const applied = await succeed(project.cli(["up", "test", "--yes"]));
    expect(applied).toMatch(/Repository core is what the state has as api/);
    expect(applied).toMatch(/~ Repository core/);
    expect(project.repository("core").uuid).toBe(uuid);
    expect(project.acme.repositories.size).toBe(1);
    expect(await succeed(project.cli(["preview", "test", "--expect-no-changes"]))).toMatch(
      /unchanged|no change/i,
    );
  });

  test("is destroyed", async () => {
    await succeed(destroy());
    expect(project.acme.repositories.size).toBe(0);
    expect(project.acme.projects.has("PLAT")).toBe(false);
  });
});

describe("nothing is deleted that nobody meant", () => {
  const variables = (count: number) =>
    `workspace: acme\nvariables:${count === 0 ? " {}" : ""}\n${Array.from({ length: count }, (_, index) => `  V${index}: one\n`).join("")}`;
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await start();
    await project.yaml(variables(20));
    await succeed(project.up());
    restore = await project.keep();
  });
  beforeEach(() => restore());
  afterAll(() => project.close());

  test("when the YAML was emptied, or lost a share that is more than the limit", async () => {
    await project.yaml("workspace: acme\n");
    const emptied = /The YAML declares none of the resources of this stack: all 20 of its resources/;
    await refuse(project.up(), emptied);
    await refuse(upWithPreview(), emptied);
    await refuse(project.cli(["up", "test", "--yes"]), emptied);
    await project.yaml(variables(2));
    const more = /would delete or replace 18 of 20 resources, and the limit is 30 %/;
    await refuse(project.up(), more);
    const settings = await project.read("Pulumi.test.yaml");
    await project.configure("bitbucket:maxDeletions", "1");
    await project.yaml(variables(18));
    await refuse(project.up(), /would delete or replace 2 of 20 resources, and the limit is 1/);
    await succeed(project.up({ BITBUCKET_ALLOW_DELETIONS: "2" }));
    await project.write("Pulumi.test.yaml", settings);
    expect(project.writes.filter((write) => write.startsWith("DELETE"))).toHaveLength(2);
  });

  test("when the compiler declares less than the YAML: the provider counts for itself", async () => {
    await project.yaml(variables(20));
    const broken = (await project.read("Pulumi.yaml")).replace(/compiler: .*/, "compiler: node compile.cjs");
    await project.write("Pulumi.yaml", broken);
    await project.write(
      "compile.cjs",
      'console.log(JSON.stringify({ name: "bitbucket", runtime: "yaml", resources: {} }))',
    );
    await refuse(project.up(), /declares none of the resources of this stack: all 20 of its resources/);
    await project.runOn("yaml");
    expect(await succeed(project.preview(["--expect-no-changes"]))).toContain("21 unchanged");
  });
});

describe("nothing of the repositories is deleted that nobody meant", () => {
  const yaml = (...entries: readonly string[]) =>
    project.yaml(
      `workspace: acme\nvariables: { V0: one, V1: one }\nrepositories:\n  ${entries.join("\n  ")}\n`,
    );
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await start();
    await yaml("api: { deletion: allow }", "web: {}");
    await succeed(project.up());
    restore = await project.keep();
  });
  beforeEach(() => restore());
  afterAll(() => project.close());

  test("when a repository was renamed, or not: a preview asks, and an apply stops", async () => {
    await yaml("core: { deletion: allow }", "web: {}");
    const hint = /the repository core is new, and api was removed.*"renamedFrom: api".*"renamedFrom: null"/;
    await refuse(project.preview(), hint);
    await refuse(project.up(), hint);
    const said = await refuse(project.cli(["up", "test", "--yes"]), hint);
    expect(said).not.toMatch(/openProgram|compiledProgram/);
    await yaml("core: { deletion: allow, renamedFrom: null }", "web: {}");
    await succeed(project.up());
    expect([...project.acme.repositories.keys()].sort()).toEqual(["core", "web"]);
  });

  test("when one is protected that would be deleted", async () => {
    await yaml("api: { deletion: allow }");
    await refuse(project.up(), /deletion: "?allow/);
    await refuse(destroy(), /cannot be deleted because it is protected/);
    expect(project.acme.repositories.size).toBe(2);
  });
});

describe("a mistake", () => {
  beforeAll(start);
  afterAll(() => project.close());

  test("in the YAML is shown with its place, and stops the run before the first change", async () => {
    await project.yaml("workspace: acme\nrepositories:\n  api:\n    webhoks: {}\n");
    const place = /stacks\/test\.yaml:4:5 repositories\.api\.webhoks: .*Did you mean "webhooks"/;
    await refuse(project.up(), place);
    await refuse(project.cli(["preview", "test"]), place);
    await project.yaml("workspace: acme\nvariables: { TOKEN: { fromEnv: NOT_SET_YET } }\n");
    await refuse(project.up(), /stacks\/test\.yaml:2:\d+.*the environment variable NOT_SET_YET is not set/);
  });

  test("in the environment does not run another stack's YAML", async () => {
    await project.yaml("workspace: acme\nvariables: { REGION: eu }\n");
    await project.write("stacks/other.yaml", "workspace: acme\nvariables: { OTHER: eu }\n");
    await refuse(project.up({ PULUMI_STACK: "other" }), /compiled for the stack other, and this is test/);
  });
});

test("an unmanaged object is removed as the YAML says, and warnings are shown", async () => {
  await start();
  try {
    const yaml = (policy: string) =>
      project.yaml(`workspace: acme\nrepositories: { api: { deletion: allow, unmanaged: ${policy} } }\n`);
    await yaml("ignore");
    await succeed(project.up());
    await project.somebody("POST", "/repositories/acme/api/pipelines_config/variables/", {
      key: "BY_HAND",
      value: "one",
      secured: false,
    });
    await yaml("report");
    expect(await succeed(project.preview())).toMatch(/BY_HAND/);
    await yaml("remove");
    const [previewed = "", applied] = (await succeed(upWithPreview())).split("Updating (test)");
    expect(previewed).toMatch(/UnmanagedRemoval/);
    expect(applied).toMatch(/UnmanagedRemoval/);
    expect(project.repository("api").variables.size).toBe(0);
    expect(await succeed(project.cli(["preview", "test", "--expect-no-changes"]))).not.toMatch(/BY_HAND/);
  } finally {
    await project.close();
  }
});

test("what a killed run without checkpoints has done is found by the next one, and nothing is made twice", async () => {
  await start();
  try {
    const repositories = Array.from(
      { length: 4 },
      (_, index) => `
  service-${index}:
    project: PLAT
    webhooks: { ci: { url: "https://ci${index}.example.com/hook", events: [repo:push], secret: { fromEnv: CI_SECRET } } }
    variables: { LOG_LEVEL: info, TOKEN: { fromEnv: DEPLOY_TOKEN } }
    environments: { Production: { type: Production, adminOnly: true } }`,
    );
    await project.yaml(
      `workspace: acme\nprojects: { PLAT: { name: Platform } }\nrepositories:${repositories.join("")}\n`,
    );
    const skipped = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
    // The kills depend on the state, not the clock: each one hits another moment of the work.
    for (const writes of [3, 11, 18]) {
      const { child, result } = project.start(["up", "--yes", "--skip-preview", "--stack", "test"], skipped);
      let ended = false;
      void result.then(() => {
        ended = true;
      });
      await until(() => ended || project.writes.length >= writes);
      if (child.pid && !ended) process.kill(-child.pid, "SIGKILL");
      await result;
      await project.unlock();
    }
    await succeed(project.up(skipped));
    expect(project.acme.repositories.size).toBe(4);
    for (const repository of project.acme.repositories.values()) {
      expect([...repository.hooks.values()]).toHaveLength(1);
      expect([...repository.variables.values()].map(({ key }) => key).sort()).toEqual(["LOG_LEVEL", "TOKEN"]);
      expect([...repository.environments.values()].map(({ adminOnly }) => adminOnly)).toEqual([true]);
    }
    await succeed(project.cli(["preview", "test", "--expect-no-changes"]));
  } finally {
    await project.close();
  }
});
