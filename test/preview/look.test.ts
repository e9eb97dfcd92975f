/** A preview without the engine shows what an engine shows that asks the provider, with both front ends. */
import fc from "fast-check";
import type { LookResult } from "../../src/preview";
import type { RawStateEntry } from "../../src/pulumi/state";
import { keyInUrn } from "../../src/pulumi/urn";
import { toPreview } from "../../src/run/toPreview";
import { publicKey } from "../kinds/samples/sample";
import type { World } from "../kinds/support";
import { reasonsOf, Sandbox, stepsOf } from "./support";

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

const word = fc.constantFrom("one", "two");
const some = <Value>(names: readonly string[], value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });

const webhook = fc.record(
  {
    url: fc.constantFrom("https://a.example.com/", "https://b.example.com/"),
    events: fc.constantFrom(["repo:push"], ["repo:push", "repo:fork"]),
    active: fc.boolean(),
    secret: fc.constantFrom({ fromEnv: "HOOK_ONE" }, { fromEnv: "HOOK_TWO" }),
  },
  { requiredKeys: ["url", "events"] },
);
const variable = fc.oneof(
  word,
  fc.record({
    value: fc.constantFrom({ fromEnv: "VALUE_ONE" }, { fromEnv: "VALUE_TWO" }),
    secured: fc.boolean(),
  }),
);
const repository = fc.record(
  {
    project: fc.constantFrom("P1", "P2"),
    description: word,
    language: fc.constantFrom("java", "go"),
    webhooks: some(["x", "y"], webhook).filter((all) =>
      isDistinct(Object.values(all).map((one) => one?.url)),
    ),
    variables: some(["A", "B"], variable),
    deployKeys: some(["k"], fc.record({ key: fc.constantFrom(publicKey(1), publicKey(2)) })),
    environments: some(
      ["Test"],
      fc.record({ type: fc.constant("Test"), variables: some(["E"], variable) }, { requiredKeys: ["type"] }),
    ),
    branchRestrictions: some(
      ["r"],
      fc.record({ kind: fc.constantFrom("push", "delete"), pattern: fc.constantFrom("main", "dev") }),
    ),
    userPermissions: some(["bob"], fc.constantFrom("read", "write")),
    groupPermissions: some(["developers"], fc.constantFrom("read", "write")),
  },
  { requiredKeys: ["project"] },
);
const stack = fc.record({
  workspace: fc.constant("acme"),
  defaults: fc.constantFrom(
    { repository: { deletion: "allow" }, project: { deletion: "allow" } },
    { repository: { deletion: "allow", forkPolicy: "no_forks" }, project: { deletion: "allow" } },
  ),
  projects: fc.record({ P1: fc.record({ name: word }), P2: fc.record({ name: fc.constant("Second") }) }),
  variables: some(["W"], variable),
  repositories: some(["r1", "r2"], repository),
});
type Stack = typeof stack extends fc.Arbitrary<infer Value> ? Value : never;

/** Each declares a public key once: Bitbucket takes it only once. */
const hasDistinctKeys = ({ repositories }: Stack) =>
  isDistinct(
    Object.values(repositories).flatMap((one) =>
      Object.values(one?.deployKeys ?? {}).map((deployKey) => deployKey?.key),
    ),
  );
const valid = stack.filter(hasDistinctKeys);

/** What somebody else does on the server, to the object of this number. */
const serverChange = fc.record({
  what: fc.constantFrom(
    "delete webhook",
    "stop webhook",
    "recreate webhook",
    "change variable",
    "delete variable",
    "describe repository",
    "rename repository",
    "delete repository",
    "delete environment",
  ),
  which: fc.nat(5),
});
/** What is lost or out of date in the state. */
const stateChange = fc.record({ what: fc.constantFrom("forget", "stale description"), which: fc.nat(20) });

interface Case {
  readonly before: Stack;
  readonly after: Stack;
  readonly server: readonly (typeof serverChange extends fc.Arbitrary<infer Value> ? Value : never)[];
  readonly state: readonly (typeof stateChange extends fc.Arbitrary<infer Value> ? Value : never)[];
  readonly secret: string;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(
    valid,
    valid,
    fc.constantFrom("same", "one part", "other"),
    fc.array(serverChange, { maxLength: 2 }),
    fc.array(stateChange, { maxLength: 1 }),
    word,
  )
  .map(([before, other, how, server, state, secret]) => ({
    before,
    after:
      how === "same"
        ? before
        : how === "other"
          ? other
          : {
              ...before,
              repositories: {
                ...before.repositories,
                r1: other.repositories.r1 ?? { project: "P1" as const },
              },
            },
    server,
    state,
    secret,
  }))
  .filter(({ after }) => hasDistinctKeys(after));

async function changeServer({ client }: World, { what, which }: Case["server"][number]): Promise<void> {
  const pick = <Item>(items: readonly Item[]) => items[which % Math.max(1, items.length)];
  const repositories = (await client.list("/repositories/acme")) as { uuid: string; slug: string }[];
  const repository = pick(repositories);
  if (!repository) return;
  const path = `/repositories/acme/${encodeURIComponent(repository.uuid)}`;
  const send = async (method: "PUT" | "POST" | "DELETE", at: string, body?: unknown) => {
    await client.send({ method, path: at, ...(body === undefined ? {} : { body }) });
  };
  const first = async (at: string) =>
    pick(
      (await client.list(`${path}${at}`)) as {
        uuid: string;
        url?: string;
        key?: string;
        secured?: boolean;
      }[],
    );
  const [verb, noun] = what.split(" ");
  if (noun === "webhook") {
    const found = await first("/hooks");
    if (!found) return;
    const at = `${path}/hooks/${encodeURIComponent(found.uuid)}`;
    const body = { url: found.url, description: "x", events: ["repo:push"], active: false };
    if (verb === "stop") return send("PUT", at, body);
    await send("DELETE", at);
    if (verb === "recreate") await send("POST", `${path}/hooks`, body);
  } else if (noun === "variable") {
    const found = await first("/pipelines_config/variables");
    if (!found) return;
    const at = `${path}/pipelines_config/variables/${encodeURIComponent(found.uuid)}`;
    if (verb === "delete") return send("DELETE", at);
    await send("PUT", at, { key: found.key, value: "changed", secured: found.secured });
  } else if (noun === "environment") {
    const found = await first("/environments");
    if (found) await send("DELETE", `${path}/environments/${encodeURIComponent(found.uuid)}`);
  } else if (verb === "delete") await send("DELETE", path);
  else
    await send(
      "PUT",
      path,
      verb === "rename" ? { name: `${repository.slug}-renamed` } : { description: "changed" },
    );
}

function changeState(sandbox: Sandbox, { what, which }: Case["state"][number]): void {
  const entry = sandbox.entries[which % Math.max(1, sandbox.entries.length)];
  if (!entry) return;
  if (what === "stale description") entry.outputs = { ...entry.outputs, description: "stale" };
  // What the state still refers to stays in it.
  else if (!sandbox.entries.some(({ parent }) => parent === entry.urn))
    sandbox.entries = sandbox.entries.filter((one) => one !== entry);
}

const secrets = (value: string) => ({
  HOOK_ONE: `hook-4c1e-${value}`,
  HOOK_TWO: "hook-9b7d-two",
  VALUE_ONE: `value-71ae-${value}`,
  VALUE_TWO: "value-5f2c-two",
});

jest.setTimeout(300_000);

/** An engine that is limited to a part does all of what was found, and what it leaves is as the state has it. */
function expectPartOf({ toApply, outcome, isSettled, lookedAt }: LookResult, { entries }: Sandbox): void {
  // A renamed resource continues under a new URN: the engine takes the whole.
  if (!toApply) return;
  const { urns, others, untouched } = toApply;
  expect([...urns, ...others].sort()).toEqual(
    [...new Set([...urns, ...entries.map(({ urn }) => urn)])].sort(),
  );
  const named = new Set(urns.map(keyInUrn));
  for (const { kind, name } of outcome.changes) expect(named).toContain(`${kind} ${name}`);
  const isInPart = new Set(urns);
  const ofOthers = entries.filter(({ urn }) => !isInPart.has(urn));
  for (const { parent, dependencies } of ofOthers) {
    const changed = outcome.changes.filter(
      ({ operation }) => operation === "delete" || operation === "create",
    );
    const moving = new Set(changed.map(({ kind, name }) => `${kind} ${name}`));
    for (const { urn, kind, name } of entries.filter(
      ({ urn }) => urn === parent || dependencies.includes(urn),
    ))
      expect([urn, moving.has(`${kind.name} ${name}`)]).toEqual([urn, false]);
  }
  expect(untouched).toBeLessThanOrEqual(outcome.unchanged);
  expect(lookedAt).toBeGreaterThanOrEqual(untouched);
  if (isSettled) expect(untouched).toBe(lookedAt);
}

test.each([
  ["dynamic", 60],
  ["native", 50],
] as const)(
  "%s: the operations, resources and fields are those that an engine shows",
  async (frontEnd, numRuns) => {
    const seen = { same: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async ({ before, after, server, state, secret }) => {
        const sandbox = await Sandbox.start(frontEnd);
        try {
          Object.assign(sandbox.env, secrets("one"));
          await sandbox.create(JSON.stringify(before));
          // What was applied a moment ago leaves nothing to write, to Bitbucket or to the state.
          expect(await sandbox.look(JSON.stringify(before), { isPreview: false })).toMatchObject({
            isSettled: true,
          });
          for (const change of server) await changeServer(sandbox.world, change);
          for (const change of state) changeState(sandbox, change);
          Object.assign(sandbox.env, secrets(secret));
          const yaml = JSON.stringify(after);
          const expected = await sandbox.preview(yaml).catch(() => undefined);
          const looked = await sandbox.look(yaml);
          if (expected === undefined) expect(looked.undecided).not.toEqual([]);
          else {
            // What the provider answers is never left to the engine.
            expect(looked.undecided).toEqual([]);
            expect(stepsOf(looked)).toEqual(expected);
            expectPartOf(looked, sandbox);
            seen[expected.length === 0 ? "same" : "changed"] += 1;
          }
        } finally {
          await sandbox.close();
        }
      }),
      { numRuns, seed: 18, endOnFailure: true },
    );
    // Otherwise the comparison would say nothing.
    expect(seen.same).toBeGreaterThan(3);
    expect(seen.changed).toBeGreaterThan(15);
  },
);

test.each([
  ["dynamic", 25],
  ["native", 15],
] as const)(
  "%s: what the YAML changes is found by itself, against the state and against earlier YAML",
  async (frontEnd, numRuns) => {
    const seen = { same: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async ({ before, after, secret }) => {
        const sandbox = await Sandbox.start(frontEnd);
        try {
          Object.assign(sandbox.env, secrets("one"));
          await sandbox.create(JSON.stringify(before));
          const yaml = JSON.stringify(after);
          const whole = stepsOf(await sandbox.look(yaml));
          seen[whole.length === 0 ? "same" : "changed"] += 1;
          const since = await sandbox.changes(JSON.stringify(before), yaml);
          expect(stepsOf(await sandbox.look(yaml, { scope: since }))).toEqual(whole);
          // What a secret holds is in no YAML.
          Object.assign(sandbox.env, secrets(secret));
          expect(stepsOf(await sandbox.look(yaml, { scope: {} }))).toEqual(stepsOf(await sandbox.look(yaml)));
        } finally {
          await sandbox.close();
        }
      }),
      { numRuns, seed: 19, endOnFailure: true },
    );
    expect(seen.same).toBeGreaterThan(1);
    expect(seen.changed).toBeGreaterThan(5);
  },
);

const many = (count: number, changed: Record<string, unknown> = {}) =>
  JSON.stringify({
    workspace: "acme",
    projects: { P1: { name: "one" } },
    repositories: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `r${index}`,
        {
          project: "P1",
          ...(index === 7
            ? {
                webhooks: { ci: { url: "https://a.example.com/", events: ["repo:push"] } },
                variables: { A: "one", B: "two" },
                ...changed,
              }
            : {}),
        },
      ]),
    ),
  });

test("what an apply does to one of many is all that an engine has to be told of", async () => {
  const sandbox = await Sandbox.start();
  try {
    await sandbox.create(many(9));
    const names = (urns: readonly string[] = []) => urns.map((urn) => urn.split("::").at(-1)).sort();
    const { toApply } = await sandbox.look(many(9, { description: "changed" }));
    expect(names(toApply?.urns)).toEqual(["r7", "r7:A", "r7:B", "r7:ci"]);
    expect(toApply).toMatchObject({ untouched: 9, readsFew: false });
    // The state alone is behind: an apply writes to it.
    const entry = sandbox.entries.find(({ name }) => name === "r3");
    if (entry) entry.outputs = { ...entry.outputs, description: "stale" };
    const stale = await sandbox.look(many(9));
    expect(stepsOf(stale)).toEqual([]);
    expect(names(stale.toApply?.urns)).toEqual(["r3"]);
    // A rename changes how the state calls it and everything below.
    const renamed = many(9).replace('"r2":{', '"new":{"renamedFrom":"r2",');
    expect((await sandbox.look(renamed)).toApply).toBeUndefined();
    // How much may be gone at once is a share of everything.
    const lost = sandbox.entries.find(({ name }) => name === "r7");
    await sandbox.world.client.send({ method: "DELETE", path: `/repositories/acme/${lost?.id}` });
    expect((await sandbox.look(many(9))).toApply).toBeUndefined();
  } finally {
    await sandbox.close();
  }
});

test("one repository of many takes a few requests, and nothing is said of the others", async () => {
  const sandbox = await Sandbox.start();
  try {
    await sandbox.create(many(120));
    const yaml = many(120, { description: "changed" });
    for (const scope of [{}, await sandbox.changes(many(120), yaml)]) {
      const from = sandbox.world.emulator.requests.length;
      const looked = await sandbox.look(yaml, { scope });
      expect(stepsOf(looked)).toEqual(["update Repository r7 (description)"]);
      expect(looked.outcome.unchanged).toBe(3);
      expect(looked.lookedAt).toBe(4);
      expect(sandbox.world.emulator.requests.length - from).toBeLessThanOrEqual(6);
    }
  } finally {
    await sandbox.close();
  }
});

test("a profile that changes touches every repository that has it, and a server's change shows in what is touched alone", async () => {
  const yaml = (level: string) =>
    JSON.stringify({
      workspace: "acme",
      profiles: { service: { variables: { LEVEL: level } } },
      projects: { P1: { name: "one" } },
      repositories: {
        r1: { project: "P1", profiles: ["service"] },
        r2: { project: "P1", profiles: ["service"] },
        r3: { project: "P1", variables: { A: "one" } },
      },
    });
  const sandbox = await Sandbox.start();
  try {
    await sandbox.create(yaml("info"));
    const { client } = sandbox.world;
    for (const entry of sandbox.entries.filter(({ kind }) => kind.name === "Repository"))
      await client.send({
        method: "PUT",
        path: `/repositories/acme/${encodeURIComponent(entry.id)}`,
        body: { description: "by hand" },
      });
    const looked = await sandbox.look(yaml("debug"), { scope: {} });
    expect(stepsOf(looked)).toEqual([
      "update PipelineVariable r1:LEVEL (value)",
      "update PipelineVariable r2:LEVEL (value)",
      "update Repository r1 (description)",
      "update Repository r2 (description)",
    ]);
    expect(looked.lookedAt).toBe(4);
  } finally {
    await sandbox.close();
  }
});

test.each(["dynamic", "native"] as const)(
  "%s: what the state alone does not tell is left to the engine",
  async (frontEnd) => {
    const sandbox = await Sandbox.start(frontEnd);
    try {
      await sandbox.create(many(9));
      const { state } = sandbox;
      const { resources } = state.deployment;
      const [first, ...others] = resources.filter((one) => "inputs" in one);
      const managed = new Set<unknown>([first, ...others]);
      const ofEngine = resources.filter((one) => !managed.has(one));
      const withResources = (changed: readonly unknown[]) => ({
        ...state,
        deployment: { ...state.deployment, resources: changed },
      });
      const withFirst = (part: object) => withResources([...ofEngine, { ...first, ...part }, ...others]);
      const pending = {
        ...state,
        deployment: { ...state.deployment, pending_operations: [{ resource: first, type: "updating" }] },
      };
      const pet = {
        urn: "urn:pulumi:acme::bitbucket::random:index:Pet::x",
        type: "random:index:Pet",
        custom: true,
      };
      const cases: readonly (readonly [unknown, RegExp])[] = [
        [pending, /an operation was interrupted/],
        [withResources([...resources, pet]), /Pet::x, which only the engine can judge/],
        [withResources([...resources, { ...first, delete: true }]), /which only the engine can judge/],
        ["no state", /the state cannot be read/],
        // Options and remains that a program of YAML has none of.
        [withFirst({ taint: true }), /which only the engine can judge/],
        [withFirst({ initErrors: ["the creation failed half-way"] }), /which only the engine can judge/],
        [withFirst({ retainOnDelete: true }), /which only the engine can judge/],
        [withFirst({ ignoreChanges: ["name"] }), /which only the engine can judge/],
        [withFirst({ aliases: ["urn:pulumi:acme::bitbucket::a::b"] }), /which only the engine can judge/],
        [withFirst({ external: true }), /which only the engine can judge/],
      ];
      for (const [one, reason] of cases)
        expect(reasonsOf(await sandbox.look(many(9), { state: one }))).toEqual([
          expect.stringMatching(reason),
        ]);
      // What says as much as nothing is nothing.
      const empty = withFirst({ taint: false, initErrors: [], aliases: null, customTimeouts: { create: 0 } });
      expect((await sandbox.look(many(9), { state: empty })).undecided).toEqual([]);
      const other = await Sandbox.start(frontEnd === "native" ? "dynamic" : "native");
      await other.create(many(9));
      const [reason] = reasonsOf(await sandbox.look(many(9), { state: other.state }));
      expect(reason).toMatch(/ provider manages urn:/);
      await other.close();
    } finally {
      await sandbox.close();
    }
  },
);

test("native: another provider, or other settings of it, are the engine's to judge", async () => {
  const sandbox = await Sandbox.start("native");
  try {
    await sandbox.create(many(9));
    const { state } = sandbox;
    const change = (part: object, isChanged: (one: { readonly type: string }) => boolean) => ({
      ...state,
      deployment: {
        ...state.deployment,
        resources: state.deployment.resources.map((one) => (isChanged(one) ? { ...one, ...part } : one)),
      },
    });
    const ofProvider = (part: object) => change(part, ({ type }) => type.startsWith("pulumi:providers:"));
    const look = async (changed: unknown = state, config: Record<string, string> = {}) => {
      sandbox.config = config;
      return reasonsOf(await sandbox.look(many(9), { state: changed }));
    };
    expect(await look()).toEqual([]);
    const explicit = "urn:pulumi:acme::bitbucket::pulumi:providers:bitbucket-cloud::mine::1234";
    const isProject = ({ type }: { readonly type: string }) => type.endsWith(":Project");
    expect(await look(change({ provider: explicit }, isProject))).toEqual([
      expect.stringMatching(/^another provider manages .*Project::P1$/),
    ]);
    const notDeclared = "the native provider of the state is not the one that the program declares";
    expect(await look(ofProvider({ urn: explicit.replace(/::1234$/, "") }))).toEqual([notDeclared]);
    // What is below "bitbucket:" makes a program declare its provider.
    expect(await look(state, { "bitbucket:concurrency": "4" })).toEqual([notDeclared]);
    const setting = (name: string) => [`the provider's setting ${name} is another than at the last apply`];
    expect(await look(state, { "bitbucket-cloud:concurrency": "4" })).toEqual(setting("concurrency"));
    expect(await look(ofProvider({ inputs: { version: "1.2.3" } }))).toEqual(setting("version"));
    expect(
      await look(ofProvider({ inputs: { concurrency: "4" } }), { "bitbucket-cloud:concurrency": "4" }),
    ).toEqual([]);
    // Another secret of the same account is no other credential, and an apply writes it into the state.
    const credential = (token: string, email?: string) => ({ token, ...(email ? { email } : {}) });
    const config = (token: string, email?: string) =>
      Object.fromEntries(
        Object.entries(credential(token, email)).map(([name, value]) => [`bitbucket-cloud:${name}`, value]),
      );
    const held = ofProvider({ inputs: credential("former-token", "alice@acme.example") });
    expect(await look(held, config("rotated-token", "alice@acme.example"))).toEqual([]);
    const apply = { state: held, isPreview: false };
    expect((await sandbox.look(many(9), apply)).isSettled).toBe(false);
    sandbox.config = config("former-token", "alice@acme.example");
    expect((await sandbox.look(many(9), apply)).isSettled).toBe(true);
    expect(await look(held, config("rotated-token", "bob@acme.example"))).toEqual(setting("email"));
    const unnamed = ofProvider({ inputs: credential("former-token") });
    expect(await look(unnamed, config("rotated-token"))).toEqual(setting("token"));
    sandbox.config = {};
    sandbox.env.PULUMI_STACK = "other";
    expect(await look()).toEqual(["PULUMI_STACK names another stack"]);
  } finally {
    await sandbox.close();
  }
});

test.each(["dynamic", "native"] as const)(
  "%s: what only the state has to learn is no change, and an apply is needed for it",
  async (frontEnd) => {
    const sandbox = await Sandbox.start(frontEnd);
    const yaml = many(9, { variables: { A: { value: { fromEnv: "VALUE_ONE" }, secured: true } } });
    try {
      Object.assign(sandbox.env, secrets("one"));
      await sandbox.create(yaml);
      const { state } = sandbox;
      const look = (change: (one: RawStateEntry) => object) =>
        sandbox.look(yaml, {
          isPreview: false,
          state: {
            ...state,
            deployment: {
              ...state.deployment,
              resources: state.deployment.resources.map((one) =>
                one.urn.endsWith("::r7:A") ? { ...one, ...change(one as RawStateEntry) } : one,
              ),
            },
          },
        });
      expect((await look(() => ({}))).isSettled).toBe(true);
      const changes: readonly ((one: RawStateEntry) => object)[] = [
        () => ({ protect: true }),
        () => ({ dependencies: ["urn:pulumi:acme::bitbucket::a::b"] }),
        ({ inputs }) => ({ inputs: { ...inputs, __provider: "another one" } }),
        // The native provider marks what is secret itself.
        ...(frontEnd === "native"
          ? [({ outputs }: RawStateEntry) => ({ outputs: { ...outputs, value: secrets("one").VALUE_ONE } })]
          : []),
      ];
      for (const change of changes) {
        const { isSettled, undecided, outcome } = await look(change);
        expect({ isSettled, undecided, changes: outcome.changes }).toEqual({
          isSettled: false,
          undecided: [],
          changes: [],
        });
      }
    } finally {
      await sandbox.close();
    }
  },
);

test("a program on Node that chooses no provider that there is, is the engine's to refuse", async () => {
  const sandbox = await Sandbox.start();
  try {
    await sandbox.create(many(9));
    sandbox.config = { "bitbucket-cloud:provider": "dynamic" };
    expect((await sandbox.look(many(9))).undecided).toEqual([]);
    sandbox.config = { "bitbucket-cloud:provider": "nativ" };
    expect(reasonsOf(await sandbox.look(many(9)))).toEqual(["the setting provider names none that there is"]);
  } finally {
    await sandbox.close();
  }
});

test("without the passphrase of the state's secrets, the engine decides", async () => {
  const sandbox = await Sandbox.start();
  const yaml = many(9, { variables: { A: { value: { fromEnv: "VALUE_ONE" }, secured: true } } });
  try {
    Object.assign(sandbox.env, secrets("one"));
    await sandbox.create(yaml);
    expect((await sandbox.look(yaml)).undecided).toEqual([]);
    for (const PULUMI_CONFIG_PASSPHRASE of ["another one", undefined]) {
      Object.assign(sandbox.env, { PULUMI_CONFIG_PASSPHRASE });
      expect(reasonsOf(await sandbox.look(yaml))).toEqual([
        "the secrets of the state cannot be decrypted here: PULUMI_CONFIG_PASSPHRASE is missing, or is another one",
      ]);
    }
  } finally {
    await sandbox.close();
  }
});

test.each(["dynamic", "native"] as const)(
  "%s: a preview shows what would change beside all that an apply stops at",
  async (frontEnd) => {
    const sandbox = await Sandbox.start(frontEnd);
    const free = (change: (repositories: Record<string, unknown>) => object = (all) => all) => {
      const whole = JSON.parse(many(9));
      const defaults = { repository: { deletion: "allow" } };
      return JSON.stringify({ ...whole, defaults, repositories: change(whole.repositories) });
    };
    const without = free(({ r5: _, ...others }) => others);
    try {
      await sandbox.create(free());
      const stops = async (yaml: string, state: unknown = sandbox.state) => {
        const { refusals, undecided, outcome } = await sandbox.look(yaml, { state });
        expect(undecided).toEqual([]);
        expect(toPreview({ refusals, undecided, outcome } as never, "").succeeded).toBe(false);
        // An apply says the same, as an error.
        const apply = await sandbox.look(yaml, { state, isPreview: false });
        expect([apply.isRefusal, apply.failure]).toEqual([true, expect.any(String)]);
        return {
          said: refusals.join("\n"),
          changes: outcome.changes.map(({ operation, name }) => `${operation} ${name}`),
        };
      };
      // A change that nothing is wrong with.
      expect(await sandbox.look(without)).toMatchObject({ refusals: [], undecided: [] });
      const { state } = sandbox;
      const kept = {
        ...state,
        deployment: {
          ...state.deployment,
          resources: state.deployment.resources.map((one) =>
            one.urn.endsWith("::r5") ? { ...one, protect: true } : one,
          ),
        },
      };
      const held = await stops(without, kept);
      expect(held.said).toMatch(
        /repository r5 is protected in the state.*pulumi state unprotect 'urn:[^']*::r5'/,
      );
      expect(held.changes).toEqual(["delete r5"]);

      const renamed = await stops(free(({ r5, ...others }) => ({ ...others, other: r5 })));
      expect(renamed.said).toMatch(/the repository other is new, and r5 was removed/);
      expect(renamed.changes.sort()).toEqual(["create other", "delete r5"]);

      // The state of another shard holds it.
      const { resources } = state.deployment;
      const isOther = ({ urn }: { urn: string }) => !/::r5(:|$)/.test(urn);
      const others = { ...state, deployment: { ...state.deployment, resources: resources.filter(isOther) } };
      const moved = await stops(
        free(({ r5, ...rest }) => ({ ...rest, other: { ...Object(r5), renamedFrom: "r5" } })),
        others,
      );
      expect(moved.said).toMatch(
        /other was renamed from r5, which exists in Bitbucket and is not in the state of acme\..*An apply would stop/s,
      );
      expect(moved.changes).toEqual(["create other"]);

      const fewer = await stops(free(({ r1, r2 }) => ({ r1, r2 })));
      expect(fewer.said).toMatch(/would delete or replace \d+ of \d+ .* 30 %\. An apply would stop/);
      expect(fewer.changes).toEqual(expect.arrayContaining(["delete r3", "delete r8"]));

      const emptied = await stops("workspace: acme\n");
      expect(emptied.said).toMatch(/declares none of the resources.*An apply would stop/);
      expect(emptied.changes).toContain("delete r1");

      const { client } = sandbox.world;
      await client.send({ method: "DELETE", path: "/repositories/acme/r5" });
      await client.send({
        method: "POST",
        path: "/repositories/acme/r5",
        body: { is_private: true, project: { key: "P1" } },
      });
      const recreated = await stops(without);
      expect(recreated.said).toMatch(/r5 was deleted in Bitbucket and created again.*\nAn apply would stop/s);
      expect(recreated.changes).toEqual(["delete r5"]);
    } finally {
      await sandbox.close();
    }
  },
);

test.each(["dynamic", "native"] as const)(
  "%s: a change that comes back names its resource once",
  async (frontEnd) => {
    const sandbox = await Sandbox.start(frontEnd);
    try {
      sandbox.world.emulator.addFault({
        kind: "not-applied",
        method: "POST",
        path: "^/repositories/acme/[^/]+$",
        field: "fork_policy",
      });
      const yaml = JSON.stringify({
        workspace: "acme",
        projects: { P1: { name: "one", isPrivate: false } },
        repositories: { r0: { project: "P1", forkPolicy: "no_public_forks" } },
      });
      await sandbox.create(yaml);
      const { outcome } = await sandbox.look(yaml);
      const lines = outcome.messages.map(({ about, text }) => `${about ? `${about}: ` : ""}${text}`);
      expect(lines.filter((line) => /in an earlier apply/.test(line))).toEqual([
        expect.stringMatching(
          /^(Repository r0|repository r0 in acme): Bitbucket accepted this change in an earlier/,
        ),
      ]);
    } finally {
      await sandbox.close();
    }
  },
);

test.each(["dynamic", "native"] as const)(
  "%s: what somebody deleted is not shown as new",
  async (frontEnd) => {
    const sandbox = await Sandbox.start(frontEnd);
    try {
      const yaml = (more: object) =>
        JSON.stringify({
          workspace: "acme",
          projects: { P1: { name: "One" } },
          repositories: {
            r1: { project: "P1", webhooks: { x: { url: "https://x.example.com/", events: ["repo:push"] } } },
            ...more,
          },
        });
      await sandbox.create(yaml({}));
      await sandbox.world.client.send({ method: "DELETE", path: "/repositories/acme/r1" });
      const { outcome } = await sandbox.look(yaml({ r2: { project: "P1" } }));
      expect(outcome.changes.map(({ operation, name, wasDeleted }) => [operation, name, wasDeleted])).toEqual(
        [
          ["create", "r1", true],
          ["create", "r1:x", true],
          ["create", "r2", undefined],
        ],
      );
    } finally {
      await sandbox.close();
    }
  },
);
