/** Signing, joining and comparing plans, without an engine. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { WorkspaceLookup } from "../../../src/live/workspaces";
import {
  checkLive,
  checkSecrets,
  checkServer,
  checkSources,
  findServer,
  joinPlans,
  type PlanBody,
  PlanSigner,
  parsePlan,
  planKeyFrom,
  readPlan,
  verifyPlan,
} from "../../../src/plan/file";

const body: PlanBody = {
  format: "bitbucket-as-code plan 2",
  tool: "1.0.0",
  stack: "acme",
  workspace: "acme",
  server: { api: "https://api.bitbucket.org/2.0", workspaceUuid: "{1}" },
  createdAt: "2026-01-01T00:00:00.000Z",
  sources: { "stacks/acme.yaml": "aa", "Pulumi.acme.yaml": "bb" },
  changes: [
    {
      stack: "acme",
      operation: "update",
      kind: "Repository",
      name: "api",
      fields: [{ field: "description", old: "a", new: "b" }],
      position: { file: "stacks/acme.yaml", line: 3, column: 5, path: "repositories.api.description" },
    },
  ],
  unchanged: 1,
  moves: [],
  live: { "Repository api": "11", "Repository web": "22" },
};
const key = { source: "BITBUCKET_PLAN_KEY", secret: "long and random" } as const;
const [update] = body.changes;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plan-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(content: unknown): string {
  const path = join(folder, "plan.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("a plan counts for the API and the workspace against which it was made alone", () => {
  const { api } = body.server;
  checkServer(body, { server: { api, workspaceUuid: "{1}" } });
  const other = { api: "http://127.0.0.1:1/2.0", workspaceUuid: "{2}" };
  expect(() => checkServer(body, { server: other })).toThrow(
    /Nothing was changed\.\n {2}- it was created for https:\/\/api\.bitbucket\.org\/2\.0, and the current API is http:\/\/127.*\n {2}- it was created for the workspace \{1\}, and acme is \{2\}/,
  );
  // Unknown is not equal.
  expect(() => checkServer(body, { server: { api } })).toThrow(/is unknown/);
});

test("a plan for a workspace that has another slug by now says which, and does not blame the credential", async () => {
  const { api } = body.server;
  const renamed = { uuid: "{1}", slug: "initech" };
  const found = (workspaces: Readonly<Record<string, WorkspaceLookup>>) =>
    findServer(
      api,
      "acme",
      { workspaces: { lookUp: async (asked) => workspaces[asked] ?? "missing" } },
      "{1}",
    );
  const refusalOf = async (workspaces: Readonly<Record<string, WorkspaceLookup>>) => {
    const here = await found(workspaces);
    return expect(() => checkServer(body, here));
  };
  (await refusalOf({ acme: "missing", "{1}": renamed })).toThrow(
    'the workspace acme was renamed to initech since: set "workspace: initech"',
  );
  (await refusalOf({ acme: "missing", "{1}": "missing" })).toThrow("there is no workspace acme that");
  (await refusalOf({ acme: "unknown", "{1}": renamed })).toThrow(/is unknown.*read:workspace:bitbucket/);
  expect(await found({ acme: { uuid: "{1}", slug: "acme" } })).toEqual({
    server: { api, workspaceUuid: "{1}" },
  });
});

test("a signed plan is read back, in whatever order its keys come", () => {
  const plan = new PlanSigner(key).sign(body);
  const shuffled = Object.fromEntries(Object.entries(plan).reverse());
  expect(readPlan(written(shuffled), key)).toEqual(plan);
});

describe("with a key, one change anywhere is refused", () => {
  const plan = new PlanSigner(key).sign({
    ...body,
    secrets: { "Webhook api:ci secret": "33" },
    changes: [
      ...body.changes,
      { stack: "acme", operation: "delete", kind: "Webhook", name: 'a"b\\:{c', fields: [] },
      {
        stack: "acme",
        operation: "create",
        kind: "RepositoryPermission",
        name: "api:bob",
        fields: [{ field: "deep", new: { list: [1, true, null, "\u00fc: "] } }],
      },
    ],
  });
  const text = JSON.stringify(plan);
  const refused = (changed: string) => {
    if (sameInJson(changed, plan)) return;
    expect(() => readPlan(written(changed), key)).toThrow(/refused\. Nothing was changed/);
  };

  test("any character is replaced, left out or put in, unless it says the same in JSON", () => {
    const character = fc.constantFrom(...'azAZ09 {}[]:,"\\-.eu\u0000\u202e');
    const [at, kind] = [fc.nat(text.length - 1), fc.constantFrom("replace", "remove", "insert")];
    fc.assert(
      fc.property(at, kind, character, (spot, what, one) => {
        const rest = text.slice(what === "insert" ? spot : spot + 1);
        const changed = text.slice(0, spot) + (what === "remove" ? "" : one) + rest;
        refused(changed);
      }),
      { numRuns: 60 },
    );
  });

  test("any value is another one, or gone", () => {
    const places = placesIn(plan);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.json({ maxDepth: 1 }), (place, other) => {
        const changed = JSON.parse(text);
        const holder = place.slice(0, -1).reduce((held, name) => held[name], changed);
        const name = place.at(-1) ?? "";
        holder[name] = JSON.parse(other);
        refused(JSON.stringify(changed));
        if (Array.isArray(holder)) holder.splice(Number(name), 1);
        else delete holder[name];
        refused(JSON.stringify(changed));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["a duplicate", text.replace('"stack":', '"stack":"other","stack":')],
    ["a key that JavaScript treats apart", text.replace('"live":{', '"live":{"__proto__":"1",')],
    ["a longer signature", text.replace(plan.signature.value, `${plan.signature.value}zz`)],
    ["a signature in capitals", text.replace(plan.signature.value, plan.signature.value.toUpperCase())],
    ["a longer salt", text.replace(plan.signature.salt, `${plan.signature.salt}0`)],
    [
      "lists in lists without end",
      text.replace('"new":"b"', `"new":${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    ],
  ])("%s", (_what, changed) => {
    expect(() => readPlan(written(changed), key)).toThrow(/refused\. Nothing was changed/);
  });
});

/** Whether a text is JSON of exactly this content: `\\/` is `/`. */
function sameInJson(changed: string, content: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(changed)) === JSON.stringify(content);
  } catch {
    return false;
  }
}

/** The path to every value in a value. */
function placesIn(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => [[...way, name], ...placesIn(held, [...way, name])]);
}

test.each([
  ["not there", "missing.json", /there is no file .*missing\.json/],
  ["a folder", ".", /is a folder/],
  ["too large for a plan", "huge.json", /too large for a plan/],
])("a file that is %s is refused with its name", (_what, name, message) => {
  const huge = join(folder, "huge.json");
  writeFileSync(huge, "");
  // Sparse: it occupies no space on the disk.
  truncateSync(huge, 2 ** 30);
  try {
    expect(() => readPlan(join(folder, name), key)).toThrow(message);
  } finally {
    // What tests leave is searched for secrets: a gigabyte takes 15 seconds.
    truncateSync(huge, 0);
  }
});

test.each([
  ["truncated", '{"format": "bitbucket-as-code plan 2", "tool"', /not JSON, or is truncated/],
  ["something else", "[1, 2]", /is not a plan/],
  [
    "of another version",
    '{"format": "bitbucket-as-code plan 1"}',
    /has the format "bitbucket-as-code plan 1"/,
  ],
  ["a plan without its parts", '{"format": "bitbucket-as-code plan 2"}', /not a valid plan: tool/],
])("what is %s is refused with its name", (_what, text, message) => {
  expect(() => parsePlan(text, "plan.json")).toThrow(message);
});

test("without a key, a digest shows damage; where a key is set, it does not do", () => {
  const plan = new PlanSigner(undefined).sign(body);
  expect(plan.signature.key).toBe("none");
  expect(readPlan(written(plan), undefined)).toEqual(plan);
  expect(() => readPlan(written({ ...plan, stack: "other" }), undefined)).toThrow(/digest does not match:/);
  expect(() => readPlan(written(plan), key)).toThrow(/not signed with a key, and BITBUCKET_PLAN_KEY is set/);
});

test("a plan with a key cannot be checked without it, nor with another one", () => {
  const plan = new PlanSigner(key).sign(body);
  expect(() => readPlan(written(plan), undefined)).toThrow(/not set,[\s\S]*Set BITBUCKET_PLAN_KEY/);
  expect(() => readPlan(written(plan), { ...key, secret: "other" })).toThrow(
    /or BITBUCKET_PLAN_KEY is not the one that it was created with/,
  );
  expect(() => verifyPlan(plan, { source: "passphrase", secret: key.secret })).toThrow(/passphrase is set/);
});

test("the key is its own variable, then the passphrase, then its file", () => {
  writeFileSync(join(folder, "passphrase"), "from a file\n");
  const file = { PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase") };
  expect(planKeyFrom({ BITBUCKET_PLAN_KEY: "k", PULUMI_CONFIG_PASSPHRASE: "p" })?.source).toBe(
    "BITBUCKET_PLAN_KEY",
  );
  expect(planKeyFrom({ PULUMI_CONFIG_PASSPHRASE: "p", ...file })?.secret).toBe("p");
  expect(planKeyFrom(file)?.secret).toBe("from a file");
  expect(planKeyFrom({ PULUMI_CONFIG_PASSPHRASE: "" })).toBeUndefined();
});

test("digests of one secret differ from field to field, and from plan to plan", () => {
  const [one, other] = [new PlanSigner(key), new PlanSigner(key)];
  expect(one.hashSecret("a", "x")).not.toBe(one.hashSecret("b", "x"));
  expect(one.hashSecret("a", "x")).not.toBe(other.hashSecret("a", "x"));
  expect(one.hashSecret("a", "x")).toBe(new PlanSigner(key, one.salt).hashSecret("a", "x"));
  expect(new PlanSigner(undefined).hashSecret("a", "x")).toBeUndefined();
});

test("everything that moved is told at once", () => {
  expect(() =>
    checkSources(body, {
      tool: "1.0.1",
      stack: "acme",
      sources: { "stacks/acme.yaml": "ab", "new.yaml": "c" },
    }),
  ).toThrow(
    /created by[\s\S]*Pulumi\.acme\.yaml was removed[\s\S]*new\.yaml was added[\s\S]*stacks\/acme\.yaml has changed/,
  );
  expect(() =>
    checkLive(body, {
      ...body,
      changes: [{ stack: "acme", operation: "create", kind: "Repository", name: "web", fields: [] }],
      live: { "Repository api": "12" },
    }),
  ).toThrow(
    /Repository web: the plan does not change it, and now requires to create it[\s\S]*Repository api: the plan would change description from "a" to "b", and that is no longer necessary/,
  );
});

test("what changed live and is to be changed to the same in the end is noticed", () => {
  const changed = update && { ...update, fields: [{ field: "description", old: "c", new: "b" }] };
  expect(() => checkLive(body, { ...body, changes: changed ? [changed] : [] })).toThrow(
    /from "a"[\s\S]*from "c"/,
  );
  expect(() => checkLive(body, { ...body, live: { ...body.live, "Repository web": "23" } })).toThrow(
    /Repository web: it was changed in the workspace/,
  );
  expect(() => checkLive(body, body)).not.toThrow();
});

test("what was deleted since a plan would create it as new is another thing to review", () => {
  const create = { stack: "acme", operation: "create", kind: "Repository", name: "web" } as const;
  const planned: PlanBody = { ...body, changes: [{ ...create, fields: [] }] };
  const now: PlanBody = { ...body, changes: [{ ...create, fields: [], wasDeleted: true }] };
  expect(() => checkLive(planned, now)).toThrow(
    /Repository web: .* recreate it: it was deleted in Bitbucket/,
  );
  expect(() => checkLive(now, now)).not.toThrow();
  expect(() => checkLive(now, planned)).not.toThrow();
});

test("secrets are compared where both sides have them", () => {
  const plan = { ...body, secrets: { "Webhook api:ci secret": "1" } };
  expect(() => checkSecrets(plan, { "Webhook api:ci secret": "2" })).toThrow(/secret of Webhook api:ci/);
  expect(() => checkSecrets(plan, undefined)).not.toThrow();
});

test("parts are joined to a whole that is signed again", () => {
  const part = (only: string, name: string) =>
    new PlanSigner(key).sign({ ...body, only: [only], changes: [], live: { [name]: "1" }, unchanged: 1 });
  const signer = new PlanSigner(key);
  const whole = joinPlans([part("acme", "a"), part("acme.x", "b")], ["acme", "acme.x"], signer, { s: "1" });
  expect(whole).toMatchObject({ unchanged: 2, live: { a: "1", b: "1" }, secrets: { s: "1" } });
  expect(whole.only).toBeUndefined();
  expect(() => verifyPlan(whole, key)).not.toThrow();
  const joining =
    (...parts: ReturnType<typeof part>[]) =>
    () =>
      joinPlans(parts, ["acme", "acme.x"], signer, {});
  expect(joining(part("acme", "a"))).toThrow(/there is none for acme\.x/);
  expect(joining(part("acme", "a"), part("acme", "a"), part("acme.x", "b"))).toThrow(
    /acme is in more than one/,
  );
  expect(joining(part("acme", "a"), { ...part("acme.x", "b"), tool: "2.0.0" })).toThrow(/differ in "tool"/);
});
