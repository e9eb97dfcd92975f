/** `drift` as a user runs it, compared with a real preview of the engine on the same workspace. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DriftReport, reportSchema } from "../../src/drift";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const secrets = {
  CI_SECRET: "s3cret-of-the-webhook",
  DEPLOY_TOKEN: "t0ken-for-deployments",
  TITLE: "from-env",
};
const key =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deployer@example.com";

/** The applied YAML, and, with replacements in it, the YAML desired later. */
const yaml = (change: { hook?: string; approvals?: number; more?: string; reviewers?: string } = {}) => `
workspace: acme
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
projects:
  PLAT:
    name: Platform
    groupPermissions: { developers: write }
repositories:
  api:
    project: PLAT
    description: The public API
    pipelinesEnabled: true
    userPermissions: { bob: write, carol: read }
    defaultReviewers: ${change.reviewers ?? "[bob]"}
    branchRestrictions:
      approvals: { kind: require_approvals_to_merge, pattern: main, value: ${change.approvals ?? 2} }
      push: { kind: push, pattern: main, users: [bob], groups: [developers] }
    webhooks:
      ci:
        url: https://CI.example.com
        events: [repo:push, repo:updated]
        secret: { fromEnv: CI_SECRET }
        active: ${change.hook ?? "true"}
      chat: { url: https://chat.example.com/x, events: [repo:push], description: { fromEnv: TITLE } }
    deployKeys: { deployer: ${key} }
    variables:
      LOG_LEVEL: info
      TOKEN: { fromEnv: DEPLOY_TOKEN }
      OTHER_TOKEN: { fromEnv: DEPLOY_TOKEN }
    environments:
      Production: { type: Production, variables: { DEPLOY_TOKEN: { fromEnv: DEPLOY_TOKEN } } }
    branchingModel: { development: { useMainBranch: true } }
  web:
    project: PLAT
    variables: { A: "1", B: "2" }
    webhooks: { ci: { url: https://ci.example.com/web, events: [repo:push] } }
${change.more ?? "  old: { project: PLAT }"}
`;

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  Object.assign(project.env, secrets);
  await project.yaml(yaml());
  const up = await project.up();
  if (up.exitCode !== 0) throw new Error(up.output);
});
afterAll(() => project.close());
beforeEach(() => {
  project.emulator.requests.length = 0;
});

async function drift(args: readonly string[] = [], env: Record<string, string> = {}) {
  const { exitCode, stdout, output } = await project.cli(["drift", "test", "--json", ...args], env);
  try {
    return { exitCode, report: reportSchema.parse(JSON.parse(stdout)) };
  } catch {
    throw new Error(output);
  }
}

interface Change {
  readonly operation: string;
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly string[];
}

/** The engine's operations, in the words of the findings. */
async function preview(): Promise<string[]> {
  const { stdout } = await project.cli(["preview", "test", "--json"]);
  const { shards } = JSON.parse(stdout) as {
    shards: { changes: Change[]; messages: { severity: string; text: string }[] }[];
  };
  // What an apply would stop at fails it, and all is shown beside it.
  const errors = shards.flatMap(({ messages }) => messages.filter(({ severity }) => severity === "error"));
  expect(errors.filter(({ text }) => !/an apply (stops|would stop)/i.test(text))).toEqual([]);
  return shards
    .flatMap(({ changes }) => changes)
    .map(({ operation, kind, name, fields }) => said(operation, kind, name, fields))
    .sort();
}

/** The same for a report. Both findings of one resource are one operation. */
function operations({ findings }: DriftReport): string[] {
  const found = new Map<string, { operation: string; kind: string; name: string; fields: string[] }>();
  for (const { operation, kind, name, fields } of findings) {
    if (!operation) continue;
    const one = found.get(`${kind} ${name}`) ?? { operation, kind, name, fields: [] };
    // The engine's events do not distinguish secrets.
    one.fields.push(...fields.filter(({ secret }) => !secret).map(({ field }) => field));
    found.set(`${kind} ${name}`, one);
  }
  return [...found.values()]
    .map(({ operation, kind, name, fields }) => said(operation, kind, name, fields))
    .sort();
}

function said(operation: string, kind: string, name: string, fields: readonly string[]): string {
  const shown = fields.filter((field) => !["secret", "value", "privateKey"].includes(field)).sort();
  return [operation, kind, name, ...(operation === "update" ? shown : [])].join(" ");
}

const cases = ({ findings }: DriftReport) =>
  findings.map(({ case: of, severity, kind, name }) => `${of} ${severity} ${kind} ${name}`).sort();

test("nothing is found after an apply, with one read a collection and no write", async () => {
  const { exitCode, report } = await drift();
  expect(report.findings).toEqual([]);
  expect(exitCode).toBe(0);
  expect(report).toMatchObject({ complete: true, compared: 22, unchanged: 22, workspace: "acme" });
  expect(report.undetectable.map(({ name, field }) => `${name} ${field}`).sort()).toEqual([
    "api:OTHER_TOKEN value",
    "api:Production:DEPLOY_TOKEN value",
    "api:TOKEN value",
    "api:ci secret",
  ]);
  expect(await preview()).toEqual([]);
  expect(project.writes).toEqual([]);
  const hooks = project.emulator.requests.filter(({ path }) => path.split("?")[0]?.endsWith("/hooks"));
  expect(hooks).toHaveLength(4);
});

test("what the last apply could read and this credential may not is a failure of its own", async () => {
  project.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/hooks", times: 1_000_000 });
  const blind = await project.cli(["drift", "test"]);
  expect(blind.exitCode).toBe(4);
  expect(blind.output).toMatch(
    /that the last apply could read is unreadable: it is unknown.*--allow-unreadable/,
  );
  const { exitCode, report } = await drift(["--exit-zero"]);
  expect(exitCode).toBe(4);
  const unread = report.findings.filter((finding) => finding.case === "unreadable");
  expect(unread.map(({ kind, wasReadable }) => [kind, wasReadable])).toContainEqual(["Webhook", true]);
  expect((await drift(["--allow-unreadable"])).exitCode).toBe(0);
  project.emulator.clearFaults();
  expect((await drift()).exitCode).toBe(0);
});

test("every case is told apart, and what an apply would do is what a preview of the engine says", async () => {
  const api = project.repository("api");
  const hook = (host: string) =>
    [...api.hooks.values()].find(({ url }) => String(url).toLowerCase().includes(host));
  const [ci, chat] = [hook("ci."), hook("chat.")];
  const carol = [...project.emulator.state.users.values()].find(({ nickname }) => nickname === "carol")?.uuid;
  const variable = (name: string) => [...api.variables.values()].find((one) => one.key === name)?.uuid;
  const variables = "/repositories/acme/api/pipelines_config/variables";
  // Changed on the server.
  await project.somebody("PUT", "/repositories/acme/api", { is_private: true, description: "by hand" });
  await project.somebody("PUT", `/repositories/acme/api/hooks/${ci?.uuid}`, {
    url: "https://evil.example.org/",
    secret: null,
  });
  await project.somebody("PUT", `/repositories/acme/api/permissions-config/users/${carol}`, {
    permission: "admin",
  });
  await project.somebody("PUT", `${variables}/${variable("OTHER_TOKEN")}`, {
    secured: false,
    value: secrets.DEPLOY_TOKEN,
  });
  // deleted and recreated.
  await project.somebody("DELETE", `/repositories/acme/api/hooks/${chat?.uuid}`);
  await project.somebody("DELETE", `${variables}/${variable("TOKEN")}`);
  await project.somebody("POST", variables, { key: "TOKEN", value: "other", secured: true });
  await project.somebody("DELETE", "/repositories/acme/web");
  // Changed in YAML: the hook is changed on both sides, in different fields.
  await project.yaml(
    yaml({
      hook: "false",
      approvals: 3,
      reviewers: "[carol]",
      more: "  new: { project: PLAT, variables: { X: y } }",
    }),
  );
  project.emulator.requests.length = 0;
  const { exitCode, report } = await drift();
  expect(exitCode).toBe(2);
  expect(cases(report)).toEqual(
    [
      "drift low Repository api",
      "drift critical Webhook api:ci",
      "pending medium Webhook api:ci",
      "drift critical RepositoryUserPermission api:carol",
      "drift critical PipelineVariable api:OTHER_TOKEN",
      "deleted medium Webhook api:chat",
      "recreated high PipelineVariable api:TOKEN",
      "deleted critical Repository web",
      "deleted medium PipelineVariable web:A",
      "deleted medium PipelineVariable web:B",
      "deleted medium Webhook web:ci",
      "pending critical BranchRestriction api:approvals",
      "pending low Repository new",
      "pending low PipelineVariable new:X",
      "pending low DefaultReviewer api:carol",
      "pending low DefaultReviewer api:bob",
      "pending low Repository old",
    ].sort(),
  );
  const find = (of: string, name: string) =>
    report.findings.find((finding) => finding.case === of && finding.name === name);
  expect(find("drift", "api")).toMatchObject({
    operation: "update",
    project: "PLAT",
    repository: "api",
    link: "https://bitbucket.org/acme/api/admin",
    position: { file: "stacks/test.yaml" },
    fields: [{ field: "description", last: "The public API", live: "by hand", desired: "The public API" }],
  });
  expect(find("drift", "api:ci")?.fields).toMatchObject([
    { field: "url", last: "https://CI.example.com", live: "https://evil.example.org/", severity: "critical" },
    { field: "secret", secret: true, last: "[secret]", desired: "[secret]" },
  ]);
  expect(find("pending", "api:ci")?.fields).toMatchObject([{ field: "active", live: true, desired: false }]);
  expect(find("pending", "old")).toMatchObject({ operation: "delete" });
  const web = find("deleted", "web");
  expect(report.findings.filter(({ within }) => within === web?.id)).toHaveLength(3);
  expect(operations(report)).toEqual(await preview());
  expect(project.writes).toEqual([]);
  for (const secret of Object.values(secrets)) expect(JSON.stringify(report)).not.toContain(secret);
});

test("what nobody declared is found where it is asked for, or where YAML says so", async () => {
  const other = key.replace("9GKJl", "9GKJm").replace("deployer@", "somebody@");
  await project.somebody("POST", "/repositories/acme/api/deploy-keys", { key: other, label: "somebody" });
  await project.somebody("POST", "/repositories/acme/api/pipelines_config/variables", {
    key: "FORGOTTEN",
    value: "pl4in-and-secret",
    secured: false,
  });
  await project.somebody("POST", "/repositories/acme/stranger", { is_private: true });
  const strangers = ({ findings }: DriftReport) =>
    findings
      .filter((finding) => finding.case === "unmanaged")
      .map(({ severity, name }) => `${severity} ${name}`)
      .sort();
  expect(strangers((await drift()).report)).toEqual([]);
  const { exitCode, report } = await drift(["--unmanaged"]);
  expect(exitCode).toBe(2);
  expect(strangers(report)).toEqual(["critical api:somebody", "low stranger", "medium api:FORGOTTEN"]);
  expect(JSON.stringify(report)).not.toContain("pl4in-and-secret");
  expect(report.findings.find(({ name }) => name === "api:somebody")).toMatchObject({
    repository: "api",
    link: "https://bitbucket.org/acme/api/admin/access-keys",
  });
  const part = await drift([
    "--unmanaged",
    "--repository",
    "api",
    "--kinds",
    "DeployKey",
    "--fail-on",
    "critical",
  ]);
  expect(strangers(part.report)).toEqual(["critical api:somebody"]);
  expect(part.exitCode).toBe(2);
  const before = await readFile(join(project.folder, "stacks/test.yaml"), "utf8");
  await project.yaml(`${before}unmanaged: { policy: ignore, kinds: { deployKey: report } }\n`);
  expect(strangers((await drift()).report)).toEqual(["critical api:somebody"]);
  await project.yaml(before);
});

test("what has another key in YAML is the same, as in a preview", async () => {
  const before = await readFile(join(project.folder, "stacks/test.yaml"), "utf8");
  await project.yaml(before.replace("\n  api:\n", "\n  core:\n    name: api\n"));
  const { report } = await drift(["--repository", "core"]);
  expect(cases(report)).toContain("drift critical Webhook core:ci");
  expect(report.findings.filter(({ operation }) => operation === "delete").map(({ name }) => name)).toEqual([
    "api:bob",
  ]);
  expect(operations((await drift()).report)).toEqual(await preview());
  await project.yaml(before);
});

test("a pattern, a kind, a severity and the exit code narrow what counts", async () => {
  expect((await drift(["--repository", "new"])).exitCode).toBe(0);
  expect((await drift(["--repository", "new", "--fail-on-pending"])).exitCode).toBe(2);
  const hooks = await drift(["--kinds", "webhooks", "--project", "PL*", "--exit-zero"]);
  expect(hooks.exitCode).toBe(0);
  expect(new Set(hooks.report.findings.map(({ kind }) => kind))).toEqual(new Set(["Webhook"]));
  expect(project.emulator.requests.filter(({ path }) => path.includes("/variables"))).toEqual([]);
  expect((await drift(["--repository", "web", "--kinds", "Webhook", "--fail-on", "critical"])).exitCode).toBe(
    0,
  );
  const wrong = await project.cli(["drift", "test", "--kinds", "Webhok"]);
  expect(wrong).toMatchObject({ exitCode: 1 });
  expect(wrong.output).toContain('There is no resource type "Webhok": did you mean Webhook?');
});

test("without scopes for some kinds, those are unreadable and the others are compared", async () => {
  const reader = project.emulator.createToken({
    name: "reader",
    kind: "api_token",
    user: [...project.emulator.state.users.values()].find(({ nickname }) => nickname === "alice")?.uuid ?? "",
    scopes: ["repository", "project", "webhook", "pipeline", "workspace", "user", "pullrequest"].map(
      (scope) => `read:${scope}:bitbucket`,
    ),
  });
  const before = project.emulator.requests.length;
  const { exitCode, report } = await drift([], {
    BITBUCKET_TOKEN: reader.secret,
    CI_SECRET: "",
    DEPLOY_TOKEN: "",
  });
  expect(exitCode).toBe(2);
  expect(report.complete).toBe(false);
  const unread = report.findings.filter((finding) => finding.case === "unreadable");
  expect(unread.find(({ name }) => name === "api:deployer")?.scopes).toEqual(
    expect.arrayContaining(["admin:repository:bitbucket"]),
  );
  expect(cases(report)).toContain("drift critical Webhook api:ci");
  // Of the repository, only the field with its own endpoint is missing.
  expect(cases(report)).toContain("drift low Repository api");
  expect(report.undetectable.find(({ field }) => field === "pipelinesEnabled")?.reason).toMatch(
    /requires the scopes? .*admin:repository:bitbucket/,
  );
  expect(report.findings.some(({ name, case: of }) => name === "api:deployer" && of !== "unreadable")).toBe(
    false,
  );
  expect(project.emulator.requests.length).toBeGreaterThan(before);
});

test("every report is written at once, and no secret is in any of them", async () => {
  const formats = ["html", "json", "junit", "markdown", "text"];
  const asked = formats.map((format) => `${format}=drift.${format}`).join(",");
  const { exitCode, output } = await project.cli([
    "drift",
    "test",
    "--report",
    asked,
    "--history",
    "drift.jsonl",
  ]);
  expect(exitCode).toBe(2);
  expect(output).toContain("Wrote the html report to drift.html");
  const read = (name: string) => readFile(join(project.folder, name), "utf8");
  const texts = await Promise.all([...formats.map((format) => `drift.${format}`), "drift.jsonl"].map(read));
  for (const text of texts) {
    expect(text).toContain("api:ci");
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  }
  const again = await drift(["--history", "drift.jsonl"]);
  expect(again.report.findings.every(({ since }) => since !== undefined)).toBe(true);
  const piped = await project.cli(["drift", "test", "--report", "markdown=-"]);
  expect(piped.stdout).toMatch(/^### Drift of test\n/);
  const wrong = await project.cli(["drift", "test", "--report", "pdf=drift.pdf"]);
  expect(wrong).toMatchObject({ exitCode: 1 });
  expect(wrong.output).toContain("Write one of html, json, junit, markdown, text and a path");
});

test("what cannot be done is said before the workspace is read", async () => {
  const refused = async (...args: string[]) => {
    project.emulator.requests.length = 0;
    const { exitCode, output } = await project.cli(["drift", "test", ...args]);
    expect(exitCode).toBe(1);
    // The workspace, users by name, and renames are looked up before patterns apply.
    expect(project.emulator.requests.length).toBeLessThan(5);
    return output;
  };
  expect(await refused("--repository", "nothing-*", "--exit-zero")).toContain(
    'No repository of the stack matches "nothing-*". It has api',
  );
  expect(await refused("--report", "html=stacks")).toContain(
    "The html report cannot be written to stacks: it is a folder. Use another path.",
  );
  expect(await refused("--report", "html=-", "--json")).toContain(
    "Only one report can be written to standard output",
  );
  expect(await refused("--link", "javascript:x")).toContain("Use a URL that starts with https://");
  expect(await refused("--history", "stacks/test.yaml")).toContain(
    "line does not belong to a drift history. Use",
  );
  const { exitCode, output } = await project.cli([
    "drift",
    "test",
    "--repository",
    "api",
    "wep",
    "--exit-zero",
    "--report",
    "junit=new/results/drift.xml",
  ]);
  expect(output).toContain('warning: No repository of the stack matches "wep": did you mean web?');
  expect(exitCode).toBe(0);
  expect(await readFile(join(project.folder, "new/results/drift.xml"), "utf8")).toContain("<testsuites");
});

test("a watch goes on until it is told to stop, and ends with what it saw last", async () => {
  const { child, result } = project.startCli(
    ["drift", "test", "--watch", "1h", "--history", "watch.jsonl", "--report", "html=watch.html"],
    (output) => {
      if (output.includes("in sync")) child.kill("SIGTERM");
    },
  );
  const { exitCode, output } = await result;
  expect(exitCode).toBe(2);
  expect(output).toContain("PLAT / web");
  const history = await readFile(join(project.folder, "watch.jsonl"), "utf8");
  expect(history.trim().split("\n")).toHaveLength(1);
  expect(await readFile(join(project.folder, "watch.html"), "utf8")).toContain('"days":[{"day":');
});

test("what is shown in a terminal is short, and long where asked for", async () => {
  const short = await project.cli(["drift", "test"]);
  expect(short.output).toContain("PLAT / web");
  expect(short.output).toMatch(/critical deleted {5}repository web {2}with 3 resources in it/);
  expect(short.output).not.toContain("web:A");
  const long = await project.cli(["drift", "test", "--verbose"]);
  expect(long.output).toContain("web:A");
  expect(long.output).toMatch(/applied {2}The public API\n {8}server {3}by hand\n {8}YAML {5}The public API/);
  for (const secret of Object.values(secrets)) expect(short.output + long.output).not.toContain(secret);
});
