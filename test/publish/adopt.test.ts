/** The YAML that follows the live state, and never a secret in it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import { countsOf, type DriftFinding, type DriftReport } from "../../src/drift";
import { adoptDrift } from "../../src/publish/adopt";
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

async function adopt(...changes: readonly Change[]) {
  const root = folderWith({ "stacks/acme.yaml": yaml });
  const place = join(root, "stacks/acme.yaml");
  const findings = changes.map(
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
  const report: DriftReport = { ...sampleReport(0), findings, counts: countsOf(findings) };
  const observed = changes.map(([kind, name, values]) => ({ key: `${kind} ${name}`, id: "1", values }));
  const outcome = await adoptDrift(report, observed, await loadStack(place, { root }), { root, place });
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

test("what the YAML cannot follow is named with what to do, and the rest is adopted", async () => {
  const { text, left } = await adopt(
    ["Repository", "api", { description: "Another" }],
    ["Webhook", "api:ci", {}, { case: "deleted" }],
    ["Webhook", "api:x", {}, { case: "unmanaged" }],
    ["Webhook", "api:y", {}, { case: "pending" }],
    ["PipelineVariable", "api:LEVEL", { value: "info" }],
    // No value that the YAML could have.
    ["Repository", "web", { forkPolicy: "whatever" }],
  );
  expect(text).toBe(yaml.replace('"The API"', "Another"));
  expect(left).toEqual([
    "api:ci: it was deleted on the server: remove it from the YAML, or apply to create it again",
    "api:x: the YAML does not declare it: import it, or delete it",
    "api:LEVEL: the YAML has the live values already",
    expect.stringMatching(/^web: .*forkPolicy/),
  ]);
});
