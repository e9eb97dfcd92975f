/**
 * A real engine against a server with wrong responses: nothing is created twice, and nothing is dropped from
 * the state.
 */
import {
  all,
  HostileProxy,
  lacking,
  mischief,
  notFound,
  short,
  shouting,
  type Trick,
} from "../support/hostile";
import { Project } from "./support/project";

jest.setTimeout(600_000);

const variables = ["REGION", "TIER", "REPLICAS"];
const yaml = (extra = "") => `
workspace: acme
projects: { PLAT: { name: Platform, groupPermissions: { developers: read } } }
webhooks: { audit: { url: "https://audit.example.com/hook", events: [repo:created] } }
repositories:
  api:
    project: PLAT
    deletion: allow
    pipelinesEnabled: true
    webhooks:
      ci: { url: "https://ci.example.com/hook", events: [repo:push] }
      chat: { url: "https://chat.example.com/hook", events: [repo:push] }
    variables: { LOG_LEVEL: info }
    branchRestrictions: { no-force: { kind: force, pattern: main } }
    userPermissions: { bob: write }
    environments:
      Production: { type: Production, variables: { ${variables.map((name) => `${name}: "1"`).join(", ")} } }
${extra}`;

let project: Project;
let proxy: HostileProxy;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  proxy = await HostileProxy.start(project.emulator.origin);
  project.env.BITBUCKET_API_URL = proxy.url;
  await project.yaml(yaml());
  expect(await project.up()).toMatchObject({ exitCode: 0 });
  before = await snapshot();
  restore = await project.keep();
});
afterEach(() => proxy.behave());
afterAll(async () => {
  await proxy.close();
  await project.close();
});

let before: string[];
let restore: () => Promise<void>;

/** All ids on the server, and all in the state. */
async function snapshot(): Promise<string[]> {
  return [...live(), ...(await heldIds())];
}

function live(): string[] {
  const { acme } = project;
  const repository = project.repository("api");
  return [
    ...[...acme.projects.values(), ...acme.hooks.values()].map(({ uuid }) => uuid),
    repository.uuid,
    ...[...repository.hooks.values(), ...repository.variables.values()].map(({ uuid }) => uuid),
    ...[...repository.restrictions.keys()].map(String),
    ...[...repository.environments.values()].flatMap((one) => [one.uuid, ...one.variables.keys()]),
  ];
}

async function heldIds(): Promise<string[]> {
  const { resources = [] } = await project.deployment();
  return resources.map(({ urn, id }) => `${urn} ${id}`).sort();
}

/** Runs work behind a trick, and asserts that no write was sent and no id changed. */
async function unmoved<Result>(trick: Trick, work: () => Promise<Result>): Promise<Result> {
  proxy.trick = trick;
  project.emulator.requests.length = 0;
  const result = await work();
  expect(project.writes).toEqual([]);
  proxy.behave();
  expect(await snapshot()).toEqual(before);
  return result;
}

/** The ids on the server that the state does not have, or has twice. */
async function unmanaged(): Promise<string[]> {
  const { resources = [] } = await project.deployment();
  const held = resources.map(({ id }) => id);
  const repositories = [...project.acme.repositories.values()].map(({ uuid }) => uuid);
  return [...live(), ...repositories].filter((id) => held.filter((one) => one === id).length !== 1);
}

const always = () => true;
const everyList = /(?:hooks|variables|branch-restrictions|permissions-config\/\w+|environments|projects)$/;
/** A deployment variable has no path of its own. */
const provable =
  /(?:hooks|pipelines.config\/variables|branch-restrictions|permissions-config\/\w+|environments|projects)$/;

test("lists that lack everything at every look: up changes nothing, drift and repair find nothing", async () => {
  const trick = all(lacking(provable, always), shouting(/(?:)/));
  expect(await unmoved(trick, () => project.up())).toMatchObject({ exitCode: 0 });
  const drift = await unmoved(trick, () => project.cli(["drift", "test", "--json"]));
  expect(drift).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(drift.stdout).findings).toEqual([]);
  const repair = await unmoved(trick, () => project.cli(["repair", "test", "--yes"]));
  expect(repair).toMatchObject({ exitCode: 0 });
  expect(repair.output).toMatch(/Nothing to repair/);
});

test.each([
  [
    "lists that are shorter than they say",
    short(everyList, always),
    /the collection says \d+ and gave 0 \(GET \S+\)/,
  ],
  [
    "a 404 of lists whose parent is there",
    notFound(everyList),
    /404, although the (?:repository|project) \S+ exists/,
  ],
])("%s: up stops before the first write, and drift and repair drop nothing", async (_name, trick, told) => {
  const up = await unmoved(trick, () => project.up());
  expect(up.exitCode).not.toBe(0);
  expect(up.output).toMatch(told);
  const repair = await unmoved(trick, () => project.cli(["repair", "test", "--yes"]));
  expect(repair.output).not.toMatch(/is gone|longer exists: remove it/);
  const drift = await unmoved(trick, () => project.cli(["drift", "test", "--json"]));
  expect(drift.stdout).not.toContain('"case":"deleted"');
  expect(drift.stdout).not.toContain('"case": "deleted"');
  const after = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(after).toMatchObject({ exitCode: 0 });
});

test.each([
  ["one at a time", ["--parallel", "1"]],
  ["many at a time", []],
])(
  "all deployment variables of an environment at once, read %s: cannot tell, and nothing is lost",
  async (_name, args) => {
    const trick = lacking(/environments\/.*variables$/, always);
    const up = await unmoved(trick, () =>
      project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test", ...args]),
    );
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(/All 3 of one list.*cannot be found.*BITBUCKET_MISSING_IS_DELETED=1/s);
  },
);

test.each([["drift"], ["repair", "--yes"]])(
  "all deployment variables of an environment at once: %s cannot tell, and loses nothing",
  async (command, ...more) => {
    const trick = lacking(/environments\/.*variables$/, always);
    const { exitCode, output } = await unmoved(trick, () => project.cli([command, "test", ...more]));
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/All 3 of one list/);
  },
);

test("mischief of all sorts and an honest run: what is declared, nothing twice, the same ids", async () => {
  for (const seed of [1, 2, 3]) {
    await project.yaml(yaml(`  web: { project: PLAT, deletion: allow, description: "${seed}" }\n`));
    proxy.trick = mischief({ seed, share: 0.5, steady: seed % 2 === 0 }, /environments\/.*variables$/);
    await project.up();
    proxy.behave();
    expect(await project.up()).toMatchObject({ exitCode: 0 });
    expect(project.repository("web").description).toBe(String(seed));
    expect(await unmanaged()).toEqual([]);
  }
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
  expect(await snapshot()).toEqual(expect.arrayContaining(before));
});

describe("a repository with most of the stack is really deleted", () => {
  beforeEach(async () => {
    await restore();
    await project.yaml(yaml());
    await project.somebody("DELETE", "/repositories/acme/api");
    project.emulator.requests.length = 0;
  });

  async function stops(...args: readonly string[]): Promise<void> {
    const up = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test", ...args]);
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(/\d+ of \d+ resources cannot be found.*BITBUCKET_MISSING_IS_DELETED=1/s);
    expect(project.writes).toEqual([]);
  }

  test("read one at a time: stops", () => stops("--parallel", "1"));

  test("read many at a time: stops, at the next run as well, and goes on when told", async () => {
    await stops();
    await stops();
    expect(await project.up({ BITBUCKET_MISSING_IS_DELETED: "1" })).toMatchObject({ exitCode: 0 });
    expect(project.repository("api").hooks.size).toBe(2);
    expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
  });
});
