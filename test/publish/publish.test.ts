/** Posts to Bitbucket, against an emulator over HTTP. */

import { exampleTokens, startPipelinesProxy } from "../../packages/emulator/src";
import { createClient, Secret } from "../../src/bitbucket";
import type { DriftFinding, DriftReport } from "../../src/drift/model";
import type { PlanBody, PlanFile } from "../../src/plan/file";
import {
  formatComment,
  markerOf,
  type Notice,
  planName,
  publishComment,
  publishInsights,
  publishStatus,
  pullPlan,
  pushPlan,
  removePlan,
  sendThroughProxy,
  toDriftNotice,
  toFailedDriftNotice,
  toFailedPlanNotice,
  toPlanNotice,
  toPreviewNotice,
} from "../../src/publish";
import { type Ask, asking, bearer, repository, start } from "../emulator/support";
import type { Emulator } from "../support/emulator";

const plan: PlanBody = {
  format: "bitbucket-as-code plan 2",
  server: { api: "https://api.bitbucket.org/2.0" },
  tool: "1.0.0",
  stack: "acme",
  workspace: "acme",
  createdAt: "2026-01-01T00:00:00.000Z",
  sources: { "stacks/acme.yaml": "aa" },
  changes: [
    {
      stack: "acme",
      operation: "update",
      kind: "PipelineVariable",
      name: "api:LEVEL",
      fields: [{ field: "value", old: "info", new: "``` <b>@everyone</b> \u202e" }],
      position: { file: "stacks/acme.yaml", line: 7, column: 3, path: "x" },
    },
    { stack: "acme", operation: "delete", kind: "Webhook", name: "api:ci", fields: [] },
  ],
  unchanged: 3,
  moves: [],
  live: {},
};

const repo = "/repositories/acme/infrastructure";

async function scene() {
  const { emulator, alice } = await start();
  await repository(alice, "infrastructure", true);
  const commit: string = (await alice("GET", `${repo}/refs/branches/main`)).body.target.hash;
  await alice("POST", `${repo}/refs/branches`, { name: "feature", target: { hash: commit } });
  await alice("POST", `${repo}/pullrequests`, { title: "Change", source: { branch: { name: "feature" } } });
  const client = createClient({
    credentials: {
      type: "api-token",
      email: exampleTokens.email,
      token: new Secret(exampleTokens.admin),
    },
    baseUrl: emulator.url,
  });
  return { emulator, alice, client, commit };
}

/** Another account. */
function asRobot(emulator: Emulator): Ask {
  const { secret } = emulator.createToken({
    name: "robot",
    kind: "workspace_access_token",
    scopes: ["pullrequest"],
    workspace: "acme",
  });
  return asking(emulator, bearer(secret));
}

interface Said {
  readonly content: { readonly raw: string };
  readonly parent?: { readonly id: number };
}

async function everyComment(ask: Ask): Promise<Said[]> {
  const all: Said[] = [];
  let next: string | undefined = `${repo}/pullrequests/1/comments?pagelen=100`;
  while (next !== undefined) {
    const { body } = await ask("GET", next);
    all.push(...body.values);
    next = body.next;
  }
  return all;
}

const comments = async (ask: Ask) =>
  (await ask("GET", `${repo}/pullrequests/1/comments`)).body.values as { content: { raw: string } }[];

describe("the comment on a pull request", () => {
  const at = { repository: "acme/infrastructure", pullRequest: 1 };

  test("is one, and is brought up to date in place: also by a plan without changes, and where there is none", async () => {
    const { client, alice } = await scene();
    expect((await publishComment(client, at, toPlanNotice(plan), {})).done).toBe("created");
    const other = toPlanNotice({ ...plan, changes: [] });
    expect((await publishComment(client, at, other, {})).done).toBe("updated");
    const said = async () => (await comments(alice)).map(({ content }) => content.raw);
    expect(await said()).toEqual([expect.stringMatching(/3 unchanged\n\nNo changes\./)]);
    await publishComment(client, at, toFailedPlanNotice("acme"), { link: "https://x.example/1" });
    expect(await said()).toEqual([
      expect.stringMatching(
        /failed[\s\S]*does not apply to this one[\s\S]*\[the run\]\(https:\/\/x\.example\/1\)/,
      ),
    ]);
    // Another stack has a comment of its own.
    await publishComment(client, at, toPlanNotice({ ...plan, stack: "other" }), {});
    expect(await comments(alice)).toHaveLength(2);
    await client.close();
  });

  test("is found behind hundreds of others, and so is its copy of a run side by side, which goes", async () => {
    const { client, alice } = await scene();
    const say = (raw: string, more = {}) =>
      alice("POST", `${repo}/pullrequests/1/comments`, { content: { raw }, ...more });
    const raw = formatComment(toPlanNotice(plan), { commit: "old" });
    const first = (await say(raw)).body.id;
    await say(raw);
    // By the same account: people reply with it too.
    await say(`> ${raw.replaceAll("\n", "\n> ")}\n\nWhy?`);
    await say(`${raw}\n\nWhy?`);
    await say(raw, { parent: { id: first } });
    for (let index = 0; index < 230; index += 1) await say(`comment ${index}`);
    const { done } = await publishComment(client, at, toPlanNotice({ ...plan, changes: [] }), {});
    expect(done).toBe("updated");
    const all = await everyComment(alice);
    const whole = all.filter(({ content }) => content.raw.startsWith("**Plan for acme**: 3 unchanged"));
    expect(whole).toHaveLength(1);
    expect(all.filter(({ content }) => content.raw.includes("Why?"))).toHaveLength(2);
    expect(all.filter(({ parent }) => parent?.id === first)).toHaveLength(1);
    await client.close();
  });

  test("of somebody else that says just the same is not taken for it", async () => {
    const { client, alice, emulator } = await scene();
    const raw = formatComment(toPlanNotice(plan), {});
    await asRobot(emulator)("POST", `${repo}/pullrequests/1/comments`, { content: { raw } });
    expect((await publishComment(client, at, toPlanNotice(plan), {})).done).toBe("created");
    expect(await comments(alice)).toHaveLength(2);
    await client.close();
  });

  test("of somebody else, or one that was deleted, is not touched: there is a new one", async () => {
    const { client, alice, emulator } = await scene();
    const raw = formatComment(toPlanNotice(plan), { commit: "old" });
    await asRobot(emulator)("POST", `${repo}/pullrequests/1/comments`, { content: { raw } });
    expect((await publishComment(client, at, toPlanNotice(plan), {})).done).toBe("created");
    const [, mine] = (await alice("GET", `${repo}/pullrequests/1/comments`)).body.values;
    await alice("DELETE", `${repo}/pullrequests/1/comments/${mine.id}`);
    expect((await publishComment(client, at, toPlanNotice(plan), {})).done).toBe("created");
    await client.close();
  });

  test("keeps foreign text in a block that it cannot end, and shows what is destroyed first", () => {
    const text = formatComment(toPlanNotice(plan), {
      commit: "0123456789abcdef",
      link: "https://x.example/1",
    });
    expect(text.split("\n\n")[0]).toBe("**Plan for acme**: 1 to update, 1 to delete, 3 unchanged");
    expect(text).toMatch(/\n````\n- Webhook api:ci\n~ PipelineVariable api:LEVEL {3}stacks\/acme\.yaml:7\n/);
    expect(text).toMatch(/ {4}value: "info" → "``` <b>@everyone<\/b> \ufffd"\n````\n/);
    expect(text).toMatch(/Commit 0123456789ab · \[the run\]\(https:\/\/x\.example\/1\)/);
    expect(text.endsWith(markerOf(toPlanNotice(plan)))).toBe(true);
  });

  test("fits, however much there is to say, and says how much is left out", async () => {
    const { client, alice } = await scene();
    const change = (index: number) => ({
      stack: "acme",
      operation: "create" as const,
      kind: "Repository",
      name: `repository-${index}-${"x".repeat(60)}`,
      fields: [{ field: "description", new: "y".repeat(500) }],
    });
    const many = toPlanNotice({
      ...plan,
      changes: Array.from({ length: 2000 }, (_, index) => change(index)),
    });
    await publishComment(client, at, many, { link: "https://x.example/1" });
    const [comment] = await comments(alice);
    expect(comment?.content.raw.length).toBeLessThanOrEqual(30_000);
    expect(comment?.content.raw).toMatch(/… and \d+ more, of 2000\.[\s\S]*the run/);
    await client.close();
  });
});

describe("the Code Insights report", () => {
  const rows = (count: number): Notice => ({
    ...toPlanNotice(plan),
    rows: Array.from({ length: count }, (_, index) => ({
      sign: "+",
      what: `Repository r${index}`,
      details: [],
      severity: "LOW",
      position: { file: "stacks/acme.yaml", line: index + 1 },
    })),
  });

  test("has an annotation on each line, below the project's folder, and none of an earlier run", async () => {
    const { client, alice, commit } = await scene();
    const options = { repository: "acme/infrastructure", commit, folder: "infra" };
    await publishInsights(client, rows(250), options);
    await publishInsights(client, toPlanNotice(plan), options);
    const path = `${repo}/commit/${commit}/reports/bitbucket-as-code-plan-acme`;
    expect((await alice("GET", path)).body).toMatchObject({
      result: "PASSED",
      title: "Plan for acme",
      data: expect.arrayContaining([{ title: "To delete", type: "NUMBER", value: 1 }]),
    });
    const { values } = (await alice("GET", `${path}/annotations`)).body;
    expect(values).toHaveLength(2);
    expect(values).toContainEqual(
      expect.objectContaining({
        path: "infra/stacks/acme.yaml",
        line: 7,
        summary: "~ PipelineVariable api:LEVEL",
        severity: "MEDIUM",
      }),
    );
    expect(values.find(({ summary }: { summary: string }) => summary.startsWith("-")).path).toBeUndefined();
    await client.close();
  });

  test("tells several things of one resource apart, and cuts no character in two", async () => {
    const { client, alice, commit } = await scene();
    const options = { repository: "acme/infrastructure", commit, folder: "" };
    const [row] = rows(1).rows;
    const twice = row ? [row, { ...row, details: ["\u{1f511}".repeat(1500)] }] : [];
    await publishInsights(client, { ...rows(0), rows: twice }, options);
    const path = `${repo}/commit/${commit}/reports/bitbucket-as-code-plan-acme/annotations`;
    const { values } = (await alice("GET", path)).body;
    expect(values).toHaveLength(2);
    expect(values[1].details).toMatch(/^\u{1f511}+…$/u);
    await client.close();
  });

  test("is written where the service says that there was none to delete", async () => {
    const { client, alice, emulator, commit } = await scene();
    emulator.addFault({ kind: "status", method: "DELETE", path: "/reports/", status: 404 });
    await publishInsights(client, toPlanNotice(plan), {
      repository: "acme/infrastructure",
      commit,
      folder: "",
    });
    expect((await alice("GET", `${repo}/commit/${commit}/reports`)).body.size).toBe(1);
    await client.close();
  });

  test("fails where there is no plan, or no comparison", async () => {
    const { client, alice, commit } = await scene();
    const options = { repository: "acme/infrastructure", commit, folder: "" };
    await publishInsights(client, toPlanNotice(plan), options);
    await publishInsights(client, toFailedPlanNotice("acme"), options);
    await publishInsights(client, toFailedDriftNotice("acme"), options);
    const { values } = (await alice("GET", `${repo}/commit/${commit}/reports`)).body;
    expect(values).toEqual([
      expect.objectContaining({
        result: "FAILED",
        details: expect.stringMatching(/does not (contain|apply)/),
      }),
      expect.objectContaining({ result: "FAILED", details: expect.stringMatching(/unknown/) }),
    ]);
    await client.close();
  });

  test("holds 1,000 at most, and says so", async () => {
    const { client, alice, commit } = await scene();
    await publishInsights(client, rows(1200), { repository: "acme/infrastructure", commit, folder: "" });
    const path = `${repo}/commit/${commit}/reports/bitbucket-as-code-plan-acme`;
    expect((await alice("GET", `${path}/annotations`)).body.size).toBe(1000);
    expect((await alice("GET", path)).body.details).toMatch(/first 1000 of 1200/);
    await client.close();
  });

  test("goes through the proxy of Pipelines without a token; what is refused there is an error", async () => {
    const { client, alice, emulator, commit } = await scene();
    await client.close();
    const step = emulator.createToken({
      name: "step",
      kind: "repo_access_token",
      scopes: ["repository"],
      workspace: "acme",
      repository: (await alice("GET", repo)).body.uuid,
    });
    const proxy = await startPipelinesProxy({
      api: emulator.url,
      repository: "acme/infrastructure",
      token: step.secret,
    });
    const options = { repository: "acme/infrastructure", commit, folder: "" };
    await sendThroughProxy(proxy.url, (sender) => publishInsights(sender, toPlanNotice(plan), options));
    expect((await alice("GET", `${repo}/commit/${commit}/reports`)).body.size).toBe(1);
    await expect(
      sendThroughProxy(proxy.url, (sender) =>
        publishInsights(sender, toPlanNotice(plan), { ...options, commit: "f".repeat(40) }),
      ),
    ).rejects.toThrow(/answered 404 through the proxy of Pipelines .*Commit not found/);
    await proxy.close();
    await expect(
      sendThroughProxy(proxy.url, (sender) => publishInsights(sender, toPlanNotice(plan), options)),
    ).rejects.toThrow(/does not respond.*BITBUCKET_TOKEN/s);
  });
});

test("the build status is one for each notice, and fails where there is drift", async () => {
  const { client, alice, commit } = await scene();
  const at = { repository: "acme/infrastructure", commit, branch: "main" };
  const notice = { ...toPlanNotice(plan), id: `bitbucket-as-code-drift-${"long-".repeat(10)}` };
  await publishStatus(client, at, { ...notice, passed: false }, "https://x.example/1");
  await publishStatus(client, at, notice, "https://x.example/2");
  const { values } = (await alice("GET", `${repo}/commit/${commit}/statuses`)).body;
  expect(values).toEqual([
    expect.objectContaining({ state: "SUCCESSFUL", url: "https://x.example/2", refname: "main" }),
  ]);
  expect(values[0].key.length).toBeLessThanOrEqual(40);
  await client.close();
});

describe("drift has not passed where", () => {
  const finding: DriftFinding = {
    id: "1",
    fingerprint: "1",
    case: "unmanaged",
    severity: "critical",
    kind: "DeployKey",
    name: "api:backdoor",
    title: "deploy key",
    fields: [],
  };
  const report = (findings: DriftFinding[]): DriftReport => ({
    version: 1,
    stack: "acme",
    workspace: "acme",
    shards: ["acme"],
    at: "2026-01-01T00:00:00.000Z",
    seconds: 1,
    requests: 1,
    compared: 9,
    unchanged: 9,
    complete: true,
    fingerprint: "1",
    counts: {
      cases: { drift: 0, deleted: 0, recreated: 0, unmanaged: 0, pending: 0, unreadable: 0 },
      severities: { critical: 0, high: 0, medium: 0, low: 0 },
    },
    findings,
    undetectable: [],
    warnings: [],
  });

  test.each<[string, boolean, Partial<DriftFinding>]>([
    ["a key was added by hand", false, {}],
    ["something went wrong when it was read", false, { case: "unreadable", failed: true }],
    ["the credential may not read something, it has", true, { case: "unreadable" }],
    ["the YAML is not applied yet, it has", true, { case: "pending" }],
  ])("%s", (_what, passed, change) => {
    expect(toDriftNotice(report([{ ...finding, ...change }])).passed).toBe(passed);
  });

  test("and with none, it says so", () => {
    const notice = toDriftNotice(report([]));
    expect(notice.passed).toBe(true);
    expect(formatComment(notice)).toMatch(/matches the YAML/);
  });
});

test("a plan is kept in the downloads by what it was made from, found again, and taken away", async () => {
  const { client, emulator } = await scene();
  const signed: PlanFile = { ...plan, signature: { key: "none", salt: "", value: "" } };
  const name = await pushPlan(client, "acme/infrastructure", signed);
  expect(name).toBe(planName(plan));
  expect(JSON.parse((await pullPlan(client, "acme/infrastructure", plan)) ?? "")).toEqual(signed);
  const others = { ...plan, sources: { "stacks/acme.yaml": "bb" } };
  expect(await pullPlan(client, "acme/infrastructure", others)).toBeUndefined();
  await removePlan(client, "acme/infrastructure", plan);
  await removePlan(client, "acme/infrastructure", plan);
  expect(await pullPlan(client, "acme/infrastructure", plan)).toBeUndefined();
  // The credential is only sent to the API: the emulator's store refuses a request that has one.
  expect(
    emulator.requests.some(({ path, status }) => path.startsWith("/site/downloads") && status === 200),
  ).toBe(true);
  await client.close();
});

test("what was deleted in Bitbucket comes first, and is no mere creation", () => {
  const change = { stack: "acme", operation: "create", kind: "Repository" } as const;
  const changes: PlanBody["changes"] = [
    { ...change, name: "new", fields: [] },
    { ...change, name: "api", fields: [], wasDeleted: true },
  ];
  const outcome = {
    operation: "preview" as const,
    succeeded: true,
    counts: { unchanged: 3 },
    shards: [{ changes: changes.map((one) => ({ ...one, fields: [] })), messages: [] }],
  };
  const ofPlan = toPlanNotice({ ...plan, changes });
  for (const notice of [ofPlan, toPreviewNotice(outcome, "acme")]) {
    expect(notice.summary).toBe("2 to create (1 was deleted in Bitbucket), 3 unchanged");
    expect(notice.rows[0]).toMatchObject({ what: "Repository api", severity: "HIGH" });
    expect(formatComment(notice)).toMatch(/\+ Repository api\n {4}was deleted in Bitbucket: recreated empty/);
  }
  expect(formatComment(ofPlan)).toContain("warning: Repository api: it was deleted in Bitbucket");
});
