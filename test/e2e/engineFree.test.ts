/** Previews and applies without the engine where nothing changes, held to what the engine does. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cliProgram } from "./support/gitCommands";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (replaced: Readonly<Record<string, string>> = {}) => {
  let text = `
workspace: acme
shards: { patterns: { data: warehouse } }
projects:
  PLAT: { name: Platform }
  DATA: { name: Data }
variables:
  REGION: eu
  TOKEN: { value: { fromEnv: WORKSPACE_SECRET }, secured: true }
repositories:
  api:
    project: PLAT
    webhooks:
      ci: { url: "https://ci.example.com/hook", events: [repo:push], secret: { fromEnv: HOOK_SECRET } }
      chat: { url: "https://chat.example.com/hook", events: [pullrequest:created] }
    variables: { LEVEL: info, PLAIN: { value: { fromEnv: PLAIN_SECRET } } }
    environments: { Production: { type: Production, variables: { DB: { value: { fromEnv: DB_SECRET }, secured: true } } } }
    branchRestrictions: { push: { kind: push, pattern: main, users: [bob] } }
    userPermissions: { bob: write }
  web: { project: PLAT, description: The web }
  warehouse: { project: DATA, variables: { LEVEL: info } }
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
`;
  for (const [before, after] of Object.entries(replaced)) {
    if (!text.includes(before)) throw new Error(before);
    text = text.replace(before, after);
  }
  return text;
};

const secrets = {
  WORKSPACE_SECRET: "workspace-secret-of-the-tests",
  HOOK_SECRET: "hook-secret-of-the-tests",
  PLAIN_SECRET: "plain-secret-of-the-tests",
  DB_SECRET: "database-secret-of-the-tests",
};

interface Outcome {
  readonly shards: readonly {
    readonly stack: string;
    readonly seconds?: number;
    readonly changes: readonly unknown[];
    readonly messages: readonly { readonly text: string }[];
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds?: number;
}

let project: Project;
let log: string;

/** Starts a project whose engines are noted. */
async function start(): Promise<void> {
  project = await Project.start();
  Object.assign(project.env, secrets);
  // Notes the operations of each engine that is started.
  const bin = join(project.folder, "bin");
  log = join(project.folder, "engines.log");
  const folders = String(project.env.PATH).split(delimiter);
  const real = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
  await writeFile(log, "");
  const keeps = `ls "$BITBUCKET_RUN" 2>/dev/null | grep state.json | sed "s/^/keeps /" >> "${log}"`;
  await project.write("bin/pulumi", `#!/bin/sh\necho "$*" >> "${log}"\n${keeps}\nexec "${real}" "$@"\n`);
  await chmod(join(bin, "pulumi"), 0o755);
  project.env.PATH = `${bin}:${project.env.PATH}`;
}

/** Applies, and returns what is printed and the Pulumi stacks whose engines ran. */
async function up(args: readonly string[] = []): Promise<{ output: string; engines: readonly string[] }> {
  await enginesRun();
  const { output } = await project.cli(["up", "test", "--yes", ...args]);
  return { output, engines: await enginesRun() };
}

/** The Pulumi stacks on which an operation was run since the last call. */
async function enginesRun(): Promise<string[]> {
  const lines = (await readFile(log, "utf8")).split("\n");
  await writeFile(log, "");
  return lines
    .flatMap((line) => (/^(preview|up) /.test(line) ? [line.match(/--stack (\S+)/)?.[1] ?? ""] : []))
    .sort();
}

async function preview(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const { stdout, output } = await project.cli(["preview", "test", "--json", ...args], env);
  if (!stdout.startsWith("{")) throw new Error(output);
  const { seconds: _, shards, ...rest } = JSON.parse(stdout) as Outcome;
  // An engine shows changes in the order in which it comes to them.
  const inOrder = (changes: readonly unknown[]) => changes.map((one) => JSON.stringify(one)).sort();
  return {
    ...rest,
    shards: shards.map(({ seconds: __, changes, messages, ...shard }) => ({
      ...shard,
      changes: inOrder(changes),
      messages,
    })),
  };
}

/** Previews with the engine only where it is needed and with it everywhere, which come to the same. */
async function compare(env: Record<string, string> = {}) {
  await enginesRun();
  const from = project.emulator.requests.length;
  const outcome = await preview([], env);
  const engines = await enginesRun();
  const requests = project.emulator.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
  expect(outcome).toEqual(await preview(["--engine"], env));
  await enginesRun();
  return { counts: outcome.counts, engines, requests };
}

describe("a program on Node", () => {
  beforeAll(async () => {
    await start();
    await project.yaml(yaml());
    expect((await up()).output).toMatch(/ created, 0 unchanged, in 2 shards/);
  });
  afterAll(() => project.close());

  test("no change, and what only the state has to learn: no engine, the same outcome, and an apply writes it", async () => {
    const outcome = await preview([]);
    expect(await enginesRun()).toEqual([]);
    const path = `/repositories/acme/${encodeURIComponent(project.repository("warehouse").uuid)}/pipelines_config/variables`;
    const { values } = (await project.somebody("GET", path)) as { values: { uuid: string }[] };
    await project.somebody("DELETE", `${path}/${encodeURIComponent(values[0]?.uuid ?? "")}`);
    const made = (await project.somebody("POST", path, { key: "LEVEL", value: "info" })) as { uuid: string };
    const { counts, engines, requests } = await compare();
    expect(engines).toEqual([]);
    expect(new Set(requests).size).toBe(requests.length);
    expect(counts).toEqual({ create: 0, adopt: 0, update: 0, replace: 0, delete: 0, unchanged: 16 });
    expect(outcome.counts).toEqual(counts);
    const applied = await up();
    expect(applied.output).toMatch(/16 unchanged/);
    expect(applied.engines).toEqual(["test.data"]);
    expect(JSON.stringify(await project.deployment("test.data"))).toContain(made.uuid);
  });

  test("changes of the YAML, of secrets and on the server, in one shard: the engine runs there, with what was read", async () => {
    await project.somebody("PUT", "/repositories/acme/api", { description: "by hand" });
    await project.yaml(
      yaml({
        "The web": "The new web",
        "  ci: {": "  build: {",
        "[pullrequest:created]": "[pullrequest:created, repo:fork]",
        "LEVEL: info, PLAIN": "OTHER: info, PLAIN",
        "environments: { Production": "environments: { Live: { type: Staging }, Production",
        "{ value: { fromEnv: DB_SECRET }, secured: true }": "open",
        "userPermissions: { bob: write }": "",
      }),
    );
    const { counts, engines, requests } = await compare({
      HOOK_SECRET: "other-hook-secret-of-the-tests",
      WORKSPACE_SECRET: "other-workspace-secret-of-the-tests",
    });
    // The web, both webhooks, what becomes open, the workspace's variable, and what somebody has changed.
    expect(counts).toMatchObject({ create: 2, update: 6, delete: 2, unchanged: 8 });
    expect(engines).toEqual(["test"]);
    expect(new Set(requests).size).toBe(requests.length);
  });
});

describe("a compiled project", () => {
  beforeAll(async () => {
    await start();
    await project.runOn("yaml");
    await project.yaml(yaml());
    expect((await up()).output).toMatch(/ created, 0 unchanged, in 2 shards/);
  });
  afterAll(() => project.close());

  test("no change: no engine, the same outcome, and nothing for an apply to do", async () => {
    const { counts, engines, requests } = await compare();
    expect(engines).toEqual([]);
    expect(new Set(requests).size).toBe(requests.length);
    expect(counts).toMatchObject({ create: 0, update: 0, delete: 0, unchanged: 16 });
    const before = await project.stateFiles();
    const same = await up();
    expect(same.output).toMatch(/16 unchanged, in 2 shards/);
    expect(same.engines).toEqual([]);
    expect(await project.stateFiles()).toBe(before);
  });

  test("what the look at one stack refuses ends its apply, and no engine is asked", async () => {
    await project.yaml(yaml({ "  warehouse: {": "  depot: {" }));
    await enginesRun();
    const states = await project.stateFiles();
    const { output, exitCode } = await project.cli(["up", "test.data", "--yes"]);
    expect(output).toMatch(/depot is new, and warehouse was removed[\s\S]*Nothing was changed/);
    expect(output).toMatch(/test\.data: up failed/);
    expect(exitCode).toBe(1);
    expect(await enginesRun()).toEqual([]);
    expect(await project.stateFiles()).toBe(states);
  });

  test("a renamed key, and defaults that change a whole shard", async () => {
    await project.yaml(
      yaml({
        "  ci: {": "  build: {",
        "deletion: allow }\n  project": "deletion: allow, forkPolicy: no_forks }\n  project",
      }),
    );
    const { counts, engines } = await compare();
    expect(counts).toMatchObject({ create: 0, update: 4, delete: 0, unchanged: 12 });
    expect(engines).toEqual(["test", "test.data"]);
  });

  test("a workspace that does not exist is told once for all shards, and no engine is asked", async () => {
    await project.yaml(yaml({ "workspace: acme": "workspace: nowhere" }));
    await enginesRun();
    const { output, exitCode } = await project.cli(["preview", "test"]);
    expect(output.match(/There is no workspace nowhere/g)).toHaveLength(1);
    expect(output).toMatch(/test\.data: preview failed\s+failed, in 2 shards/);
    expect(exitCode).toBe(1);
    expect(await enginesRun()).toEqual([]);
  });

  test("a state that an interrupted run has left is the engine's to judge", async () => {
    await project.yaml(yaml());
    const file = join(project.folder, "state", ".pulumi", "stacks", "bitbucket", "test.data.json");
    const text = await readFile(file, "utf8");
    const state = JSON.parse(text);
    const { latest } = state.checkpoint;
    latest.pending_operations = [{ resource: latest.resources.at(-1), type: "updating" }];
    await writeFile(file, JSON.stringify(state));
    const { counts, engines } = await compare().finally(() => writeFile(file, text));
    expect(engines).toEqual(["test.data"]);
    expect(counts).toMatchObject({ update: 0, unchanged: 16 });
  });

  test("changes on the server; an apply brings only their shard back, and leaves the others' states alone", async () => {
    const { uuid } = project.repository("api");
    const path = `/repositories/acme/${encodeURIComponent(uuid)}`;
    const { values } = (await project.somebody("GET", `${path}/hooks`)) as { values: { uuid: string }[] };
    await project.somebody("DELETE", `${path}/hooks/${encodeURIComponent(values[0]?.uuid ?? "")}`);
    const { counts, engines } = await compare();
    expect(counts).toMatchObject({ create: 1, unchanged: 15 });
    expect(engines).toEqual(["test"]);

    const states = await project.stateFiles();
    const up = await project.cli(["up", "test", "--yes"]);
    expect(up.output).toMatch(/\+ Webhook api:\w+ {2}was deleted in Bitbucket: recreated\n/);
    expect(up.output).toMatch(/1 created \(1 was deleted in Bitbucket\), 15 unchanged, in 2 shards/);
    // For the shards whose engines run, and no others.
    const kept = (await readFile(log, "utf8")).match(/(?<=^keeps ).*/gm);
    expect(new Set(kept)).toEqual(new Set(["test.state.json"]));
    expect(await enginesRun()).toEqual(["test"]);
    expect(await project.stateFiles()).not.toBe(states);

    const after = await project.stateFiles();
    const again = await project.cli(["up", "test", "--yes"]);
    expect(again.output).toMatch(/16 unchanged, in 2 shards/);
    expect(await enginesRun()).toEqual([]);
    expect(await project.stateFiles()).toBe(after);
  });

  test("changes of the YAML, of secrets and on the server, in one shard", async () => {
    await project.yaml(
      yaml({
        "The web": "The new web",
        "  ci: {": "  build: {",
        "LEVEL: info, PLAIN": "OTHER: info, PLAIN",
        "{ value: { fromEnv: DB_SECRET }, secured: true }": "open",
        "environments: { Production": "environments: { Live: { type: Staging }, Production",
        "userPermissions: { bob: write }": "",
      }),
    );
    const { uuid } = project.repository("api");
    const path = `/repositories/acme/${encodeURIComponent(uuid)}`;
    await project.somebody("PUT", path, { description: "by hand" });
    Object.assign(project.env, { HOOK_SECRET: "other-hook-secret-of-the-tests" });
    const { counts, engines, requests } = await compare();
    expect(counts).toMatchObject({ create: 2, update: 4, delete: 2, unchanged: 10 });
    // The engine's processes take what was read before them.
    expect(engines).toEqual(["test"]);
    expect(new Set(requests).size).toBe(requests.length);
    const applied = await up();
    expect(applied.output).toMatch(/2 created, 4 updated, 2 deleted, 10 unchanged, in 2 shards/);
    expect(applied.engines).toEqual(["test"]);
    const again = await up();
    expect(again.output).toMatch(/16 unchanged, in 2 shards/);
    expect(again.engines).toEqual([]);
  });

  test("--changed: only what the YAML changes is read, shown and applied", async () => {
    const { uuid } = project.repository("web");
    await project.somebody("PUT", `/repositories/acme/${encodeURIComponent(uuid)}`, {
      description: "drifted",
    });
    await project.yaml((await project.read("stacks/test.yaml")).replace("OTHER: info", "OTHER: debug"));
    const others = await entriesBeside("::api");
    const requestsOf = async (args: readonly string[]) => {
      await enginesRun();
      const from = project.emulator.requests.length;
      const { output } = await project.cli(args);
      const requests = project.emulator.requests
        .slice(from)
        .map(({ method, path }) => `${method} ${decodeURIComponent(path).replace(/\?.*/s, "")}`);
      expect(
        requests.filter((one) => one.includes(uuid) || / \/repositories\/acme(\/web)?$/.test(one)),
      ).toEqual([]);
      return {
        output,
        writes: requests.filter((one) => !one.startsWith("GET ")),
        engines: await enginesRun(),
      };
    };
    const shown = await requestsOf(["preview", "test", "--changed"]);
    expect(shown.output).toMatch(/~ PipelineVariable api:OTHER \(value\)[\s\S]*1 to update.* not looked at/);
    expect(shown.engines).toEqual([]);
    const drift = await requestsOf(["drift", "test", "--changed"]);
    expect(drift.output).toMatch(/api:OTHER/);
    const applied = await requestsOf(["up", "test", "--yes", "--changed"]);
    expect(applied.output).toMatch(/1 updated, \d+ unchanged, \d+ not looked at/);
    expect(applied.writes).toEqual([expect.stringMatching(/^PUT .*pipelines_config\/variables/)]);
    expect(applied.engines).toEqual(["test"]);
    expect(await entriesBeside("::api")).toEqual(others);
    // What drifted elsewhere is all that is left.
    expect((await preview([])).counts).toMatchObject({ create: 0, update: 1, delete: 0, unchanged: 15 });
  });

  test("a destroy that asks reads the YAML once", async () => {
    const reads = join(project.folder, "reads.log");
    const command = [
      "--require",
      join(__dirname, "support", "answersYes.cjs"),
      cliProgram,
      "destroy",
      "test",
    ];
    const { result } = project.command(process.execPath, command, { READS_LOG: reads });
    expect(await result).toMatchObject({ exitCode: 0, output: expect.stringMatching(/\d+ deleted/) });
    expect((await readFile(reads, "utf8")).split("\n").filter(Boolean)).toHaveLength(1);
  });
});

let workspace: string | undefined;

describe.each(["yaml", "nodejs"] as const)("an import into a project on %s", (runtime) => {
  const [former, current] = ["ATATT3xFf-former-token", "ATATT3xFf-current-token"];
  /** Applies the YAML once for both, by the program that takes less time. */
  const makeWorkspace = async () => {
    await project.runOn("yaml");
    await project.yaml(yaml());
    expect((await up()).output).toMatch(/ created, 0 unchanged, in 2 shards/);
    return project.emulator.snapshot();
  };
  const configure = (name: string, input: string) =>
    execFileSync("pulumi", ["config", "set", "--secret", "--stack", "test", "--non-interactive", name], {
      cwd: project.folder,
      env: project.env,
      input,
    });

  beforeAll(async () => {
    await start();
    workspace ??= await makeWorkspace();
    project.emulator.restore(workspace);
    await project.startOver();
    await rm(join(project.folder, "stacks"), { recursive: true, force: true });
    await project.runOn(runtime);
    for (const secret of [former, current]) {
      const { user } =
        project.emulator.state.tokens.find((one) => one.secret === project.env.BITBUCKET_TOKEN) ?? {};
      project.emulator.createToken({ name: secret, kind: "api_token", scopes: ["*"], user, secret });
    }
    configure("bitbucket:email", String(project.env.BITBUCKET_EMAIL));
    configure("bitbucket:token", former);
    Object.assign(project.env, { BITBUCKET_EMAIL: "", BITBUCKET_TOKEN: "" });
    const { exitCode, output } = await project.cli(["import", "acme", "--stack", "test"]);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => project.close());

  test("leaves nothing to do, for which no engine runs", async () => {
    const { counts, engines } = await compare();
    expect(engines).toEqual([]);
    expect(counts).toMatchObject({ create: 0, update: 0, delete: 0, unchanged: 16 });
    const { resources = [] } = await project.deployment();
    const prefix = runtime === "yaml" ? "bitbucket-cloud:index:" : "pulumi-nodejs:bitbucket:";
    const types = resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"));
    expect(types.filter((type) => !type.startsWith(prefix))).toEqual([]);
    expect(JSON.stringify(resources)).not.toContain(former);
  });

  test("goes on after its token was replaced, which the state still holds", async () => {
    const [token] = project.emulator.state.tokens.filter(({ secret }) => secret === former);
    Object.assign(token ?? {}, { revoked: true });
    expect((await project.pulumi(["refresh", "--yes", "--stack", "test"])).exitCode).not.toBe(0);
    configure("bitbucket:token", current);
    const refreshed = await project.pulumi(["refresh", "--yes", "--stack", "test"]);
    expect(refreshed).toMatchObject({ exitCode: 0, output: expect.stringMatching(/1\d unchanged/) });
    const applied = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    expect(applied).toMatchObject({ exitCode: 0, output: expect.stringMatching(/1\d unchanged/) });
  });
});

describe("the native provider of a program on Node, with settings of its own", () => {
  beforeAll(async () => {
    await start();
    await project.write(
      "Pulumi.test.yaml",
      'config: { "bitbucket-cloud:provider": native, "bitbucket:concurrency": "8" }\n',
    );
    await project.yaml(yaml({ "shards: { patterns: { data: warehouse } }": "" }));
    expect((await up()).output).toMatch(/16 created, 0 unchanged/);
  });
  afterAll(() => project.close());

  test("the engine runs where something changes, or the settings do", async () => {
    const same = await up();
    expect(same.output).toMatch(/16 unchanged/);
    expect(same.engines).toEqual([]);
    await project.yaml(yaml({ "shards: { patterns: { data: warehouse } }": "", "The web": "The new web" }));
    const changed = await up(["--changed"]);
    expect(changed.output).toMatch(/1 updated, \d+ unchanged, \d+ not looked at/);
    const settings = await project.read("Pulumi.test.yaml");
    await project.write("Pulumi.test.yaml", settings.replace('"8"', '"4"'));
    const refused = await up(["--changed"]);
    expect(refused.output).toMatch(/setting concurrency is another .*Leave out --changed/);
    expect(refused.engines).toEqual([]);
    const whole = await up();
    expect(whole.output).toMatch(/16 unchanged/);
    expect(whole.engines).toEqual(["test"]);
    expect((await up()).engines).toEqual([]);
  });
});

/**
 * The entries of the state of a shard by URN, without those whose URN has this part. Secrets are encrypted anew each time.
 */
async function entriesBeside(part: string): Promise<unknown[]> {
  const { resources = [] } = await project.deployment("test");
  const plain = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && "ciphertext" in value ? "secret" : value;
  return (
    resources
      .filter(({ urn, type }) => type.startsWith("bitbucket-cloud:") && !urn.includes(part))
      // The engine leaves out lists of dependencies that are empty.
      .map((one) => JSON.parse(JSON.stringify({ ...one, propertyDependencies: undefined }, plain)))
      .sort((left, right) => (left.urn < right.urn ? -1 : 1))
  );
}
