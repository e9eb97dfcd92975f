/** What teams set in files of their own: what the stack's rules allow, and nothing else. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { explainResource, isSecretReference, loadStack } from "../../src/desired";
import { argsOf, folderWith, namesOf, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const central = `
workspace: acme
profiles:
  service:
    webhooks: { audit: { url: "https://audit.acme.example/", events: [repo:push] } }
repositories:
  pay-api:
    description: central
    isPrivate: true
    profiles: [service]
    variables: { REGION: eu }
    defaultReviewers: ["{11111111-1111-1111-1111-111111111111}"]
    environments: { Production: { type: Production } }
    branchRestrictions:
      approvals: { kind: require_approvals_to_merge, pattern: main, value: 2 }
  pay-web: {}
  other: { description: not theirs }
delegation:
  limits:
    isPrivate: { oneOf: true }
    branchRestrictions.*.value: { min: 2, when: { kind: require_approvals_to_merge } }
  rules:
    payments:
      file: ../teams/payments.yaml
      repositories: pay-*
      allow:
        - description
        - isPrivate
        - webhooks
        - variables.*.value
        - defaultReviewers
        - environments.Production.variables
        - branchRestrictions.approvals.value
        - branchRestrictions
      secrets: { fromEnv: PAYMENTS_* }
      limits: { "webhooks.*.url": { hosts: ["*.acme.example"] } }
`;

const at = (team: string, stack = central) => {
  const folder = folderWith({ "stacks/acme.yaml": stack, "teams/payments.yaml": team });
  return { folder, file: join(folder, "stacks/acme.yaml") };
};

const loadWith = (team: string, stack?: string) => loadStack(at(team, stack).file);
const refusals = (team: string, stack?: string) => problems(loadWith(team, stack));
const rule = 'the rule "payments" (stacks/acme.yaml:23)';

describe("what is allowed", () => {
  test("properties, own entries, properties of an entry of the centre, and additions to a list", async () => {
    const stack = await loadWith(`
repositories:
  pay-api:
    description: ours
    webhooks: { ci: { url: "https://ci.acme.example/", events: [repo:push] } }
    variables: { LOG_LEVEL: info, TOKEN: { value: { fromEnv: PAYMENTS_TOKEN } } }
    defaultReviewers: ["{22222222-2222-2222-2222-222222222222}", "{11111111-1111-1111-1111-111111111111}"]
    environments: { Production: { variables: { URL: "https://pay.acme.example/" } } }
    branchRestrictions: { approvals: { value: 3 } }
  pay-web: { description: web }
`);
    expect(argsOf(stack, "Repository", "pay-api")).toMatchObject({ description: "ours", isPrivate: true });
    expect(argsOf(stack, "Repository", "pay-web")?.description).toBe("web");
    expect(argsOf(stack, "Repository", "other")?.description).toBe("not theirs");
    expect(namesOf(stack, "Webhook").sort()).toEqual(["pay-api:audit", "pay-api:ci"]);
    expect(argsOf(stack, "PipelineVariable", "pay-api:LOG_LEVEL")?.value).toBe("info");
    expect(isSecretReference(argsOf(stack, "PipelineVariable", "pay-api:TOKEN")?.value)).toBe(true);
    expect(argsOf(stack, "PipelineVariable", "pay-api:Production:URL")?.value).toBe(
      "https://pay.acme.example/",
    );
    expect(namesOf(stack, "DefaultReviewer")).toEqual([
      "pay-api:{11111111-1111-1111-1111-111111111111}",
      "pay-api:{22222222-2222-2222-2222-222222222222}",
    ]);
    expect(argsOf(stack, "BranchRestriction", "pay-api:approvals")).toMatchObject({
      value: 3,
      pattern: "main",
    });
  });

  test("the file counts among the files of the stack", async () => {
    const { folder, file } = at("repositories: { pay-web: { description: web } }");
    expect((await loadStack(file)).files).toEqual([file, join(folder, "teams/payments.yaml")]);
  });

  test("{} sets nothing", async () => {
    expect(argsOf(await loadWith("{}"), "Repository", "pay-api")?.description).toBe("central");
  });

  test("explain says which file and rule decided, and over what", async () => {
    const stack = await loadWith(`repositories:
  pay-api:
    description: ours
    webhooks: { ci: { url: "https://ci.acme.example/", events: [repo:push] } }
`);
    const root = stack.resources.find(({ name }) => name === "pay-api");
    if (!root) throw new Error("not loaded");
    const { resources } = explainResource(stack, root);
    const fieldOf = (kind: string, name: string, field: string) =>
      resources
        .find((one) => one.kind === kind && one.name === name)
        ?.fields.find((one) => one.field === field);
    expect(fieldOf("Repository", "pay-api", "description")).toMatchObject({
      layer: "delegated",
      of: "payments",
      allowedAt: { file: "stacks/acme.yaml", line: 23 },
      position: { file: "teams/payments.yaml", line: 3 },
      overrides: [{ layer: "own", value: "central", position: { file: "stacks/acme.yaml" } }],
    });
    expect(fieldOf("Webhook", "pay-api:ci", "url")).toMatchObject({ layer: "delegated", of: "payments" });
    expect(fieldOf("Webhook", "pay-api:audit", "url")).toMatchObject({ layer: "profile", of: "service" });
    expect(fieldOf("Repository", "pay-api", "isPrivate")).toMatchObject({ layer: "own" });
  });
});

describe("what is refused, with file, line, path and rule", () => {
  const allows =
    "allows description, isPrivate, webhooks, variables.*.value, defaultReviewers, environments.Production.variables, branchRestrictions.approvals.value, branchRestrictions";

  test.each([
    [
      "a property that is not listed",
      "language: go",
      `"language" is not delegated to this file: ${rule} ${allows}`,
    ],
    [
      "a section that is not listed",
      "deployKeys: {}",
      `"deployKeys" is not delegated to this file: ${rule} ${allows}`,
    ],
    [
      "a property of an own entry that is not listed",
      "variables: { A: { value: b, secured: true } }",
      `"variables.*.secured"`.replace("*", "A"),
    ],
    [
      "an entry of the centre",
      'webhooks: { audit: { url: "https://a.acme.example/" } }',
      '"webhooks.audit" is declared by the stack itself in stacks/acme.yaml:5',
    ],
    [
      "an entry of the centre, by another name",
      'webhooks: { mine: { url: "https://audit.acme.example/", events: [repo:push] } }',
      "has the same url as",
    ],
    [
      "a new environment for its variables",
      "environments: { Test: { variables: { A: b } } }",
      '"environments.Test" is not delegated',
    ],
    [
      "a property of the centre's environment",
      "environments: { Production: { type: Test } }",
      '"environments.Production.type" is not delegated',
    ],
    [
      "another property of a listed entry",
      "branchRestrictions: { approvals: { pattern: x } }",
      '"branchRestrictions.approvals.pattern" is not delegated',
    ],
    [
      "removal of an entry",
      "webhooks: { audit: null }",
      "a delegated file cannot remove what the stack declares",
    ],
    ["removal of a section", "webhooks: null", "a delegated file cannot remove what the stack declares"],
    ["removal of a property", "description: null", "a delegated file cannot remove what the stack declares"],
    ["profiles", "profiles: [service]", '"profiles" is not delegated'],
    ["a policy for unmanaged resources", "unmanaged: remove", '"unmanaged" is not delegated'],
    ["a rename", "renamedFrom: other", '"renamedFrom" is not delegated'],
    ["deletion", "deletion: allow", '"deletion" is not delegated'],
    [
      "adoption of an own entry",
      'webhooks: { ci: { adopt: true, url: "https://ci.acme.example/", events: [repo:push] } }',
      '"adopt" of a webhook is never delegated: it decides what this tool does',
    ],
    [
      "a rename of an own entry",
      'webhooks: { ci: { renamedFrom: audit, url: "https://ci.acme.example/", events: [repo:push] } }',
      '"webhooks.ci.renamedFrom" is not delegated',
    ],
    ["another repository's name", "name: other", '"name" is not delegated'],
    ["permissions", "userPermissions: { eve: admin }", '"userPermissions" is not delegated'],
    [
      "a misspelt property",
      "descriptoin: x",
      'unknown property "descriptoin" of a repository. Did you mean "description"?',
    ],
    ["a lookalike of a property", "descript\u0456on: x", "unknown property"],
  ])("%s", async (_, line, message) => {
    const [first, ...others] = await refusals(`repositories:\n  pay-api:\n    ${line}\n`);
    expect(others).toEqual([]);
    expect(first).toContain(message);
    expect(first).toMatch(/^teams\/payments\.yaml:3:\d+ repositories\.pay-api\./);
  });

  test.each([
    ["workspace: evil"],
    ["include: ../stacks/acme.yaml"],
    ["adopt: true"],
    ["unmanaged: remove"],
    ["defaults: { repository: { isPrivate: false } }"],
    ["profiles: { service: {} }"],
    ["rules: [{ match: '*' }]"],
    ["existing: { projects: [X] }"],
    ["shards: { into: 2 }"],
    ["delegation: { rules: {} }"],
    ["policies: {}"],
    ["exceptions: []"],
    ["projects: { EVIL: { name: Evil } }"],
    ["variables: { A: b }"],
    ['"repositories ": {}'],
    ["Repositories: {}"],
    ["r\u0435positories: {}"],
  ])("%s at the top", async (line) => {
    const [first, ...others] = await refusals(`${line}\n`);
    expect(others).toEqual([]);
    expect(first).toMatch(
      /^teams\/payments\.yaml:1:1 .*cannot be set in a team's file: the rule "payments" \(stacks\/acme\.yaml:23\)/,
    );
  });

  test.each([
    [
      "a repository of others",
      "other",
      `the repository "other" is not delegated to this file: ${rule} covers pay-*`,
    ],
    [
      "a repository that nobody declares",
      "pay-new",
      'the stack declares no repository "pay-new", and only the stack can',
    ],
    ["another case", "Pay-api", 'the stack declares no repository "Pay-api"'],
    ["a lookalike", "p\u0430y-api", "the stack declares no repository"],
    ["a UUID", "{0d1d93b2-1111-4222-8333-444444444444}", "the stack declares no repository"],
    ["a workspace before it", "acme/pay-api", "the stack declares no repository"],
    ["a glob", "pay-*", "the stack declares no repository"],
    ["a name of JavaScript", "toString", "the stack declares no repository"],
    ["a prototype", "__proto__", "cannot be used as a name"],
    ["a hidden character", "pay-api\u200b", "contains control or invisible characters"],
  ])("%s", async (_, name, message) => {
    const [first, ...others] = await refusals(
      `repositories:\n  ${JSON.stringify(name)}: { description: x }\n`,
    );
    expect(others).toEqual([]);
    expect(first).toContain(message);
    expect(first).toMatch(/^teams\/payments\.yaml:2:3 /);
  });

  test.each([
    ["the centre's variable", "{ fromEnv: BITBUCKET_TOKEN }", "fromEnv: BITBUCKET_TOKEN"],
    ["a name that only ends like theirs", "{ fromEnv: X_PAYMENTS_TOKEN }", "fromEnv: X_PAYMENTS_TOKEN"],
    ["configuration", "{ fromConfig: PAYMENTS_TOKEN }", "fromConfig: PAYMENTS_TOKEN"],
    ["a file", "{ fromFile: ../Pulumi.acme.yaml }", "fromFile: ../Pulumi.acme.yaml"],
    ["the password store", "{ fromPass: PAYMENTS_x }", "fromPass: PAYMENTS_x"],
    ["the API", "{ fromBitbucket: /user }", "fromBitbucket: /user"],
    ["two sources at once", "{ fromEnv: PAYMENTS_A, fromFile: x }", "fromFile: x"],
    ["a name that is not text", "{ fromFile: [x] }", "fromFile: "],
  ])("a secret of the centre: %s", async (_, reference, named) => {
    for (const line of [`description: ${reference}`, `variables: { A: ${reference} }`]) {
      const [first] = await refusals(`repositories:\n  pay-api:\n    ${line}\n`);
      expect(first).toContain(`the secret reference ${named} is not delegated: ${rule} names no such secret`);
    }
  });

  test("a secret in what says which resource it is", async () => {
    const [first] = await refusals(
      "repositories: { pay-api: { webhooks: { ci: { url: { fromEnv: PAYMENTS_URL }, events: [repo:push] } } } }",
    );
    expect(first).toContain('cannot be a secret: "url" says which webhook it is');
  });

  test("merge keys and anchors bring in nothing that is not allowed", async () => {
    const [first, ...others] = await refusals(`
repositories:
  pay-web: &all { description: x, language: go }
  pay-api: { <<: *all }
`);
    expect(others).toEqual([]);
    expect(first).toMatch(/^teams\/payments\.yaml:3:\d+ .*"language" is not delegated/);
  });

  test("values beyond a limit", async () => {
    const found = await refusals(`repositories:
  pay-api:
    isPrivate: false
    branchRestrictions:
      approvals: { value: 1 }
      more: { kind: require_approvals_to_merge, pattern: "release/*", value: 1 }
      builds: { kind: require_passing_builds_to_merge, pattern: main, value: 1 }
    webhooks:
      out: { url: "https://audit.acme.example.evil.example/", events: [repo:push] }
`);
    expect(found).toEqual([
      expect.stringMatching(
        /^teams\/payments\.yaml:3:16 .*isPrivate: must be true: the limit "isPrivate" of delegation \(stacks\/acme\.yaml:20\), which the rule "payments" is subject to$/,
      ),
      expect.stringMatching(/:5:\d+ .*value: must be at least 2: the limit "branchRestrictions\.\*\.value"/),
      expect.stringMatching(/:6:\d+ .*value: must be at least 2/),
      expect.stringMatching(/:9:\d+ .*url: must be a URL of \*\.acme\.example/),
    ]);
  });

  test("a link, a file outside, a missing file, an empty one, one that is too large, and one of the stack", async () => {
    const { folder, file } = at("{}");
    symlinkSync("payments.yaml", join(folder, "teams/link.yaml"));
    const named = async (path: string, files: Record<string, string> = {}) => {
      const text = central.replace("../teams/payments.yaml", path);
      const root = folderWith({ "stacks/acme.yaml": text, ...files });
      symlinkSync(file, join(root, "link.yaml"));
      return (await problems(loadStack(join(root, "stacks/acme.yaml"))))[0];
    };
    expect(await named("../link.yaml")).toContain("is reached through a link, which is not followed");
    expect(await named("../../x.yaml")).toContain("is outside the project's folder");
    expect(await named("../teams/payments.yaml")).toContain("teams/payments.yaml does not exist");
    expect(await named("../a.yaml", { "a.yaml": "" })).toContain("is empty");
    expect(await named("../a.yaml", { "a.yaml": "a".repeat(300 * 1024) })).toContain("is larger than 256 kB");
    expect(await named("acme.yaml")).toContain("is a file of the stack itself");
  });
});

describe("rules", () => {
  const withRule = (lines: string) =>
    refusals(
      "{}",
      `workspace: acme\nrepositories: { api: {} }\ndelegation: { rules: { r: { ${lines} } } }\n`,
    );
  const usual = "file: ../teams/payments.yaml, repositories: '*'";

  test.each([
    [`${usual}, allow: [descripton]`, 'no property or section "descripton". Did you mean "description"?'],
    [`${usual}, allow: [name]`, '"name" of a repository is never delegated: it says which repository it is'],
    [`${usual}, allow: [project]`, "says whose repository it is"],
    [`${usual}, allow: [deletion]`, "decides what this tool does"],
    [`${usual}, allow: [avatar]`, "names a file on the machine that runs this tool"],
    [`${usual}, allow: [files]`, "is content of the repository"],
    [`${usual}, allow: [branchingModel.development.name]`, "can be delegated only as a whole"],
    [`${usual}, allow: [defaultReviewers.x]`, "is a list"],
    [`${usual}, allow: [userPermissions]`, "without a limit delegates admin rights as well"],
    [
      `${usual}, allow: [userPermissions], limits: { "userPermissions.*.permission": { oneOf: [read], when: { user: bob } } }`,
      "without a limit delegates admin rights as well",
    ],
    [`${usual}, allow: []`, "must have at least one"],
    [`${usual}`, '"allow" is required'],
    ["file: x.yaml, allow: [description]", '"repositories" is required'],
    ["repositories: x, allow: [description]", '"file" is required'],
    [`${usual}, allow: [description], secrets: { fromEnv: '*' }`, "must begin with at least three letters"],
    [`${usual}, allow: [description], secrets: { fromFile: abc }`, 'unknown field "fromFile"'],
    [`${usual}, allow: [description], limits: { webhooks: { min: 1 } }`, "does not apply to a whole section"],
    [
      `${usual}, allow: [description], limits: { isPrivate: {} }`,
      "must have at least one of min, max, oneOf, hosts",
    ],
    [`${usual}, allow: [description], limit: {}`, 'unknown field "limit". Did you mean "limits"?'],
  ])("%s", async (lines, message) => {
    expect((await withRule(lines)).join("\n")).toContain(message);
  });

  test("a credential of this tool is never handed out", async () => {
    const found = await refusals(
      "repositories: { api: { description: { fromEnv: BITBUCKET_TOKEN } } }",
      `workspace: acme\nrepositories: { api: {} }\ndelegation: { rules: { r: { ${usual}, allow: [description], secrets: { fromEnv: BIT* } } } }\n`,
    );
    expect(found.join()).toContain("fromEnv: BITBUCKET_TOKEN is not delegated");
  });

  test("two teams cannot set the same", async () => {
    const folder = folderWith({
      "stacks/acme.yaml": `
workspace: acme
repositories: { api: {} }
delegation:
  rules:
    a: { file: ../teams/a.yaml, repositories: api, allow: [description, webhooks] }
    b: { file: ../teams/b.yaml, repositories: api, allow: [description, webhooks] }
`,
      "teams/a.yaml":
        'repositories: { api: { description: a, webhooks: { ci: { url: "https://a.example/", events: [repo:push] } } } }',
      "teams/b.yaml":
        'repositories: { api: { description: b, webhooks: { ci: { url: "https://b.example/", events: [repo:push] } } } }',
    });
    expect(await problems(loadStack(join(folder, "stacks/acme.yaml")))).toEqual([
      expect.stringContaining(
        "teams/b.yaml:1:37 repositories.api.description: is set in teams/a.yaml:1 as well",
      ),
      expect.stringContaining("repositories.api.webhooks.ci: is set in teams/a.yaml:1 as well"),
      expect.stringContaining("is set in teams/a.yaml:1 as well"),
      expect.stringContaining("is set in teams/a.yaml:1 as well"),
    ]);
  });
});
