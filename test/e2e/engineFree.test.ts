/** Previews and applies without the engine where nothing changes, held to what the engine does. */
import { existsSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (replaced: Readonly<Record<string, string>> = {}) => {
  let text = `
workspace: acme
shards: { by: project }
projects:
  PLAT: { name: Platform }
  DATA: { name: Data }
variables:
  REGION: eu
  TOKEN: { value: { fromEnv: WORKSPACE_SECRET }, secured: true }
repositories:
  api:
    project: PLAT
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push], secret: { fromEnv: HOOK_SECRET } } }
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
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds?: number;
}

let project: Project;
let log: string;
beforeAll(async () => {
  project = await Project.start();
  Object.assign(project.env, secrets);
  // Notes the operations of each engine that is started.
  const bin = join(project.folder, "bin");
  log = join(project.folder, "engines.log");
  const folders = String(project.env.PATH).split(delimiter);
  const real = folders.map((folder) => join(folder, "pulumi")).find((file) => existsSync(file));
  await project.write("bin/pulumi", `#!/bin/sh\necho "$*" >> "${log}"\nexec "${real}" "$@"\n`);
  await chmod(join(bin, "pulumi"), 0o755);
  project.env.PATH = `${bin}:${project.env.PATH}`;
  await project.yaml(yaml());
  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(/ created, 0 unchanged, in 3 shards/);
});
afterAll(() => project.close());

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
    shards: shards.map(({ seconds: __, changes, ...shard }) => ({ ...shard, changes: inOrder(changes) })),
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

test("no change: no engine, and the same outcome", async () => {
  const { counts, engines, requests } = await compare();
  expect(engines).toEqual([]);
  expect(new Set(requests).size).toBe(requests.length);
  expect(counts).toEqual({ create: 0, adopt: 0, update: 0, replace: 0, delete: 0, unchanged: 15 });
});

test("YAML changes in one shard: the engine runs there, with what was read", async () => {
  await project.yaml(
    yaml({
      "The web": "The new web",
      "[repo:push]": "[repo:push, repo:fork]",
      "LEVEL: info, PLAIN": "OTHER: info, PLAIN",
      "environments: { Production": "environments: { Live: { type: Staging }, Production",
      "userPermissions: { bob: write }": "",
    }),
  );
  const { counts, engines, requests } = await compare();
  expect(counts).toMatchObject({ create: 2, update: 2, delete: 2, unchanged: 11 });
  expect(engines).toEqual(["test.PLAT"]);
  expect(new Set(requests).size).toBe(requests.length);
});

test("other values of secrets, and one that becomes open", async () => {
  await project.yaml(yaml({ "{ value: { fromEnv: DB_SECRET }, secured: true }": "open" }));
  const { counts, engines } = await compare({
    HOOK_SECRET: "other-hook-secret-of-the-tests",
    WORKSPACE_SECRET: "other-workspace-secret-of-the-tests",
  });
  expect(counts).toMatchObject({ update: 3, unchanged: 12 });
  expect(engines).toEqual(["test", "test.PLAT"]);
});

test("a renamed key, and defaults that change a whole shard", async () => {
  await project.yaml(
    yaml({
      "{ ci: {": "{ build: {",
      "deletion: allow }\n  project": "deletion: allow, forkPolicy: no_forks }\n  project",
    }),
  );
  const { counts, engines } = await compare();
  expect(counts).toMatchObject({ create: 0, update: 4, delete: 0, unchanged: 11 });
  expect(engines).toEqual(["test.DATA", "test.PLAT"]);
});

test("a state that an interrupted run has left is the engine's to judge", async () => {
  await project.yaml(yaml());
  const file = join(project.folder, "state", ".pulumi", "stacks", "bitbucket", "test.DATA.json");
  const text = await readFile(file, "utf8");
  const state = JSON.parse(text);
  const { latest } = state.checkpoint;
  latest.pending_operations = [{ resource: latest.resources.at(-1), type: "updating" }];
  await writeFile(file, JSON.stringify(state));
  const { counts, engines } = await compare();
  await writeFile(file, text);
  expect(engines).toEqual(["test.DATA"]);
  expect(counts).toMatchObject({ update: 0, unchanged: 15 });
});

test("changes on the server; an apply brings only their shard back, and leaves the others' states alone", async () => {
  const { uuid } = project.repository("api");
  const path = `/repositories/acme/${encodeURIComponent(uuid)}`;
  const { values } = (await project.somebody("GET", `${path}/hooks`)) as { values: { uuid: string }[] };
  await project.somebody("DELETE", `${path}/hooks/${encodeURIComponent(values[0]?.uuid ?? "")}`);
  const { counts, engines } = await compare();
  expect(counts).toMatchObject({ create: 1, unchanged: 14 });
  expect(engines).toEqual(["test.PLAT"]);

  const states = await project.stateFiles();
  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(/1 created, 14 unchanged, in 3 shards/);
  expect(await enginesRun()).toEqual(["test.PLAT"]);
  expect(await project.stateFiles()).not.toBe(states);

  const after = await project.stateFiles();
  const again = await project.cli(["up", "test", "--yes"]);
  expect(again.output).toMatch(/15 unchanged, in 3 shards/);
  expect(await enginesRun()).toEqual([]);
  expect(await project.stateFiles()).toBe(after);
});

test("what only the state has to learn is no change, and an apply writes it", async () => {
  const path = `/repositories/acme/${encodeURIComponent(project.repository("warehouse").uuid)}/pipelines_config/variables`;
  const { values } = (await project.somebody("GET", path)) as { values: { uuid: string }[] };
  await project.somebody("DELETE", `${path}/${encodeURIComponent(values[0]?.uuid ?? "")}`);
  const made = (await project.somebody("POST", path, { key: "LEVEL", value: "info" })) as { uuid: string };
  const { counts, engines } = await compare();
  expect(counts).toMatchObject({ unchanged: 15 });
  expect(engines).toEqual([]);
  expect((await project.cli(["up", "test", "--yes"])).output).toMatch(/15 unchanged/);
  expect(await enginesRun()).toEqual(["test.DATA"]);
  expect(JSON.stringify(await project.deployment("test.DATA"))).toContain(made.uuid);
});
