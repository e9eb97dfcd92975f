/** The YAML that follows the live state, and never a secret in it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import { countsOf, type DriftFinding, type DriftReport } from "../../src/drift";
import { unmanagedFindings } from "../../src/drift/unmanaged";
import { kinds } from "../../src/kinds";
import { adoptDrift } from "../../src/publish/adopt";
import type { UnmanagedObject } from "../../src/unmanaged";
import { folderWith, removeFolders } from "../desired/support/folder";
import { sampleReport } from "../drift/sample";

afterEach(removeFolders);

const leaked = "xR7kT2mVq9ZbN4wL";
const yaml = `# Ours
workspace: acme
defaults: { repository: { forkPolicy: no_forks } }   # for all
repositories:
  api:
    description:   "The API"   # keep me
    webhooks:
      ci: { url: https://ci.example.com/, events: [repo:push], secret: { fromEnv: CI_SECRET } }
    variables:
      TOKEN: { fromEnv: TOKEN }
      LEVEL: info
      HOST: { value: { fromEnv: HOST } }
    userPermissions:
      bob: { permission: write, until: 2099-01-31 }
      eve: read
  web: {}
`;

type Change = readonly [
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
  own?: Partial<DriftFinding>,
];

const adopt = (...changes: readonly Change[]) => adoptIn(yaml, changes);

async function adoptIn(yaml: string, changes: readonly Change[], unmanaged: readonly UnmanagedObject[] = []) {
  const root = folderWith({ "stacks/acme.yaml": yaml });
  const place = join(root, "stacks/acme.yaml");
  const extras = unmanagedFindings({ objects: unmanaged, unreadable: [] }, "acme");
  const changed = changes.map(
    ([kind, name, fields, own]): DriftFinding => ({
      id: name,
      fingerprint: "a",
      case: "drift",
      severity: "low",
      kind,
      title: kind,
      name,
      fields: Object.keys(fields).map((field) => ({ field, live: "shown", secret: false, severity: "low" })),
      ...own,
    }),
  );
  const findings = [...changed, ...extras];
  const report: DriftReport = { ...sampleReport(0), findings, counts: countsOf(findings) };
  const observed = changes.map(([kind, name, values]) => ({ key: `${kind} ${name}`, id: "1", values }));
  const outcome = await adoptDrift({ report, observed, unmanaged }, await loadStack(place, { root }), {
    root,
    place,
  });
  expect(readFileSync(place, "utf8")).toBe(yaml);
  return {
    text: outcome.texts.get("stacks/acme.yaml"),
    left: outcome.left.map(({ finding, reason }) => `${finding.name}: ${reason}`),
  };
}

test("live values go into the lines of their resources, and not a byte beside them changes", async () => {
  const { text, left } = await adopt(
    ["Repository", "api", { description: "Another", forkPolicy: "allow_forks" }],
    ["Webhook", "api:ci", { events: ["repo:push", "issue:created"] }],
    ["PipelineVariable", "api:LEVEL", { value: "debug" }],
    ["RepositoryUserPermission", "api:bob", { permission: "admin" }],
    ["RepositoryUserPermission", "api:eve", { permission: "write" }],
    ["Repository", "web", { description: "New" }],
  );
  expect(left).toEqual([]);
  expect(text).toBe(
    yaml
      .replace('"The API"   # keep me', "Another   # keep me")
      .replace("[repo:push], secret", "[ repo:push, issue:created ], secret")
      .replace("LEVEL: info", "LEVEL: debug")
      .replace("permission: write, until", "permission: admin, until")
      .replace("eve: read", "eve: write")
      .replace("      eve: write\n", "      eve: write\n    forkPolicy: allow_forks\n")
      .replace("web: {}", "web: { description: New }"),
  );
});

test("nothing of a resource with a changed secret is written, and references stay as they are", async () => {
  const masked = (field: string, secret: boolean) => ({
    field,
    live: "[secret]",
    secret,
    severity: "low" as const,
  });
  const { text, left } = await adopt(
    // Somebody has made it open: its value can be read now.
    [
      "PipelineVariable",
      "api:TOKEN",
      { secured: false, value: leaked },
      { fields: [masked("secured", false), masked("value", true)] },
    ],
    ["PipelineVariable", "api:HOST", { value: leaked }],
    ["Webhook", "api:ci", { url: `https://user:${leaked}@ci.example.com/` }],
  );
  expect(text).toBeUndefined();
  const opened = await adopt(["PipelineVariable", "api:TOKEN", { secured: false }]);
  expect(opened).toEqual({
    text: undefined,
    left: ["api:TOKEN: value is a secret, which anybody could read then"],
  });
  expect(left).toEqual([
    "api:TOKEN: a secret changed with it: nothing of it is written down",
    expect.stringMatching(/^api:HOST: (value comes from a secret reference|a secret changed with it)/),
    "api:ci: url holds a user name and a password",
  ]);
});

test("a value that would be merged with that of a profile is not adopted: the YAML would not have the live one", async () => {
  const inherited = `workspace: acme
profiles: { base: { branchingModel: { development: { useMainBranch: true } } } }
repositories: { api: { profiles: [base] } }
`;
  const { text, left } = await adoptIn(inherited, [
    ["BranchingModel", "api", { development: { name: "develop" } }],
  ]);
  expect(text).toBeUndefined();
  expect(left).toEqual([expect.stringContaining("development")]);
});

test("what the YAML cannot follow is named with what to do, and the rest is adopted", async () => {
  const { text, left } = await adopt(
    ["Repository", "api", { description: "Another" }],
    ["Webhook", "api:ci", {}, { case: "recreated" }],
    ["Webhook", "api:x", {}, { case: "unmanaged" }],
    ["Webhook", "api:y", {}, { case: "pending" }],
    ["PipelineVariable", "api:LEVEL", { value: "info" }],
    // No value that the YAML could have.
    ["Repository", "web", { forkPolicy: "whatever" }],
  );
  expect(text).toBe(yaml.replace('"The API"', "Another"));
  expect(left).toEqual([
    "api:ci: it was deleted and recreated on the server: apply to settle it",
    "api:x: the YAML does not declare it: import it, or delete it in Bitbucket",
    "api:LEVEL: the YAML has the live values already",
    expect.stringMatching(/^web: .*forkPolicy/),
  ]);
});

describe("what somebody deleted by hand", () => {
  const deleted = (...names: readonly (readonly [kind: string, name: string])[]): Change[] =>
    names.map(([kind, name]) => [kind, name, {}, { case: "deleted" }]);

  test("goes from the YAML, with its section if that is empty, and not a byte beside it", async () => {
    const { text, left } = await adoptIn(
      yaml,
      deleted(
        ["Webhook", "api:ci"],
        ["PipelineVariable", "api:TOKEN"],
        ["RepositoryUserPermission", "api:eve"],
      ),
    );
    expect(left).toEqual([]);
    expect(text).toBe(
      yaml
        .replace(/ {4}webhooks:\n.*\n/, "")
        .replace(/ {6}TOKEN:.*\n/, "")
        .replace(/ {6}eve:.*\n/, ""),
    );
  });

  test("takes with it what is in it, and the rest of the file stays", async () => {
    const all = deleted(["Webhook", "api:ci"], ["Repository", "api"], ["PipelineVariable", "api:LEVEL"]);
    const { text, left } = await adoptIn(yaml, all);
    expect(left).toEqual([]);
    expect(text).toBe(yaml.replace(/ {2}api:\n(?: {4}.*\n)+/, ""));
  });

  test.each([
    ["{ api: { variables: { A: x, B: y } } }", "api:A", "{ api: { variables: { B: y } } }"],
    ["{ api: { variables: { A: x, B: y } } }", "api:B", "{ api: { variables: { A: x } } }"],
    ["{ api: { variables: { A: x } }, web: {} }", "api:A", "{ api: {}, web: {} }"],
    ["\n  api: # ours\n    variables: { A: x }\n  web: {}", "api:A", "\n  api: {} # ours\n  web: {}"],
    [
      "\n  api:\n    variables:\n      # why\n      A: |\n        x\n        y\n      # B\n      B: y",
      "api:A",
      "\n  api:\n    variables:\n      # why\n      # B\n      B: y",
    ],
  ])("in %j", async (repositories, name, after) => {
    const around = (text: string) => `workspace: acme\nrepositories: ${text}\n`;
    const { text, left } = await adoptIn(around(repositories), deleted(["PipelineVariable", name]));
    expect(left).toEqual([]);
    expect(text).toBe(around(after));
  });

  test("stays where a profile or an anchor declares it, with what to do", async () => {
    const shared = `workspace: acme
profiles: { hooked: { webhooks: { ci: { url: https://ci.example.com/, events: [repo:push] } } } }
repositories:
  api: { profiles: [hooked] }
  web: { webhooks: { a: &hook { url: https://a.example.com/, events: [repo:push] } } }
  app: { webhooks: { a: *hook } }
`;
    const { text, left } = await adoptIn(shared, deleted(["Webhook", "api:ci"], ["Webhook", "web:a"]));
    expect(text).toBeUndefined();
    expect(left).toEqual([
      "api:ci: it comes from a list, a profile or defaults: take it out there",
      "web:a: an anchor in it is used elsewhere in the YAML",
    ]);
  });
});

describe("what somebody created by hand", () => {
  const kindOf = (name: string) => {
    const kind = kinds.find((one) => one.name === name);
    if (!kind) throw new Error(name);
    return kind;
  };
  async function created(
    kind: string,
    args: Record<string, unknown>,
    { owner, ...more }: { readonly owner?: string } & Partial<Omit<UnmanagedObject, "owner">> = {},
  ): Promise<UnmanagedObject> {
    const root = folderWith({ "stacks/acme.yaml": yaml });
    const { resources } = await loadStack(join(root, "stacks/acme.yaml"), { root });
    const holder = resources.find(({ name, kind: { parentRole } }) => name === owner && parentRole);
    return {
      kind: kindOf(kind),
      at: { workspace: "acme", ...(holder ? { repository: "{1}" } : {}) },
      found: { id: `{${JSON.stringify(args).length}}`, args, outputs: {} },
      label: "label",
      names: [],
      ...(holder ? { owner: holder, repository: owner } : {}),
      ...more,
    };
  }

  test("is declared at its place, as an import does it, and a secret stays where it is", async () => {
    const { text, left } = await adoptIn(
      yaml,
      [],
      [
        await created(
          "Webhook",
          { url: "https://new.example.com/", description: "New one", events: ["repo:push"], active: true },
          { owner: "api" },
        ),
        await created("PipelineVariable", { key: "PASSWORD", secured: true }, { owner: "api" }),
        await created("BranchRestriction", { kind: "force", pattern: "main" }, { owner: "web" }),
        await created("Repository", { slug: "shop", name: "shop", isPrivate: true, project: "PLAT" }),
      ],
    );
    expect(left).toEqual([
      expect.stringMatching(/^label: .*repositories\.shop\.project: there is no project "PLAT"/),
    ]);
    expect(text).toBe(
      yaml
        .replace(
          / {6}ci: \{.*\n/,
          "$&      New one:\n        url: https://new.example.com/\n        events: [repo:push]\n        secret: { fromEnv: API_NEW_ONE_SECRET, ifMissing: keep }\n",
        )
        .replace(/ {6}HOST:.*\n/, "$&      PASSWORD: { fromEnv: API_PASSWORD, ifMissing: keep }\n")
        .replace("web: {}", "web: { branchRestrictions: { force-main: { kind: force, pattern: main } } }"),
    );
  });

  test("is declared where a repository has one of them", async () => {
    const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    const pair = await created("PipelineSshKeyPair", { publicKey }, { owner: "web" });
    const { text, left } = await adoptIn(yaml, [], [pair]);
    expect(left).toEqual([]);
    expect(text).toContain(`publicKey: ${publicKey}`);
  });

  test("is left out with a reason where a secret could be in it, or the YAML says that it goes", async () => {
    const { text, left } = await adoptIn(
      yaml,
      [],
      [
        await created("PipelineVariable", { key: "OPEN", secured: false, value: leaked }, { owner: "api" }),
        await created(
          "Webhook",
          { url: `https://me:${leaked}@new.example.com/`, events: ["repo:push"] },
          { owner: "api" },
        ),
        await created(
          "Webhook",
          { url: "https://gone.example.com/", events: ["repo:push"] },
          { owner: "api", policy: "remove" },
        ),
      ],
    );
    expect(text).toBeUndefined();
    expect(left).toEqual([
      "api:label: its value may be a secret, which is not written down: import it, or delete it in Bitbucket",
      "api:label: url holds a user name and a password: import it, or delete it in Bitbucket",
      "api:label: the YAML says to remove what is unmanaged: the next apply deletes it",
    ]);
  });
});
