/** What a preview and an apply hold against the policies: the desired state, and the live one as the apply would leave it. */
import { type DesiredStack, formatDiagnostic, loadStack } from "../../src/desired";
import { LiveReader } from "../../src/live";
import { readStateEntries } from "../../src/plan";
import { declareStack } from "../../src/preview";
import { folderWith, removeFolders } from "../desired/support/folder";
import { Sandbox } from "../preview/support";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start();
});
afterEach(async () => {
  await sandbox.close();
  removeFolders();
});

const stackOf = (policies: string, repositories: string) => `
workspace: acme
defaults: { repository: { deletion: allow }, project: { deletion: allow } }
projects: { P1: { name: First, isPrivate: false } }
repositories:
${repositories}
${policies}
`;

async function loadText(yaml: string): Promise<DesiredStack> {
  return loadStack(`${folderWith({ "stacks/acme.yaml": yaml })}/stacks/acme.yaml`);
}

/** What stops an apply, and what it warns of. */
async function apply(
  yaml: string,
  options: { readonly env?: Record<string, string>; readonly shard?: string } = {},
) {
  const whole = await loadText(yaml);
  const live = new LiveReader(sandbox.world.client, { missingIsDeleted: true });
  const { shard = "" } = options;
  const warnings: string[] = [];
  const stack = {
    ...whole,
    resources: whole.resources.filter(
      (one) => shard === "" || shard === one.args.project || shard === one.args.key,
    ),
  };
  const declared = declareStack(
    whole,
    stack,
    { path: "", stack: "acme", shard },
    Promise.resolve({ resources: readStateEntries(sandbox.state) }),
    {
      stackName: "acme",
      isPreview: false,
      env: { ...sandbox.env, ...options.env },
      settings: () => undefined,
      config: () => undefined,
      client: sandbox.world.client,
      reads: sandbox.world.client,
      live,
      log: { info() {}, warn: (text) => warnings.push(text), refuse() {} },
      note() {},
    },
  );
  const refusal = await declared.then(
    () => undefined,
    (error: Error) => error,
  );
  return { refusal: refusal?.message, name: refusal?.name, warnings };
}

async function somebodyAdds(repository: string, hook: Record<string, unknown>): Promise<void> {
  await sandbox.world.client.send({
    method: "POST",
    path: `/repositories/acme/${repository}/hooks`,
    body: hook,
  });
}

const api = "  api: { project: P1 }";
const noHttp = "policies: { webhook-encryption: mandatory }";

it("stops at what is live and unmanaged in a repository of the stack, and not at what the stack does not manage", async () => {
  await sandbox.create(stackOf("", api));
  expect((await apply(stackOf(noHttp, api))).refusal).toBeUndefined();
  await somebodyAdds("api", {
    description: "old",
    url: "http://old.example.com/token",
    active: true,
    events: ["repo:push"],
  });
  const { refusal, name } = await apply(stackOf(noHttp, api));
  expect(name).toBe("PolicyError");
  expect(refusal).toBe(
    [
      "A mandatory policy is not kept. Nothing was changed.",
      '  stacks/acme.yaml:6:3 repositories.api: breaks the mandatory policy "webhook-encryption" (stacks/acme.yaml:7): webhook old of the repository api, which YAML does not declare, is sent to old.example.com without encryption. Use an https:// URL.',
      'Change what breaks it, or have an exception allowed: an entry under "exceptions" with policy, who, why, until, and the project, repository or resource. See docs/how-to/policies.md.',
    ].join("\n"),
  );
  expect(
    (await apply(stackOf("policies: { webhook-encryption: { states: desired } }", api))).refusal,
  ).toBeUndefined();
  const excepted = `${noHttp}\nexceptions: [{ policy: webhook-encryption, repository: api, resource: webhook old, who: me, why: It is, until: 2999-01-01 }]`;
  expect(await apply(stackOf(excepted, api))).toEqual({ refusal: undefined, name: undefined, warnings: [] });
});

it("does not stop an apply that puts right what breaks a policy", async () => {
  const hook = (url: string) =>
    `  api: { project: P1, webhooks: { ci: { url: "${url}", description: CI, events: [repo:push] } } }`;
  await sandbox.create(stackOf("", hook("http://ci.example.com/")));
  expect((await apply(stackOf(noHttp, hook("http://ci.example.com/")))).refusal).toContain("webhook CI");
  // A webhook is known by its URL: the one goes, the other comes.
  expect((await apply(stackOf(noHttp, hook("https://ci.example.com/")))).refusal).toBeUndefined();
  expect((await apply(stackOf(noHttp, api))).refusal).toBeUndefined();
});

it("does not take what is deleted in one repository for deleted in another", async () => {
  const both = (first: string) => `  api: { project: P1${first} }\n  web: { project: P1 }`;
  await sandbox.create(stackOf("", both(", userPermissions: { bob: admin }")));
  const bob = sandbox.entries.find(({ kind }) => kind.name === "RepositoryUserPermission")?.id ?? "";
  const rule = "policies: { too-many-admins: { parameters: { maxAdmins: 0 } } }";
  expect((await apply(stackOf(rule, both("")))).refusal).toBeUndefined();
  await sandbox.world.client.send({
    method: "PUT",
    path: `/repositories/acme/web/permissions-config/users/${encodeURIComponent(bob)}`,
    body: { permission: "admin" },
  });
  const { refusal } = await apply(stackOf(rule, both("")));
  expect(refusal).toContain("the repository web has 1 user with admin rights");
  expect(refusal).not.toContain("the repository api");
});

it("takes a live value where YAML sets none, and judges a new repository by what it is going to have", async () => {
  const approvals = "policies: { approvals: mandatory }";
  const protectedBy = (pattern: string, more = "") =>
    `  api: { project: P1${more}, branchRestrictions: { a: { kind: require_approvals_to_merge, pattern: ${pattern}, value: 1 } } }`;
  expect((await apply(stackOf(approvals, api))).refusal).toContain(
    "branch main of the repository api takes merges without an approval",
  );
  expect((await apply(stackOf(approvals, protectedBy("main")))).refusal).toBeUndefined();
  expect((await apply(stackOf(approvals, protectedBy("trunk")))).refusal).toContain(
    "branch main of the repository",
  );
  expect(
    (await apply(stackOf(approvals, protectedBy("trunk", ", mainBranch: trunk")))).refusal,
  ).toBeUndefined();
});

it("lets pass, with a warning, what is known only after the apply", async () => {
  const policies =
    "policies: { forks: { expression: 'resource.forkPolicy != \"allow_forks\"', resources: repository, message: Forbid forks } }";
  const { refusal, warnings } = await apply(stackOf(policies, api));
  expect(refusal).toBeUndefined();
  expect(warnings).toEqual([
    'stacks/acme.yaml:6:3 repositories.api: the mandatory policy "forks" (stacks/acme.yaml:7) cannot be decided: the repository api depends on something unknown: the property "forkPolicy" is known only after the apply: the server chooses it',
  ]);
  await sandbox.create(stackOf("", api));
  expect((await apply(stackOf(policies, api))).refusal).toContain('breaks the mandatory policy "forks"');
});

it("judges the value of a secret without showing it", async () => {
  const yaml = stackOf(
    noHttp,
    "  api: { project: P1, webhooks: { ci: { url: { fromEnv: HOOK_URL }, description: CI, events: [repo:push] } } }",
  );
  const at = (url: string) => apply(yaml, { env: { HOOK_URL: url } });
  expect((await at("https://ci.example.com/5bXq7mZt2LwK")).refusal).toBeUndefined();
  const { refusal } = await at("http://ci.example.com/5bXq7mZt2LwK");
  expect(refusal).toContain("is sent to ci.example.com without encryption");
  expect(refusal).not.toContain("5bXq7mZt2LwK");
});

it("looks up the users that a policy names", async () => {
  const yaml = (admins: string) =>
    stackOf(
      `policies: { unlisted-admin: { parameters: { admins: ${admins} } } }`,
      "  api: { project: P1, userPermissions: { bob: admin } }",
    );
  expect((await apply(yaml("[bob]"))).refusal).toBeUndefined();
  expect((await apply(yaml("[alice]"))).refusal).toContain("has admin rights and is not on the list");
  expect((await apply(yaml("[nobody-of-this-name]"))).refusal).toContain(
    'the user "nobody-of-this-name" is not known in Bitbucket',
  );
});

it("stops where it cannot read what a policy needs", async () => {
  await sandbox.create(stackOf("", api));
  sandbox.world.emulator.addFault({
    kind: "status",
    path: "^/repositories/acme/[^/]+/hooks",
    status: 403,
    times: 99,
  });
  const { refusal } = await apply(stackOf(noHttp, api));
  expect(refusal).toContain(
    'the mandatory policy "webhook-encryption" (stacks/acme.yaml:7) cannot be decided: the repository api depends on something unknown: the webhooks could not be read',
  );
  const advisory = await apply(stackOf("policies: { webhook-encryption: advisory }", api));
  expect([advisory.refusal, advisory.warnings.length]).toEqual([undefined, 1]);
});

it("stops every shard at what the YAML of one breaks", async () => {
  const yaml = `
workspace: acme
shards: { by: project }
policies: { public-repository: mandatory, webhook-encryption: mandatory }
projects: { P1: { name: First }, P2: { name: Second, isPrivate: false } }
repositories:
  api: { project: P1, webhooks: { ci: { url: { fromEnv: MISSING_HERE }, events: [repo:push] } } }
  web: { project: P2, isPrivate: false }
`;
  expect((await apply(yaml, { shard: "P2" })).refusal).toMatch(
    /repositories\.web: breaks .*"public-repository"/,
  );
  expect(
    (await apply(yaml, { shard: "P1", env: { MISSING_HERE: "https://ci.example.com" } })).refusal,
  ).toMatch(/repositories\.web: breaks .*"public-repository"/);
});

it("shows in a preview what would stop an apply", async () => {
  await sandbox.create(stackOf("", api));
  const { outcome, refusals } = await sandbox.look(
    stackOf(
      "policies: { approvals: mandatory, public-repository: advisory }",
      "  api: { project: P1, isPrivate: false, forkPolicy: allow_forks, mainBranch: main }",
    ),
  );
  const warnings = outcome.messages.flatMap(({ severity, text }) => (severity === "warning" ? [text] : []));
  expect(warnings).toEqual([expect.stringContaining('breaks the advisory policy "public-repository"')]);
  expect(refusals).toEqual([
    expect.stringMatching(
      /^A mandatory policy is not kept\. An apply would stop before the first change\.\n.*"approvals"/,
    ),
  ]);
});

describe("of what the YAML changes alone", () => {
  const both = (more: string) => `  api: { project: P1${more} }\n  web: { project: P1 }`;
  const old = {
    description: "old",
    url: "http://old.example.com/",
    active: true,
    events: ["repo:push"],
  };
  const changed = stackOf(noHttp, both(", description: Changed"));
  const leftOut =
    "Policies: the live state of 1 project or repository was held to them. 2 were not looked at.";

  it.each(["the state", "another version"])(
    "holds the live state of that to the policies: %s",
    async (what) => {
      await sandbox.create(stackOf("", both("")));
      const scope = what === "the state" ? {} : await sandbox.changes(stackOf(noHttp, both("")), changed);
      await somebodyAdds("web", old);
      sandbox.world.emulator.requests.length = 0;
      const other = await sandbox.look(changed, { scope });
      expect([other.arePoliciesKept, other.undecided]).toEqual([true, []]);
      expect(other.outcome.messages.map(({ text }) => text)).toContain(leftOut);
      const paths = sandbox.world.emulator.requests.map(({ path }) => path.replace(/\?.*/s, ""));
      expect(paths).not.toContain("/repositories/acme");
      expect(paths.filter((path) => path.endsWith("/hooks"))).toHaveLength(1);

      await somebodyAdds("api", old);
      const own = await sandbox.look(changed, { scope, isPreview: false });
      expect(own.arePoliciesKept).toBe(false);
      expect(own.failure).toMatch(
        /^A mandatory policy is not kept\. Nothing was changed\.\n.*webhook old of the repository api, which YAML does not declare/,
      );
      const shown = await sandbox.look(changed, { scope });
      expect(shown.refusals).toEqual([
        expect.stringMatching(
          /^A mandatory policy is not kept\. An apply would stop before the first change\.\n.*webhook old/,
        ),
      ]);
    },
  );

  it("takes what is declared beside it for what it is, and as it is there", async () => {
    const hooks = (more: string) =>
      `  api: { project: P1${more}, webhooks: { ci: { url: "http://ci.example.com/", description: CI, events: [repo:push] } } }`;
    await sandbox.create(stackOf("", hooks("")));
    const live = stackOf(
      "policies: { webhook-encryption: { states: live } }",
      hooks(", branchRestrictions: { force: { kind: force, pattern: main } }"),
    );
    const { failure } = await sandbox.look(live, { scope: {}, isPreview: false });
    expect(failure).toContain("webhook CI of the repository api is sent to ci.example.com");
  });

  it("stops an apply where the repository itself cannot be read", async () => {
    await sandbox.create(stackOf("", both("")));
    const [api] = sandbox.entries.filter(({ kind, name }) => kind.name === "Repository" && name === "api");
    sandbox.world.emulator.addFault({
      kind: "status",
      path: `^/repositories/acme/${encodeURIComponent(api?.id ?? "")}`,
      status: 403,
      times: 99,
    });
    const { arePoliciesKept, failure } = await sandbox.look(changed, { scope: {}, isPreview: false });
    expect([arePoliciesKept, failure === undefined]).toEqual([false, false]);
  });
});

it("has nothing to say, and asks nothing, where there is no policy", async () => {
  const { refusal, warnings } = await apply(stackOf("", api));
  expect([refusal, warnings]).toEqual([undefined, []]);
  expect((await loadText(stackOf("", api))).warnings.map(formatDiagnostic)).toEqual([]);
});
