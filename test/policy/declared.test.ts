/** What `validate` holds against the policies: the YAML by itself. */
import { join } from "node:path";
import { formatDiagnostic, loadStack } from "../../src/desired";
import { judgeDeclared } from "../../src/policy";
import { folderWith, load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const now = new Date("2026-11-27T12:00:00Z");

async function judged(yaml: string) {
  const { refusals, warnings, pending } = await judgeDeclared(await load(`workspace: acme\n${yaml}`), now);
  return {
    refusals: refusals.map(formatDiagnostic),
    warnings: warnings.map(formatDiagnostic),
    pending: pending.map(({ policy, message }) => `${policy.name}: ${message}`),
  };
}

const nothing = { refusals: [], warnings: [], pending: [] };

it("names the place, the policy and what to do", async () => {
  expect(
    await judged(`
policies:
  public-repository: { level: mandatory, message: Ask security@acme.com first }
  no-http: { check: webhook-encryption, level: advisory }
repositories:
  api: { isPrivate: true }
  website:
    isPrivate: false
    webhooks: { ci: { url: "http://ci.example.com/secret-path", events: [repo:push] } }
`),
  ).toEqual({
    refusals: [
      'stacks/acme.yaml:8:3 repositories.website: breaks the mandatory policy "public-repository" (stacks/acme.yaml:4): the repository website is public. Ask security@acme.com first.',
    ],
    warnings: [
      'stacks/acme.yaml:10:17 repositories.website.webhooks.ci: breaks the advisory policy "no-http" (stacks/acme.yaml:5): webhook ci of the repository website is sent to ci.example.com without encryption. Use an https:// URL.',
    ],
    pending: [],
  });
});

it("holds selected repositories and projects alone", async () => {
  const yaml = (selection: string) => `
policies: { public-repository: { ${selection} } }
existing: { projects: [PLAT, DATA] }
repositories:
  one: { isPrivate: false, project: PLAT }
  two: { isPrivate: false, project: DATA }
  three: { isPrivate: false, name: Number 3, project: DATA }
`;
  const broken = async (selection: string) =>
    (await judged(yaml(selection))).refusals.map((line) => /repositories\.(\w+)/.exec(line)?.[1]);
  expect(await broken("")).toEqual(["one", "two", "three"]);
  expect(await broken("repositories: [t*]")).toEqual(["two", "three"]);
  expect(await broken("repositories: number-3")).toEqual(["three"]);
  expect(await broken("projects: PLAT")).toEqual(["one"]);
  expect(await broken('projects: ["*", "!PLAT"], repositories: two')).toEqual(["two"]);
  expect(await broken("repositories: nothing")).toEqual([]);
});

it("does not take a repository of an unknown project for one of another", async () => {
  const yaml =
    "policies: { public-repository: { projects: PLAT } }\nrepositories: { one: { isPrivate: false } }";
  expect(await judged(yaml)).toEqual({
    ...nothing,
    pending: [
      'public-repository: depends on something unknown: the property "project" is not declared: the server chooses it',
    ],
  });
});

const restricted = `
  api:
    mainBranch: main
    branchRestrictions:
      push: { kind: push, pattern: main }
      approve: { kind: require_approvals_to_merge, pattern: "{main,release/*}", value: 2 }
`;

it("judges the protection of the main branch by the declared restrictions", async () => {
  const yaml = (approvals: number) =>
    `policies: { direct-push: mandatory, approvals: { parameters: { approvals: ${approvals} } } }\nrepositories:${restricted}`;
  expect(await judged(yaml(2))).toEqual(nothing);
  expect((await judged(yaml(3))).refusals).toEqual([
    'stacks/acme.yaml:4:3 repositories.api: breaks the mandatory policy "approvals" (stacks/acme.yaml:2): branch main of the repository api takes merges with 2 of 3 approvals. Require approvals on the main branch. Without Bitbucket Premium\'s enforced merge checks, Bitbucket only warns.',
  ]);
});

it("leaves to the live state what the YAML does not say, unless the policy is about the YAML alone", async () => {
  const yaml = (states: string) =>
    `policies: { approvals: { ${states} } }\nrepositories: { api: { branchRestrictions: { a: { kind: require_approvals_to_merge, pattern: main, value: 1 } } } }`;
  const message =
    'depends on something unknown: the property "mainBranch" is not declared: the server chooses it';
  expect(await judged(yaml(""))).toEqual({ ...nothing, pending: [`approvals: ${message}`] });
  expect(await judged(yaml("states: live"))).toEqual(nothing);
  expect((await judged(yaml("states: desired"))).refusals).toEqual([
    `stacks/acme.yaml:3:17 repositories.api: the mandatory policy "approvals" (stacks/acme.yaml:2) cannot be decided: the repository api ${message}`,
  ]);
});

it("leaves to a preview what a secret or a user decides", async () => {
  expect(
    await judged(`
policies:
  webhook-encryption: mandatory
  webhook-secret: mandatory
  own: { expression: 'resource.user != "{bob}"', resources: repositoryUserPermission, message: Not Bob }
repositories:
  api:
    webhooks: { ci: { url: { fromEnv: HOOK_URL }, events: [repo:push], secret: { fromEnv: HOOK_SECRET } } }
    userPermissions: { bob: read }
`),
  ).toEqual({
    ...nothing,
    pending: [
      'webhook-encryption: depends on something unknown: the property "url" is looked up only in a preview or an apply',
      'own: depends on something unknown: the property "user" is looked up only in a preview or an apply',
    ].map((line) => expect.stringContaining(line.slice(0, 20))),
  });
});

it("finds what is wrong with one object beside another of which something is unknown", async () => {
  const { refusals, pending } = await judged(`
policies: { webhook-encryption: mandatory }
repositories:
  api:
    webhooks:
      ci: { url: { fromEnv: HOOK_URL }, events: [repo:push] }
      old: { url: "http://old.example.com", events: [repo:push] }
      new: { url: "https://new.example.com", events: [repo:push] }
`);
  expect(refusals).toEqual([
    expect.stringContaining("webhook old of the repository api is sent to old.example.com"),
  ]);
  expect(pending).toHaveLength(1);
});

it("shows no policy a secret, and says so", async () => {
  const { refusals } = await judged(`
policies: { own: { expression: 'resource.secret != ""', resources: webhook, message: x } }
repositories: { api: { webhooks: { ci: { url: "https://ci.example.com", events: [repo:push], secret: { fromEnv: S } } } } }
`);
  expect(refusals).toEqual([
    'stacks/acme.yaml:4:36 repositories.api.webhooks.ci: the mandatory policy "own" (stacks/acme.yaml:3) cannot be decided: webhook ci of the repository api depends on something unknown: the property "secret" is secret, and shown to no policy',
  ]);
});

it("judges by expressions over the resource, its repository and its project", async () => {
  const yaml = (expression: string) => `
policies: { own: { expression: '${expression}', resources: [webhook, projectGroupPermission], message: Do otherwise } }
projects: { PLAT: { name: Platform, groupPermissions: { developers: write } } }
repositories: { api: { project: PLAT, name: The API, webhooks: { ci: { url: "https://ci.example.com", events: [repo:push] } } } }
`;
  const broken = async (expression: string) =>
    (await judged(yaml(expression))).refusals.map((line) => line.replace(/^.*\): /, ""));
  expect(await broken('project == "PLAT" && workspace == "acme"')).toEqual([]);
  expect(await broken('resourceType == "webhook"')).toEqual([
    "project permission of a group developers of the project PLAT is not as the policy requires. Do otherwise.",
  ]);
  expect(
    await broken(
      'resourceType != "webhook" || name == "api:ci" && repository.slug == "the-api" && repository.isPrivate',
    ),
  ).toEqual([]);
  expect(await broken('resourceType != "webhook" || "secret" in fields')).toEqual([
    "webhook ci of the repository api is not as the policy requires. Do otherwise.",
  ]);
  expect(await broken("has(resource.permission) ? resource.permission : true")).toEqual([
    expect.stringContaining("cannot be judged: the expression must be true or false, and is text"),
  ]);
  expect(await broken('resource.permision == "write"')).toEqual([
    expect.stringContaining('asks for the property "permision", which is not set here'),
    expect.stringContaining('asks for the property "permision", which is not set here'),
  ]);
});

describe("a module", () => {
  const files = (module: string, name = "naming.ts") => ({
    "stacks/acme.yaml": `workspace: acme
policies: { naming: { file: policies/${name}, resources: repository } }
repositories: { api: { description: Its text }, web-UI: {} }
`,
    [`stacks/policies/${name}`]: module,
  });
  const broken = async (module: string, name?: string) => {
    const stack = await loadStack(join(folderWith(files(module, name)), "stacks/acme.yaml"));
    return (await judgeDeclared(stack, now)).refusals.map(formatDiagnostic);
  };

  it.each([
    ["naming.js", "module.exports = ({ name }) => /^[a-z]+$/.test(name) || 'has the name ' + name;"],
    [
      "naming.cjs",
      "exports.default = ({ name }) => (/^[a-z]+$/.test(name) ? [] : ['has the name ' + name]);",
    ],
    [
      "naming.ts",
      "interface Input { readonly name: string }\nexport default async ({ name }: Input): Promise<true | string> =>\n  /^[a-z]+$/.test(name) || 'has the name ' + name;",
    ],
  ])("judges in %s", async (name, module) => {
    expect(await broken(module, name)).toEqual([
      'stacks/acme.yaml:3:49 repositories.web-UI: breaks the mandatory policy "naming" (stacks/acme.yaml:2): the repository web-UI has the name web-UI.',
    ]);
  });

  it.each([
    [
      "module.exports = () => undefined;",
      "must return true, false, a text or a list of texts: what is wrong. Nothing is no answer",
    ],
    ["module.exports = () => '';", "must return true, false, a text"],
    ["module.exports = () => { throw new Error('oh'); };", "the file has failed: oh"],
    ["module.exports = ({ resource }) => { resource.isPrivate = false; return true; };", ""],
    ["module.exports = 1;", "naming.js must export a function by default"],
    ["module.exports = (", "naming.js cannot be loaded: "],
    ["throw new Error('not today');", "naming.js cannot be loaded: not today"],
  ])("is not taken to agree: %s", async (module, message) => {
    const lines = await broken(module, "naming.js");
    if (message === "") expect(lines).toEqual([]);
    else
      expect(lines).toEqual(
        [expect.stringContaining(message), expect.stringContaining(message)].slice(0, lines.length),
      );
    expect(lines.length > 0).toBe(message !== "");
  });

  it("names the line of a mistake in TypeScript", async () => {
    expect((await broken("const a = 1;\nexport default (: number) => true;"))[0]).toMatch(
      /naming\.ts cannot be loaded: line 2: /,
    );
  });
});

describe("an exception", () => {
  const yaml = (exceptions: string, level = "mandatory") => `
policies: { public-repository: ${level} }
exceptions:
${exceptions}
repositories: { api: { isPrivate: false, project: PLAT }, web: { isPrivate: false, project: PLAT } }
existing: { projects: [PLAT] }
`;
  const of = (place: string, until = "2026-11-27") =>
    `  - { policy: public-repository, ${place}, who: jane@acme.com, why: It is open source, until: ${until} }`;

  it.each([
    ["repository: api", ["web"]],
    ["project: PLAT", []],
    ["resource: web", ["api"]],
    ["repository: web, project: PLAT", ["api"]],
    ["repository: web, project: DATA", ["api", "web"]],
    ["resource: repository, repository: api", ["web"]],
  ])("for %s holds until the end of its day", async (place, left) => {
    const { refusals } = await judged(yaml(of(place)));
    expect(refusals.map((line) => /repositories\.(\w+)/.exec(line)?.[1])).toEqual(left);
  });

  it("that has ended is an error, and lets nothing pass", async () => {
    const { refusals } = await judged(yaml(of("repository: api", "2026-11-26"), "advisory"));
    expect(refusals).toEqual([
      'stacks/acme.yaml:5:5 exceptions[0]: the exception from the policy "public-repository" for the repository api ended on 2026-11-26 (jane@acme.com: It is open source). Remove it, or have it allowed again until a later day',
    ]);
    expect((await judged(yaml(of("repository: api", "2026-11-26")))).refusals).toHaveLength(3);
  });

  it("that covers nothing is a warning, where the YAML alone tells", async () => {
    const unused = of("repository: gone");
    expect((await judged(yaml(unused, "{ level: advisory, states: desired }"))).warnings).toContainEqual(
      'stacks/acme.yaml:5:5 exceptions[0]: the exception from the policy "public-repository" for the repository gone covers nothing: remove it',
    );
    expect((await judged(yaml(unused))).warnings).toEqual([]);
  });
});
