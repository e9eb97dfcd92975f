/** Applies of a part by a real engine: what the YAML changes alone, or what a look at everything has found to change. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

const names = ["api", "web", "docs", "tools", "infra"];

/** A repository with all that belongs to it. */
const repository = (key: string, more = "") => `
  ${key}:
    project: PLAT${more}
    webhooks: { ci: { url: "https://ci.example.com/${key}", events: [repo:push], secret: { fromEnv: HOOK_SECRET } } }
    variables: { LEVEL: info, TOKEN: { value: { fromEnv: HOOK_SECRET }, secured: true } }
    branchRestrictions: { force: { kind: force, pattern: main } }`;

const yaml = (repositories: readonly string[], { project = "PLAT: { name: Platform }", more = "" } = {}) => `
workspace: acme${more}
projects:
  ${project}
repositories:${repositories.join("")}
defaults:
  repository: { deletion: allow }
  project: { deletion: allow }
`;

const all = names.map((name) => repository(name));

let project: Project;
let restore: () => Promise<void>;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  project.env.HOOK_SECRET = "hook-secret-of-these-tests";
  await project.yaml(yaml(all));
  const up = await project.cli(["up", "test", "--yes"]);
  expect(up.output).toMatch(/26 created, 0 unchanged/);
  restore = await project.keep();
});
afterEach(async () => {
  await restore();
  await project.runOn("yaml");
  await project.yaml(yaml(all));
});
afterAll(() => project.close());

interface Run {
  readonly output: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Applies what the YAML changes, and returns the requests with names in the place of ids. */
async function upChanged(env: Record<string, string> = {}): Promise<Run> {
  const from = project.emulator.requests.length;
  const { output } = await project.cli(["up", "test", "--yes", "--changed"], env);
  const ids = new Map(names.flatMap((name) => idsOf(name)));
  const requests = project.emulator.requests.slice(from).map(({ method, path }) => {
    const named = [...ids].reduce(
      (text, [id, name]) => text.replaceAll(id, name),
      decodeURIComponent(path).replace(/\?.*/s, ""),
    );
    return `${method} ${named}`;
  });
  return {
    output,
    reads: requests.filter((request) => request.startsWith("GET ")),
    writes: requests.filter((request) => !request.startsWith("GET ")),
  };
}

const known = new Map<string, string>();

/** The id of a repository, also of one that is deleted since. */
function idsOf(name: string): (readonly [string, string])[] {
  const found = project.acme.repositories.get(name);
  if (found) known.set(found.uuid, name);
  return [...known].filter(([, one]) => one === name);
}

/** The entries of the state, by type and name, without what belongs to some repositories. */
async function entriesBeside(...left: readonly string[]): Promise<unknown[]> {
  const { resources = [] } = await project.deployment();
  const others = resources.filter(({ urn }) => {
    const name = urn.split("::").at(-1)?.split(":")[0] ?? "";
    return /(?:nodejs:bitbucket|bitbucket-cloud:index):/.test(urn) && !left.includes(name);
  });
  // The engine leaves out lists of dependencies that are empty, and encrypts secrets anew.
  const plain = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && "ciphertext" in value ? "secret" : value;
  return others
    .map((one) => JSON.parse(JSON.stringify({ ...one, propertyDependencies: undefined }, plain)))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** A full apply afterwards. */
async function upAll(): Promise<string> {
  const { output } = await project.cli(["up", "test", "--yes", "--engine"]);
  return output;
}

test("one repository of many: only its requests, and everything else stays as it is", async () => {
  const { uuid } = project.repository("web");
  await project.somebody("PUT", `/repositories/acme/${encodeURIComponent(uuid)}`, { description: "drifted" });
  await project.yaml(yaml([repository("api", "\n    description: The API"), ...all.slice(1)]));
  const others = await entriesBeside("api");
  const { output, reads, writes } = await upChanged();
  expect(output).toMatch(/1 updated, 4 unchanged, 21 not looked at/);
  expect(output).toMatch(/Not looked at: 21 resources/);
  expect(writes).toEqual(["PUT /repositories/acme/api"]);
  expect(reads.filter((read) => /web|docs|tools|infra|GET \/repositories\/acme$/.test(read))).toEqual([]);
  expect(await entriesBeside("api")).toEqual(others);
  // What drifted elsewhere is a full apply's to find, and nothing else is left to do.
  expect(await upAll()).toMatch(/1 updated, 25 unchanged/);
  expect(project.repository("web").description).not.toBe("drifted");
});

test("one repository of two, in a program on Node: likewise, with what it declares itself", async () => {
  await project.runOn("nodejs");
  await project.startOver();
  project.emulator.reset();
  await project.yaml(yaml(all.slice(0, 2)));
  expect(await upAll()).toMatch(/11 created, 0 unchanged/);
  await project.yaml(yaml([repository("api", "\n    description: The API"), repository("web")]));
  const others = await entriesBeside("api");
  const { output, reads, writes } = await upChanged();
  expect(output).toMatch(/1 updated, 4 unchanged, 6 not looked at/);
  expect(writes).toEqual(["PUT /repositories/acme/api"]);
  expect(reads.filter((read) => /web|GET \/repositories\/acme$/.test(read))).toEqual([]);
  expect(await entriesBeside("api")).toEqual(others);
  expect(await upAll()).toMatch(/^11 unchanged/m);
});

test("a deleted repository goes with one request, and a new one comes", async () => {
  const others = await entriesBeside("docs", "extra");
  await project.yaml(
    yaml([...all.filter((one) => !one.includes("docs:")), repository("extra", "\n    renamedFrom: null")]),
  );
  const { output, reads, writes } = await upChanged();
  expect(output).toMatch(/5 created, 5 deleted/);
  expect(writes.filter((write) => write.startsWith("DELETE"))).toEqual(["DELETE /repositories/acme/docs"]);
  expect(reads.filter((read) => /\/(web|tools|infra)/.test(read))).toEqual([]);
  expect(project.acme.repositories.has("docs")).toBe(false);
  expect(await entriesBeside("docs", "extra")).toEqual(others);
  expect(await upAll()).toMatch(/^26 unchanged/m);
});

test("renames of a repository and of a project take along what depends on them", async () => {
  const { uuid } = project.repository("web");
  const renamed = all.map((one) =>
    one.includes(" web:") ? repository("site", "\n    renamedFrom: web") : one,
  );
  await project.yaml(yaml(renamed));
  const { output, writes } = await upChanged();
  expect(output).toMatch(/not looked at/);
  expect(writes.filter((write) => !write.startsWith("PUT"))).toEqual([]);
  expect(project.repository("site").uuid).toBe(uuid);
  expect(await upAll()).toMatch(/^26 unchanged/m);

  const other = renamed.map((one) => one.replace("project: PLAT", "project: BASE"));
  await project.yaml(yaml(other, { project: "BASE: { name: Platform, renamedFrom: PLAT }" }));
  expect((await upChanged()).writes.filter((write) => !write.startsWith("PUT"))).toEqual([]);
  expect(await upAll()).toMatch(/^26 unchanged/m);
});

test("limits, protection and the policy for unmanaged resources hold as in a full apply", async () => {
  // 10 of 26 are more than the limit.
  await project.yaml(yaml(all.slice(2)));
  const many = await upChanged();
  expect(many.output).toMatch(/would delete or replace 10 of 26 resources, and the limit is 30 %/);
  expect(many.writes).toEqual([]);

  const path = `/repositories/acme/${encodeURIComponent(project.repository("api").uuid)}/hooks`;
  await project.somebody("POST", path, {
    description: "stranger",
    url: "https://stranger.example.com",
    events: ["repo:push"],
    active: true,
  });
  const changed = [repository("api", "\n    description: The API"), ...all.slice(1)];
  await project.yaml(yaml(changed, { more: "\nunmanaged: { kinds: { webhook: fail } }" }));
  const unmanaged = await upChanged();
  expect(unmanaged.output).toMatch(/1 unmanaged resource .*must not exist/);
  expect(unmanaged.writes).toEqual([]);
});

test("a whole apply leaves the engine what changes, wherever it has changed", async () => {
  const at = (name: string) => `/repositories/acme/${encodeURIComponent(project.repository(name).uuid)}`;
  await project.somebody("PUT", at("web"), { description: "drifted" });
  // Somebody has done already what the YAML says now: the state alone is behind.
  await project.somebody("PUT", at("docs"), { description: "The documents" });
  const kept = (one: string) =>
    one.replace("value: { fromEnv: HOOK_SECRET }", "value: { fromEnv: NOT_SET, ifMissing: keep }");
  const described = all.map((one) => {
    if (one.includes(" docs:")) return repository("docs", "\n    description: The documents");
    return / (api|web):/.test(one) ? kept(one) : one;
  });
  await project.yaml(
    yaml([
      ...described.filter((one) => !one.includes(" infra:")),
      repository("extra", "\n    renamedFrom: null"),
    ]),
  );
  const { output } = await project.cli(["up", "test", "--yes"]);
  expect(output).toMatch(/5 created, 1 updated, 5 deleted, 20 unchanged/);
  expect(output).not.toMatch(/not looked at/);
  // Of the whole stack, and once.
  expect(output.match(/\d+ secret values? .*not supplied/g)).toEqual([
    expect.stringMatching(/^2 secret values are not supplied/),
  ]);
  expect(project.repository("web").description).not.toBe("drifted");
  expect([...project.acme.repositories.keys()].sort()).toEqual(["api", "docs", "extra", "tools", "web"]);
  const { resources = [] } = await project.deployment();
  const docs = resources.find(({ urn }) => urn.endsWith("Repository::docs"));
  expect(docs?.outputs).toMatchObject({ description: "The documents" });
  const state = await entriesBeside();
  expect(await upAll()).toMatch(/^26 unchanged/m);
  expect(await entriesBeside()).toEqual(state);
});

test("nothing that changes, and an engine that is not limited", async () => {
  const same = await upChanged();
  expect(same.output).toMatch(/0 unchanged, 26 not looked at/);
  expect(same.reads.filter((read) => /api|web|docs|tools|infra/.test(read))).toEqual([]);
  const { output } = await project.up({ BITBUCKET_LIMITED: "few" });
  expect(output).toMatch(/The targets of the engine cannot be seen here.*Nothing was changed/);
});
