/** Each check finds its own fault in the emulator's example, and no other does. */
import { auditReportSchema, checks } from "../../src/audit";
import { looksSecret } from "../../src/audit/checks/plainSecret";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { acmeOf, audit, clean, daysAgo } from "./support";

jest.setTimeout(60_000);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed: "example" });
  clean(emulator);
});
afterAll(() => emulator.close());
const restores: (() => void)[] = [];
afterEach(() => {
  for (const restore of restores.splice(0).reverse()) restore();
});

const acme = () => acmeOf(emulator);
function repository(slug = "gateway") {
  const found = acme().repositories.get(slug);
  if (!found) throw new Error(`there is no repository ${slug}`);
  return found;
}
/** Changes fields until the test ends. */
function set<Target extends object>(target: Target, fields: Partial<Target>): void {
  const before = { ...target };
  Object.assign(target, fields);
  restores.push(() => {
    for (const name of Object.keys(fields)) Reflect.deleteProperty(target, name);
    Object.assign(target, before);
  });
}
function put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  const before = [...map];
  map.set(key, value);
  restores.push(() => {
    map.clear();
    for (const [name, held] of before) map.set(name, held);
  });
}
function drop(kind: string): void {
  const { restrictions } = repository();
  const before = [...restrictions];
  for (const [id, one] of restrictions) if (one.kind === kind) restrictions.delete(id);
  restores.push(() => {
    restrictions.clear();
    for (const [id, one] of before) restrictions.set(id, one);
  });
}
const hook = () => {
  const [found] = repository().hooks.values();
  if (!found) throw new Error("gateway has no webhook");
  return found;
};
const key = () => {
  const [found] = repository().deployKeys.values();
  if (!found) throw new Error("gateway has no deploy key");
  return found;
};
const user = (name: string) => {
  const found = [...emulator.state.users.values()].find((one) => one.nickname === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.uuid;
};
const runner = (name: string) => ({
  uuid: "{11111111-2222-4333-8444-555555555555}",
  name,
  labels: ["self.hosted", "linux"],
  state: { status: "ONLINE", cordoned: false, updated_on: daysAgo(1), version: { current: "1" } },
  created_on: daysAgo(5),
  updated_on: daysAgo(1),
  oauth_client: { id: "11111111-2222-4333-8444-666666666666" },
});

/** By check: how somebody makes the fault, and the message that the report has for it. */
const faults: Readonly<Record<string, readonly [plant: () => void, message: RegExp]>> = {
  "public-repository": [() => set(repository(), { is_private: false }), /^repository is public$/],
  "public-forks": [
    () => set(repository(), { fork_policy: "allow_forks" }),
    /^repository may be forked by everybody/,
  ],
  approvals: [() => drop("require_approvals_to_merge"), /^branch main takes merges without an approval$/],
  "passing-builds": [
    () => drop("require_passing_builds_to_merge"),
    /^branch main takes merges without a passing build$/,
  ],
  "force-push": [() => drop("force"), /^branch main can be force-pushed$/],
  "branch-deletion": [() => drop("delete"), /^branch main can be deleted$/],
  "direct-push": [() => drop("push"), /^branch main takes pushes of everybody/],
  "unlisted-admin": [
    () => put(repository("handbook").permissions.users, user("bob"), "admin"),
    /^user Bob Builder has admin rights and is not on the list$/,
  ],
  "direct-access": [
    () => {
      put(repository().permissions.groups, "developers", "write");
      put(repository().permissions.users, user("bob"), "write");
    },
    /^user Bob Builder has write access directly, beside the groups$/,
  ],
  "leaver-access": [
    () => {
      const { members } = acme();
      const before = [...members];
      put(repository().permissions.users, user("carol"), "write");
      members.delete(user("carol"));
      restores.push(() => {
        for (const [id, role] of before) members.set(id, role);
      });
    },
    /^user \{.*\} has write access and is no member of the workspace$/,
  ],
  "deploy-key-age": [
    () => set(key(), { added_on: daysAgo(400) }),
    /^deploy key Deployment was added 400 days ago$/,
  ],
  "deploy-key-unused": [
    () => set(key(), { last_used: daysAgo(100) }),
    /^deploy key Deployment was last used 100 days ago$/,
  ],
  "webhook-encryption": [
    () => set(hook(), { url: "http://ci.acme.example.com/hooks/gateway?token=abc" }),
    /^webhook CI is sent to ci\.acme\.example\.com without encryption$/,
  ],
  "webhook-certificate": [
    () => set(hook(), { skip_cert_verification: true }),
    /^webhook CI is sent without a check of the certificate$/,
  ],
  "webhook-secret": [() => set(hook(), { secret: "" }), /^webhook CI is sent without a signature/],
  "webhook-host": [
    () => set(hook(), { url: "https://evil.example.org/x" }),
    /^webhook CI is sent to evil\.example\.org, which is not on the list$/,
  ],
  "plain-secret": [
    () =>
      put(repository().variables, "{99999999-2222-4333-8444-555555555555}", {
        uuid: "{99999999-2222-4333-8444-555555555555}",
        key: "DEPLOY_TOKEN",
        value: "value-of-a-plain-variable",
        secured: false,
      }),
    /^variable DEPLOY_TOKEN is not secured, and looks like a secret$/,
  ],
  "open-deployment": [
    () => {
      const found = [...repository().environments.values()].find(({ type }) => type === "Production");
      if (found) set(found, { adminOnly: false });
    },
    /^deployment environment Production is deployed to by everybody/,
  ],
  "shared-runner": [
    () => put(acme().runners, runner("builder").uuid, runner("builder")),
    /^runner builder takes the builds of every repository/,
  ],
  "inactive-repository": [() => {}, /^repository has had no commit for \d+ days$/],
};

test("the cleaned example has nothing to say against it", async () => {
  const { report } = await audit(emulator);
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ score: 100, complete: true, unread: [] });
  expect(auditReportSchema.parse(report)).toEqual(report);
  // Each was made, but for those that have nothing to apply to there.
  expect(report.checks.filter(({ passed }) => passed === 0).map(({ id }) => id)).toEqual([]);
});

for (const [id, [plant, message]] of Object.entries(faults))
  test(`${id} finds its fault, and nothing else finds anything`, async () => {
    plant();
    const settings = id === "inactive-repository" ? { inactiveDays: 45 } : {};
    const { report } = await audit(emulator, { settings });
    expect(new Set(report.findings.map((finding) => finding.check))).toEqual(new Set([id]));
    for (const finding of report.findings) {
      expect(`${finding.subject} ${finding.message}`).toMatch(message);
      expect(finding.link).toMatch(/^https:\/\/bitbucket\.org\/acme\//);
    }
    expect(report.score).toBeLessThan(100);
    expect(JSON.stringify(report)).not.toMatch(/value-of-a-plain-variable|token=abc/);
  });

test("too-many-admins counts the users, and public-runner looks at public repositories alone", async () => {
  for (const name of ["alice", "bob", "carol"]) put(repository().permissions.users, user(name), "admin");
  const many = await audit(emulator, {
    settings: { maxAdmins: 2, admins: new Set(["alice", "bob", "carol"].map(user)) },
  });
  expect(many.report.findings).toMatchObject([
    { check: "too-many-admins", message: "has 3 users with admin rights, and 2 at most are expected" },
  ]);
  put(repository("handbook").runners, runner("own").uuid, runner("own"));
  const settings = { admins: undefined };
  expect((await audit(emulator, { settings })).report.findings).toEqual([]);
  set(repository("handbook"), { is_private: false });
  expect((await audit(emulator, { settings })).report.findings.map(({ check }) => check)).toEqual([
    "public-runner",
    "public-repository",
  ]);
});

test("every check has a fault here", () => {
  const tested = [...Object.keys(faults), "too-many-admins", "public-runner"];
  expect(tested.sort()).toEqual(checks.map(({ id }) => id).sort());
});

test("the main branch is protected by a glob, and by the branching model", async () => {
  const { restrictions } = repository();
  const [first] = [...restrictions.values()].filter(({ kind }) => kind === "force");
  if (!first) throw new Error("nothing forbids force pushes");
  set(first, { pattern: "m*" });
  expect((await audit(emulator)).report.findings).toEqual([]);
  set(first, { pattern: "", branch_match_kind: "branching_model", branch_type: "development" });
  expect((await audit(emulator)).report.findings).toEqual([]);
  set(first, { branch_type: "production" });
  expect((await audit(emulator)).report.findings.map(({ check }) => check)).toEqual(["force-push"]);
});

test("what the credential may not read is not taken for safe, and nothing is written", async () => {
  const before = emulator.requests.length;
  const { report } = await audit(emulator, { token: exampleTokens.withoutWebhooks });
  expect(report.complete).toBe(false);
  expect(report.unread.map(({ part }) => part)).toContain("webhook");
  const ofWebhooks = report.checks.filter(({ id }) => id.startsWith("webhook-"));
  expect(ofWebhooks.map(({ passed, failed }) => passed + failed)).toEqual([0, 0, 0, 0]);
  expect(emulator.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
});

test("only what the chosen checks need is read", async () => {
  const before = emulator.requests.length;
  const { report } = await audit(emulator, { checks: checks.filter(({ id }) => id === "public-repository") });
  expect(report).toMatchObject({ findings: [], score: 100 });
  expect(emulator.requests.length - before).toBeLessThan(6);
});

test("a workspace that is not there is an error, and not a clean one", async () => {
  await expect(audit(emulator, { workspace: "nowhere" })).rejects.toThrow(
    'There is no workspace "nowhere" that this credential can access',
  );
});

test("a member without a name is no leaver", async () => {
  const bob = [...emulator.state.users.values()].find(({ nickname }) => nickname === "bob");
  if (!bob) throw new Error("there is no bob");
  set(bob, { display_name: "", nickname: "" });
  put(repository().permissions.users, bob.uuid, "write");
  const { report } = await audit(emulator);
  expect(report.findings).toEqual([]);
});

test("a repository costs at most 16 requests", async () => {
  const whole = await audit(emulator);
  const one = await audit(emulator, { repositories: (slug) => slug !== "gateway" });
  expect(whole.report.requests - one.report.requests).toBeLessThanOrEqual(16);
});

test("names of variables are secrets by their end, not by what they mention", () => {
  for (const name of [
    "PASSWORD",
    "DB_PASSWORD",
    "API_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "NPM_TOKEN",
    "github_pat",
    "SSH_PRIVATE_KEY",
  ])
    expect([name, looksSecret(name)]).toEqual([name, true]);
  for (const name of [
    "TOKEN_URL",
    "AWS_ACCESS_KEY_ID",
    "KEYBOARD",
    "PATH",
    "SECRETARY",
    "PASSWORD_MIN_LENGTH",
    "MONKEY",
    "REGION",
  ])
    expect([name, looksSecret(name)]).toEqual([name, false]);
});
