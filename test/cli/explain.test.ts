/** The output of `explain`: the worked example of docs/reference/yaml.md, line by line. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatExplanation } from "../../src/cli/plan/explain";
import { explainResource, loadStack } from "../../src/desired";

const yaml = `workspace: acme
projects: { PLAT: { name: Platform } }
defaults:
  repository: { mainBranch: main, forkPolicy: no_public_forks, language: java }
  webhook: { events: [repo:push] }
rules:
  - match: "*"
    forkPolicy: no_forks
    variables: { LOG_LEVEL: info }
  - match: ["svc-*", "!svc-old"]
    language: go
profiles:
  service:
    description: A service
    webhooks:
      ci: { url: "https://ci.example.com/bitbucket" }
      chat: { url: "https://chat.example.com/builds" }
repositories:
  svc-billing:
    project: PLAT
    profiles: [service]
    description: Writes bills
    webhooks: { chat: null }
    variables: { LOG_LEVEL: debug, TOKEN: { fromEnv: BILLING_TOKEN } }
  other: { project: PLAT, renamedFrom: null }
  third: { project: PLAT, renamedFrom: second }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks", "acme.yaml"), yaml);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explained(name: string, options: Parameters<typeof explainResource>[2] = {}) {
  const stack = await loadStack(join(folder, "stacks", "acme.yaml"));
  const root = stack.resources.find((resource) => resource.name === name);
  if (!root) throw new Error(`there is no ${name}`);
  return explainResource(stack, root, options);
}

test("each value stands beside its line, its layer, and what it overrides", async () => {
  const lines = formatExplanation(await explained("svc-billing")).split("\n");
  const line = (field: string) => lines.find((one) => one.startsWith(`  ${field} `))?.replace(/ {2,}/g, "  ");
  expect(lines[0]).toMatch(/^Repository svc-billing {2}stacks\/acme\.yaml:19$/);
  expect(line("mainBranch")).toBe("  mainBranch  main  stacks/acme.yaml:4  the defaults");
  expect(line("forkPolicy")).toBe(
    '  forkPolicy  no_forks  stacks/acme.yaml:8  the rule "*", over no_public_forks of the defaults (stacks/acme.yaml:4)',
  );
  expect(line("language")).toBe(
    '  language  go  stacks/acme.yaml:11  the rule "svc-*, !svc-old", over java of the defaults (stacks/acme.yaml:4)',
  );
  expect(line("description")).toBe(
    "  description  Writes bills  stacks/acme.yaml:22  own, over A service of the profile service (stacks/acme.yaml:14)",
  );
  expect(line("events")).toBe('  events  ["repo:push"]  stacks/acme.yaml:5  the defaults');
  expect(line("webhooks.chat")).toBe(
    "  webhooks.chat  stacks/acme.yaml:23  over the profile service (stacks/acme.yaml:17)",
  );
  // The columns are aligned.
  const columns = lines.filter((one) => /^ {2}(language|forkPolicy|key|url) /.test(one));
  expect(new Set(columns.map((one) => one.indexOf("stacks/acme.yaml"))).size).toBe(1);
});

test("what is said of a former key is shown, and that it is no rename", async () => {
  const lineOf = async (name: string) =>
    formatExplanation(await explained(name))
      .split("\n")
      .find((one) => one.includes("renamedFrom"));
  expect(await lineOf("other")).toMatch(/^ {2}renamedFrom +null +stacks\/acme\.yaml:25 +own$/);
  expect(await lineOf("third")).toMatch(/^ {2}renamedFrom +second +stacks\/acme\.yaml:26 +own$/);
  expect(await lineOf("svc-billing")).toBeUndefined();
});

test("a secret is a reference, and what follows from it says so", async () => {
  const { resources } = await explained("svc-billing", { kinds: ["variables"] });
  expect(resources.map(({ name }) => name)).toEqual(["svc-billing:LOG_LEVEL", "svc-billing:TOKEN"]);
  expect(resources[1]?.fields).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ field: "value", value: { fromEnv: "BILLING_TOKEN" }, layer: "own" }),
      expect.objectContaining({ field: "secured", value: true, layer: "implied" }),
    ]),
  );
});

test("only what belongs to it is shown, and defaults of the kind where they are asked for", async () => {
  const { resources } = await explained("other");
  expect(resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "Repository other",
    "PipelineVariable other:LOG_LEVEL",
  ]);
  const { resources: all } = await explained("other", { kinds: ["Repository"], all: true });
  expect(all[0]?.fields).toContainEqual(
    expect.objectContaining({ field: "isPrivate", layer: "default", value: true }),
  );
});
