/** The native provider on a real engine, with Pulumi's own YAML. */
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { kinds } from "../../src/kinds";
import { type Kind, type Properties, secretFieldsOf } from "../../src/kinds/kind";
import { levelField, neededLevel } from "../../src/model/level";
import { sampleOf } from "../kinds/samples/sample";
import { World } from "../kinds/support";
import { exampleTokens } from "../support/emulator";
import { Project } from "./support/project";

jest.setTimeout(240_000);

type Resource = {
  readonly type: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
};

/** An output of another resource, in Pulumi YAML's syntax. */
const output = (path: string) => `\${${path}}`;

let project: Project;
beforeEach(async () => {
  project = await Project.startWithVault();
  secrets = new Set();
});
afterEach(() => project.close());

/** Names of the stack's secrets. */
let secrets: Set<string>;

/** Puts a secret into the stack's configuration: programs contain none. */
async function setSecret(name: string, value: string): Promise<void> {
  const args = ["config", "set", "--secret", "--stack", "test", name, "--non-interactive"];
  execFileSync("pulumi", args, { cwd: project.folder, env: project.env, input: value });
  secrets.add(name);
}

/** Writes the program. */
async function program(
  resources: Readonly<Record<string, Resource>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await project.write(
    "Pulumi.yaml",
    stringify({
      name: "bitbucket",
      runtime: "yaml",
      plugins: { providers: [{ name: "bitbucket-cloud", path: join(project.checkout, "plugin") }] },
      config: {
        "bitbucket-cloud:workspace": { value: "acme" },
        ...Object.fromEntries([...secrets].map((name) => [name, { type: "string", secret: true }])),
      },
      ...more,
      resources,
    }),
  );
}

const state = async () => (await project.deployment()).resources ?? [];

async function expectSuccess(running: ReturnType<Project["up"]>): Promise<string> {
  const { exitCode, output } = await running;
  if (exitCode !== 0) throw new Error(output);
  return output;
}

const platform: Resource = {
  type: "bitbucket-cloud:Project",
  properties: { key: "PLAT", name: "Platform", deletion: "allow" },
};
const api: Resource = {
  type: "bitbucket-cloud:Repository",
  properties: { name: "api", project: output("platform.key"), deletion: "allow" },
};
const ci = (more: Readonly<Record<string, unknown>> = {}): Resource => ({
  type: "bitbucket-cloud:Webhook",
  properties: {
    repository: output("api.uuid"),
    url: "https://ci.example.com",
    events: ["repo:push"],
    ...more,
  },
});

test("a project, its repository, a webhook and a variable are made, seen to drift, changed and destroyed", async () => {
  const variable: Resource = {
    type: "bitbucket-cloud:PipelineVariable",
    properties: {
      repository: output("api.uuid"),
      level: "repository",
      key: "TOKEN",
      value: output("variableSecret"),
      secured: true,
    },
  };
  await setSecret("hookSecret", "hush-hush-secret");
  await setSecret("variableSecret", "hush-hush-value");
  const all = { platform, api, ci: ci({ secret: output("hookSecret") }), variable };
  await program(all, { outputs: { clone: output("api.cloneHttps"), hook: output("ci.uuid") } });
  const up = await expectSuccess(project.up());
  expect(up).toContain("https://bitbucket.org/acme/api.git");
  expect(await project.stateFiles()).not.toMatch(/hush-hush/);
  expect(await expectSuccess(project.preview(["--expect-no-changes"]))).toContain("5 unchanged");

  // Somebody changes the webhook: it is detected without an option in Pulumi.yaml, beside what the program changes.
  const hook = [...project.repository("api").hooks.values()][0];
  if (!hook) throw new Error("there is no webhook");
  hook.active = false;
  await program({ ...all, ci: ci({ secret: output("hookSecret"), events: ["issue:created", "repo:push"] }) });
  const detailed = await expectSuccess(project.preview(["--diff"]));
  expect(detailed).toMatch(/~ active +: true => false/);
  expect(detailed).toMatch(/1 to update/);
  expect(detailed).toMatch(/\[0\]: "repo:push" => "issue:created"/);
  await expectSuccess(project.up());
  expect(hook.active).toBe(true);
  expect((hook.events as string[]).toSorted()).toEqual(["issue:created", "repo:push"]);

  // An ignored property stays as somebody has set it.
  hook.description = "somebody's";
  await program({
    ...all,
    ci: {
      ...ci({ secret: output("hookSecret"), events: ["issue:created", "repo:push"], description: "ours" }),
      options: { ignoreChanges: ["description"] },
    },
  });
  await expectSuccess(project.up());
  expect(hook.description).toBe("somebody's");

  await expectSuccess(project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]));
  expect(project.acme.repositories.size).toBe(0);
});

const carolsToken = "ATATT3xFf-emulator-carol-of-globex";

/** Carol's own workspace, with a token of hers. */
function carolsWorkspace() {
  const { state: held } = project.emulator;
  const carol = [...held.users.values()].find(({ nickname }) => nickname === "carol");
  const globex = held.workspaces.get("globex");
  if (!carol || !globex) throw new Error("Carol and her workspace are not there");
  held.tokens.push({
    name: "carol",
    secret: carolsToken,
    scopes: ["*"],
    kind: "api_token",
    user: carol.uuid,
  });
  return globex;
}

test("each provider of a program has its own workspace and credential, and judges its own resources", async () => {
  const { acme } = project;
  const globex = carolsWorkspace();
  await setSecret("carolsToken", carolsToken);
  const repository = (provider: string, workspace: string, index: number): Resource => ({
    type: "bitbucket-cloud:Repository",
    properties: { name: `${workspace}-${index}`, deletion: "allow" },
    options: { provider: `\${${provider}}` },
  });
  const providers: Record<string, Resource> = {
    one: { type: "pulumi:providers:bitbucket-cloud", properties: { workspace: "acme" } },
    two: {
      type: "pulumi:providers:bitbucket-cloud",
      properties: {
        workspace: "globex",
        email: "carol@acme.example",
        token: output("carolsToken"),
      },
    },
  };
  const all: Record<string, Resource> = { ...providers };
  for (let index = 0; index < 6; index += 1) {
    all[`acme-${index}`] = repository("one", "acme", index);
    all[`globex-${index}`] = repository("two", "globex", index);
  }
  await program(all);
  await expectSuccess(project.up());
  expect([...acme.repositories.keys()].filter((slug) => slug.startsWith("acme-"))).toHaveLength(6);
  expect([...globex.repositories.keys()].filter((slug) => slug.startsWith("globex-"))).toHaveLength(6);
  expect(await project.stateFiles()).not.toContain(carolsToken);
  // One less of one of them: the other provider's resources do not count as removed.
  const { "acme-5": _, ...fewer } = all;
  await program(fewer);
  await expectSuccess(project.up());
  expect(acme.repositories.has("acme-5")).toBe(false);
  // Removing all of one provider's at once is refused, as in every front end.
  await program(Object.fromEntries(Object.entries(fewer).filter(([name]) => !name.startsWith("acme-"))));
  const refused = await project.up();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toMatch(/all 5 of its resources would be deleted|delete or replace 5 of/);
  expect([...acme.repositories.keys()].filter((slug) => slug.startsWith("acme-"))).toHaveLength(5);
});

test("protection, retention, replacement, targets and aliases hold as with any provider", async () => {
  const { deletion: _, ...forbidden } = { ...api.properties, deletion: undefined };
  const environment: Resource = {
    type: "bitbucket-cloud:DeploymentEnvironment",
    properties: { repository: output("api.uuid"), name: "Production", type: "Production" },
  };
  const kept: Resource = { ...ci({ url: "https://kept.example.com" }), options: { retainOnDelete: true } };
  const all = { platform, api: { ...api, properties: forbidden }, ci: ci(), kept, environment };
  await program(all);
  await expectSuccess(project.up());

  // The provider protects repositories: no SDK has to.
  await program({ platform });
  const refused = await project.up();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain("is protected from deletion");
  expect(project.repository("api").hooks.size).toBe(2);

  // Of the same name, it is deleted before it is recreated; the webhook is left alone.
  const staged = { ...environment, properties: { ...environment.properties, type: "Staging" } };
  // A change in place for which the program asks for a replacement.
  const options = { replaceOnChanges: ["description"] };
  const described = { ...ci({ description: "ours" }), options };
  const { kept: __, ...rest } = all;
  const withoutKept = { ...rest, ci: described };
  await program({ ...withoutKept, environment: staged });
  const replaced = await expectSuccess(project.up());
  expect(replaced).toMatch(/DeploymentEnvironment environment replaced/);
  expect(replaced).toMatch(/Webhook ci replaced/);
  expect(project.repository("api").hooks.size).toBe(2);

  // Another name in the program.
  const former = (await state()).find(({ type }) => type.endsWith(":DeploymentEnvironment"))?.urn ?? "";
  await program({
    ...withoutKept,
    environment: undefined,
    renamed: {
      ...staged,
      options: { aliases: [former] },
    },
  } as unknown as Record<string, Resource>);
  expect(await expectSuccess(project.preview())).toContain("5 unchanged");

  // Only the targets.
  await program({
    ...withoutKept,
    environment: staged,
    ci: ci({ description: "targeted" }),
    more: ci({ url: "https://more.example.com" }),
  });
  const urn = (await state()).find(({ type }) => type.endsWith(":Webhook"))?.urn ?? "";
  await expectSuccess(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test", "--target", urn]));
  const hooks = [...project.repository("api").hooks.values()];
  expect(hooks.map(({ description }) => description)).toContain("targeted");
  expect(hooks.map(({ url }) => url)).not.toContain("https://more.example.com/");
});

test("mistakes are said once, with their path; a missing credential too", async () => {
  await program({
    platform,
    api,
    ci: ci({ evnts: ["repo:push"] }),
  });
  const wrong = await project.up();
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.output).toMatch(/evnts.*(Did you mean|is not a field|does not exist)/);

  const names = Array.from({ length: 5 }, (_, index) => `repository-${index}`);
  await program(
    Object.fromEntries(
      names.map((name) => [name, { type: "bitbucket-cloud:Repository", properties: { name } } as const]),
    ),
  );
  const without = await project.up({ BITBUCKET_TOKEN: "", BITBUCKET_EMAIL: "" });
  expect(without.exitCode).not.toBe(0);
  // While it runs, and in the summary at the end.
  expect(without.output.split("There is no Bitbucket token").length - 1).toBeLessThanOrEqual(2);
  expect(without.output).toContain("There is no Bitbucket token");
  const rejected = await project.up({ BITBUCKET_TOKEN: "ATATT-wrong-token-of-nobody" });
  expect(rejected.exitCode).not.toBe(0);
  expect(rejected.output).not.toContain("ATATT-wrong-token-of-nobody");
});

/** The ids of an object: by its own id, and by its natural key. */
function idsOf(kind: Kind, places: Properties, args: Properties, id: string): readonly string[] {
  const { workspace, project: key, repository, environment } = places;
  const owner =
    environment !== undefined
      ? `/${repository}/${environment}`
      : repository !== undefined
        ? `/${repository}`
        : "";
  const place = key === undefined ? `${workspace}${owner}` : `${workspace}/projects/${key}`;
  const [field = ""] = kind.naturalKey;
  const natural =
    kind.naturalKey.length === 1
      ? String(field === "slug" ? String(args.name).toLowerCase().replaceAll(" ", "-") : args[field])
      : kind.naturalKey
          .filter((name) => typeof args[name] === "string")
          .map((name) => `${name}=${args[name]}`)
          .join(",");
  if (kind.parents.includes("account")) return [id, natural];
  if (kind.naturalKey.length === 0) return [place];
  if (kind.parents.length === 1 && kind.parents[0] === "workspace") return [`acme/${id}`, `acme/${natural}`];
  // A file has no id of its own.
  return kind.name === "RepositoryFile" ? [`${place}#${natural}`] : [`${place}#${id}`, `${place}#${natural}`];
}

test("every kind is made, shows no change, and is imported by its natural key and by its own id", async () => {
  const world = World.around(project.emulator);
  // The samples name files by their paths in the checkout.
  for (const folder of ["avatars", "files"].map((name) => join("test/kinds/samples", name)))
    cpSync(join(project.checkout, folder), join(project.folder, folder), { recursive: true });
  const made: Record<string, Resource> = {};
  const ids: { type: string; name: string; ids: (id: string) => readonly string[] }[] = [];
  for (const kind of kinds) {
    const places = await world.parent(kind.parents[0] ?? "workspace");
    const args = sampleOf(kind).args(0, world, places);
    const hidden: Record<string, unknown> = {};
    for (const field of secretFieldsOf(kind, args)) {
      if (args[field] === undefined) continue;
      await setSecret(kind.name + field, String(args[field]));
      hidden[field] = output(kind.name + field);
    }
    const level = neededLevel(kind, places);
    made[kind.name] = {
      type: `bitbucket-cloud:${kind.name}`,
      properties: {
        ...places,
        ...args,
        ...hidden,
        ...(level === undefined ? {} : { [levelField]: level }),
        ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
      },
    };
    ids.push({
      type: `bitbucket-cloud:index:${kind.name}`,
      name: kind.name,
      ids: (id) => idsOf(kind, places, args, id),
    });
  }
  await program(made);
  await expectSuccess(project.up());
  expect(await expectSuccess(project.preview(["--expect-no-changes"]))).toMatch(/unchanged/);

  const before = await state();
  const wanted = ids.flatMap(({ type, name, ids: idsFor }) => {
    const id = before.find((one) => one.type === type)?.id ?? "";
    return idsFor(id).map((text, index) => ({ type, name: `imported-${name}-${index}`, id: text, is: id }));
  });
  const resources = wanted.map(({ type, name, id }) => ({ type, name, id }));
  await project.write("import.json", JSON.stringify({ resources }));
  await expectSuccess(
    project.pulumi([
      ...["import", "--yes", "--skip-preview", "--protect=false", "--generate-code=false"],
      ...["--file", "import.json", "--stack", "test"],
    ]),
  );
  const after = await state();
  for (const { name, is } of wanted)
    expect([name, after.find(({ urn }) => urn.endsWith(`::${name}`))?.id]).toEqual([name, is]);
});

test("without the plugin, plain pulumi names the lines to add to Pulumi.yaml; the command line needs none", async () => {
  await project.configure("bitbucket-cloud:provider", "native");
  await project.yaml("workspace: acme\nprojects: { PLAT: { name: Platform, deletion: allow } }\n");
  const refused = await project.preview();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain("does not find the plugin pulumi-resource-bitbucket-cloud");
  const [lines = ""] = /^ *plugins:\n(?: +.*\n){3}/m.exec(refused.output) ?? [];
  const indent = /^ */.exec(lines)?.[0] ?? "";
  const added = lines.replaceAll(new RegExp(`^${indent}`, "gm"), "");

  // The command line brings the provider along.
  const { exitCode, output } = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect([exitCode, output]).toEqual([0, expect.anything()]);
  expect(project.acme.projects.has("PLAT")).toBe(true);
  expect((await state()).map(({ type }) => type)).toContain("bitbucket-cloud:index:Project");

  await project.write("Pulumi.yaml", `${await project.read("Pulumi.yaml")}${added}`);
  expect(await expectSuccess(project.preview(["--expect-no-changes"]))).toContain("2 unchanged");
  expect((await project.cli(["destroy", "test", "--yes"])).exitCode).toBe(0);
  expect(project.acme.projects.has("PLAT")).toBe(false);
});

test("a class refuses an owner that comes out as undefined; a program of JavaScript gives a provider its arguments", async () => {
  await project.write(
    "index.js",
    [
      'const pulumi = require("@pulumi/pulumi");',
      'const { Webhook } = require("bitbucket-as-code");',
      'new Webhook("lost", { workspace: "acme", repository: pulumi.output(undefined), url: "https://ci.example.com", events: ["repo:push"] });',
    ].join("\n"),
  );
  const lost = await project.up();
  expect(lost.exitCode).not.toBe(0);
  expect(lost.output).toContain('Webhook "lost": repository is undefined');
  expect(project.writes).toEqual([]);

  // Like generated classes: a type token, and a provider with arguments.
  await project.write(
    "Pulumi.yaml",
    `${await project.read("Pulumi.yaml")}plugins:\n  providers:\n    - name: bitbucket-cloud\n      path: ${join(project.checkout, "plugin")}\n`,
  );
  await project.write(
    "index.js",
    [
      'const pulumi = require("@pulumi/pulumi");',
      'class Provider extends pulumi.ProviderResource { constructor(name, args) { super("bitbucket-cloud", name, args); } }',
      "class Resource extends pulumi.CustomResource {",
      '  constructor(kind, name, args, options) { super("bitbucket-cloud:index:" + kind, name, { uuid: undefined, ...args }, options); }',
      "}",
      "const email = process.env.BITBUCKET_EMAIL;",
      'const alice = new Provider("alice", { workspace: "acme", email, token: pulumi.secret(process.env.BITBUCKET_TOKEN) });',
      'const api = new Resource("Repository", "api", { name: "api", deletion: "allow" }, { provider: alice });',
      'new Resource("Webhook", "ci", { repository: api.uuid, url: "https://ci.example.com", events: ["repo:push"] }, { provider: alice });',
      "exports.hook = api.uuid;",
    ].join("\n"),
  );
  await expectSuccess(project.up());
  expect(project.repository("api").hooks.size).toBe(1);
  expect(await project.stateFiles()).not.toContain(exampleTokens.admin);
  await expectSuccess(project.preview(["--expect-no-changes"]));
  await expectSuccess(project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]));
});
