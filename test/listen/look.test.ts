/** One look at one repository: what it costs, what it finds, and what a new repository gets. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import type { EventKey, ListenSubject } from "../../src/listen/event";
import { lookAtSubject } from "../../src/listen/look";
import type { SubjectLook } from "../../src/listen/scheduler";
import type { QueuedEvent } from "../../src/listen/store";
import { LiveReader } from "../../src/live";
import type { StateEntry } from "../../src/plan";
import { readStateEntries } from "../../src/pulumi/state";
import { publicKey } from "../kinds/samples/sample";
import { Sandbox } from "../preview/support";
import { eventOf } from "./support";

const repositories = 30;
const managed = `
workspace: acme
projects: { PLAT: { name: Platform, isPrivate: false, groupPermissions: { developers: write } } }
defaults: { repository: { project: PLAT } }
profiles:
  standard:
    isPrivate: true
    forkPolicy: no_forks
    branchRestrictions: { approvals: { kind: require_approvals_to_merge, pattern: main, value: 2 } }
    webhooks: { ci: { url: "https://ci.example.com/", events: [repo:push] } }
    environments: { Production: { type: Production, variables: { REGION: eu } } }
repositories:
${Array.from({ length: repositories }, (_, index) => `  r${index}: { variables: { A: "1"${index === 5 ? ', B: "2", C: "3"' : ""} }, deployKeys: { k: ${publicKey(index)} } }`).join("\n")}
`;
const rule = `
listen: { newRepositories: { match: ["svc-*", "!svc-old"], profiles: [standard] } }
`;

let sandbox: Sandbox;
let kept: string;
beforeAll(async () => {
  sandbox = await Sandbox.start();
  await sandbox.create(managed);
  kept = sandbox.world.emulator.snapshot();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  const { emulator } = sandbox.world;
  emulator.restore(kept);
  emulator.clearFaults();
  emulator.requests.length = 0;
});

interface LookExtras {
  readonly yaml?: string;
  readonly acceptedAt?: number;
  readonly wasApplied?: boolean;
  /** The number of resources that the state holds, at most. */
  readonly held?: number;
}

/** @param most With those of r5 first. */
function heldEntries(most?: number): readonly StateEntry[] {
  const all = readStateEntries(sandbox.state);
  const isOfR5 = ({ name }: StateEntry) => /^r5(:|$)/.test(name);
  return [...all.filter(isOfR5), ...all.filter((entry) => !isOfR5(entry))].slice(0, most);
}

async function look(
  subject: ListenSubject,
  key: EventKey,
  { yaml = managed + rule, acceptedAt = Date.now(), wasApplied = false, held }: LookExtras = {},
): Promise<SubjectLook> {
  const path = join(sandbox.folder, "stacks", "acme.yaml");
  writeFileSync(path, yaml);
  const event: QueuedEvent = { ...eventOf(subject.uuid, { key, subject }), acceptedAt, sequence: 1 };
  sandbox.world.emulator.requests.length = 0;
  return lookAtSubject(subject, [event], {
    place: { path, stack: "acme", shard: "" },
    load: async () => {
      const whole = await loadStack(path);
      return { desired: whole, whole, state: heldEntries(held), shards: ["acme"] };
    },
    connect: (_options, work) => {
      const { client } = sandbox.world;
      return work({ client, reader: new LiveReader(client, { readsFew: true }) });
    },
    settings: () => undefined,
    config: () => undefined,
    warn: () => {},
    wasApplied: () => wasApplied,
  });
}

const acme = () => {
  const found = sandbox.world.emulator.state.workspaces.get("acme");
  if (!found) throw new Error("the workspace is there");
  return found;
};

function repositoryNamed(slug: string) {
  const found = acme().repositories.get(slug);
  if (!found) throw new Error(`${slug} is there`);
  return found;
}

const subjectOf = (slug: string): ListenSubject => ({ kind: "repository", uuid: repositoryNamed(slug).uuid });

async function create(slug: string, body: object = {}): Promise<ListenSubject> {
  await sandbox.world.client.send({
    method: "POST",
    path: `/repositories/acme/${slug}`,
    body: { is_private: true, project: { key: "PLAT" }, ...body },
  });
  return subjectOf(slug);
}

const requests = () => sandbox.world.emulator.requests.map(({ method, path }) => `${method} ${path}`);
const writes = () => requests().filter((line) => !line.startsWith("GET"));

test("an event costs the requests of its repository, however many others there are", async () => {
  const result = await look(subjectOf("r7"), "repo:updated");
  expect(result).toMatchObject({ outcome: "in sync", name: "r7" });
  const { uuid } = repositoryNamed("r7");
  const asked = requests();
  // The workspace, the repository, its two collections.
  expect(asked.length).toBeLessThanOrEqual(5);
  const others = asked.filter((line) => !decodeURIComponent(line).includes(uuid) && !/\/r7\b/.test(line));
  expect(others.every((line) => /^GET \/workspaces\//.test(line))).toBe(true);
  expect(result.report).toMatchObject({ compared: 3, notLookedAt: expect.any(Number) });
});

test("what differs is reported as drift reports it, of this repository alone", async () => {
  repositoryNamed("r3").description = "changed by somebody";
  repositoryNamed("r4").description = "changed by somebody";
  const result = await look(subjectOf("r3"), "repo:updated");
  expect(result.outcome).toBe("findings");
  expect(result.report?.findings.map(({ case: of, kind, name }) => `${of} ${kind} ${name}`)).toEqual([
    "drift Repository r3",
  ]);
  expect(writes()).toEqual([]);
});

test("a repository that is deleted is reported with what was in it", async () => {
  const subject = subjectOf("r5");
  await sandbox.world.client.send({ method: "DELETE", path: "/repositories/acme/r5" });
  const result = await look(subject, "repo:deleted");
  expect(result.outcome).toBe("findings");
  expect(result.report?.findings.map(({ case: of, kind, name }) => `${of} ${kind} ${name}`)).toEqual(
    expect.arrayContaining(["deleted Repository r5"]),
  );
  expect(requests().length).toBeLessThanOrEqual(16);
});

test("a repository that is most of the stack is deleted where the event says so, as far as that can be proved", async () => {
  const subject = subjectOf("r5");
  const live = await look(subject, "repo:deleted", { held: 12 });
  expect(live.outcome).toBe("in sync");
  await sandbox.world.client.send({ method: "DELETE", path: "/repositories/acme/r5" });
  const result = await look(subject, "repo:deleted", { held: 12 });
  expect(result).toMatchObject({ outcome: "findings", name: "r5" });
  const found = result.report?.findings.map(({ case: of, name }) => `${of} ${name}`);
  expect(found).toEqual(expect.arrayContaining(["deleted r5", "deleted r5:A", "deleted r5:k"]));
  expect(found?.every((line) => /^deleted r5(:|$)/.test(line))).toBe(true);
  // A credential that does not see everything proves nothing.
  sandbox.world.emulator.addFault({
    kind: "status",
    path: "^/user/workspaces|^/workspaces/acme/(members|permissions)|^/user/permissions",
    status: 403,
    times: 99,
  });
  const blind = await look(subject, "repo:deleted", { held: 12 });
  expect(blind.report?.complete).toBe(false);
  expect(new Set(blind.report?.findings.map((finding) => finding.case))).toEqual(new Set(["unreadable"]));
});

test("a repository that is missing with a large part of the stack is told, and not asked for again", async () => {
  const subject = subjectOf("r5");
  await sandbox.world.client.send({ method: "DELETE", path: "/repositories/acme/r5" });
  const result = await look(subject, "repo:updated", { held: 12 });
  expect(result).toMatchObject({ outcome: "incomplete", name: "r5" });
  expect(result.message).toMatch(/of 12 resources/);
});

test("a project is looked at without its repositories", async () => {
  const project = [...acme().projects.values()].find(({ key }) => key === "PLAT");
  if (!project) throw new Error("the project is there");
  project.name = "Renamed by somebody";
  const result = await look({ kind: "project", uuid: project.uuid }, "project:updated");
  expect(result.report?.findings.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["Project PLAT"]);
  expect(requests().length).toBeLessThanOrEqual(5);
});

test("what is neither there nor managed is told, for one request", async () => {
  const uuid = "{99999999-9999-4999-8999-999999999999}";
  expect(await look({ kind: "repository", uuid }, "repo:created")).toMatchObject({ outcome: "gone" });
  expect(requests()).toHaveLength(1);
  expect(await look({ kind: "project", uuid }, "project:updated")).toMatchObject({ outcome: "unmanaged" });
  expect(requests()).toHaveLength(0);
});

test("a new repository gets its profiles, once, and is reported as unmanaged all the same", async () => {
  const subject = await create("svc-pay", { is_private: false, name: "svc-pay" });
  const result = await look(subject, "repo:created");
  expect(result).toMatchObject({ outcome: "applied", name: "svc-pay" });
  expect(result.message).toMatch(/The YAML does not declare it\. It got its profiles\..*import acme/);
  expect(result.applied?.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`).sort()).toEqual([
    "create BranchRestriction svc-pay:approvals",
    "create DeploymentEnvironment svc-pay:Production",
    "create PipelineVariable svc-pay:Production:REGION",
    "create Webhook svc-pay:ci",
    "update Repository svc-pay",
  ]);
  const made = repositoryNamed("svc-pay");
  expect(made).toMatchObject({ is_private: true, fork_policy: "no_forks" });
  expect([...made.hooks.values()].map(({ url }) => url)).toEqual(["https://ci.example.com/"]);
  // An attempt that was killed after its writes finds them, and writes nothing twice.
  const again = await look(subject, "repo:created");
  expect(again).toMatchObject({ outcome: "applied", applied: [] });
  expect(made.hooks.size).toBe(1);
  const known = await look(subject, "repo:created", { wasApplied: true });
  expect(known.outcome).toBe("unmanaged");
  expect(writes()).toEqual([]);
});

test.each([
  ["no rule in the YAML", "svc-a", "repo:created", { yaml: managed }],
  ["no match", "other", "repo:created", {}],
  ["an excluded name", "svc-old", "repo:created", {}],
  ["another event", "svc-b", "repo:updated", {}],
  [
    "an old repository whose creation somebody claims",
    "svc-c",
    "repo:created",
    { acceptedAt: Date.now() + 3_700_000 },
  ],
  [
    "a repository that is managed elsewhere",
    "svc-d",
    "repo:created",
    { yaml: `${managed}${rule}existing: { repositories: [svc-d] }\n` },
  ],
] as const)("%s: nothing is written", async (_what, slug, key, extras) => {
  const subject = await create(slug);
  const result = await look(subject, key, extras);
  expect(result.outcome).toBe("unmanaged");
  expect(writes()).toEqual([]);
});

test("something in the new repository that differs from the profile is a doubt: nothing is written", async () => {
  const subject = await create("svc-mine", { is_private: false });
  await sandbox.world.client.send({
    method: "POST",
    path: "/repositories/acme/svc-mine/hooks",
    body: { url: "https://ci.example.com/", description: "mine", active: true, events: ["repo:fork"] },
  });
  const result = await look(subject, "repo:created");
  expect(result.outcome).toBe("unmanaged");
  expect(result.message).toMatch(
    /not applied: Nothing was written: the webhook svc-mine:ci exists, and differs .*events/,
  );
  expect(writes()).toEqual([]);
});

test("a profile that cannot be applied is a doubt: nothing is written", async () => {
  const subject = await create("svc-secret");
  const yaml = managed.replace(
    "environments: { Production",
    "variables: { TOKEN: { fromEnv: NOT_SET_ANYWHERE } }\n    environments: { Production",
  );
  const result = await look(subject, "repo:created", { yaml: yaml + rule });
  expect(result.message).toMatch(/not applied: [\s\S]*NOT_SET_ANYWHERE/);
  expect(writes()).toEqual([]);
});

test("a mandatory policy stops the profiles of a new repository as it stops an apply: nothing is written", async () => {
  const subject = await create("svc-hook");
  const policies = "policies: { webhook-host: { parameters: { hosts: ['*.acme.com'] } } }\n";
  const result = await look(subject, "repo:created", { yaml: managed + rule + policies });
  expect(result.message).toMatch(/not applied: [\s\S]*webhook-host/);
  expect(writes()).toEqual([]);
});

test("a declared repository that is created by hand is compared, and gets nothing", async () => {
  const subject = await create("svc-declared");
  const yaml = `${managed}  svc-declared: { description: declared }\n${rule}`;
  const result = await look(subject, "repo:created", { yaml });
  expect(result.outcome).toBe("findings");
  expect(result.report?.findings.map(({ case: of, kind, name }) => `${of} ${kind} ${name}`)).toContain(
    "pending Repository svc-declared",
  );
  expect(writes()).toEqual([]);
});

test("a request that fails leaves the event for later", async () => {
  const subject = await create("svc-late");
  sandbox.world.emulator.addFault({ kind: "status", status: 403, method: "POST", path: "/hooks" });
  await expect(look(subject, "repo:created")).rejects.toThrow(/hooks/);
  sandbox.world.emulator.clearFaults();
  expect(await look(subject, "repo:created")).toMatchObject({ outcome: "applied" });
  expect(repositoryNamed("svc-late").hooks.size).toBe(1);
});

test("a write that Bitbucket takes and does not apply is no success, and is not said to be nothing", async () => {
  const subject = await create("svc-open", { is_private: false });
  sandbox.world.emulator.addFault({
    kind: "not-applied",
    method: "PUT",
    path: "/repositories/acme/[^/]+$",
    field: "is_private",
    value: false,
  });
  const yaml = managed.replace("    forkPolicy: no_forks\n", "") + rule;
  await expect(look(subject, "repo:created", { yaml })).rejects.toThrow(/isPrivate/);
});

test("the YAML is read at each look", async () => {
  await look(subjectOf("r1"), "repo:updated");
  const yaml = managed.replace('r1: { variables: { A: "1" }', 'r1: { variables: { A: "2" }');
  const result = await look(subjectOf("r1"), "repo:push", { yaml });
  expect(result.report?.findings.map(({ case: of, name }) => `${of} ${name}`)).toEqual(["pending r1:A"]);
  expect(readFileSync(join(sandbox.folder, "stacks", "acme.yaml"), "utf8")).toBe(yaml);
});
