/** Objects attached to commits: build statuses and Code Insights reports; and pipeline runs. */
import { startPipelinesProxy } from "../../packages/emulator/src";
import { type Ask, repository, start } from "./support";

const repo = "/repositories/acme/api";

async function head(ask: Ask): Promise<string> {
  await repository(ask, "api", true);
  return (await ask("GET", `${repo}/refs/branches/main`)).body.target.hash;
}

describe("build statuses", () => {
  test("the same key again overwrites, and the key cannot be changed", async () => {
    const { alice } = await start();
    const path = `${repo}/commit/${await head(alice)}/statuses`;
    const status = { key: "drift", state: "INPROGRESS", url: "https://ci.example.com/1", name: "Drift" };
    const made = await alice("POST", `${path}/build`, status);
    expect(made.status).toBe(201);
    const again = await alice("POST", `${path}/build`, { ...status, state: "FAILED" });
    expect(again.status).toBe(201);
    expect((await alice("GET", path)).body.values).toEqual([again.body]);
    const put = await alice("PUT", `${path}/build/drift`, { state: "SUCCESSFUL" });
    expect(put.body).toMatchObject({ state: "SUCCESSFUL", name: "Drift" });
    expect((await alice("PUT", `${path}/build/drift`, { key: "other" })).status).toBe(400);
    expect((await alice("GET", `${path}/build/drift`)).body.state).toBe("SUCCESSFUL");
    expect((await alice("GET", `${path}/build/other`)).status).toBe(404);
  });

  test.each([
    ["state", { key: "a", state: "GREEN" }],
    ["url", { key: "a", state: "FAILED", url: "nowhere" }],
    ["key", { state: "FAILED" }],
    ["key", { key: "x".repeat(41), state: "FAILED" }],
  ])("a wrong %s is refused", async (field, body) => {
    const { alice } = await start();
    const refused = await alice("POST", `${repo}/commit/${await head(alice)}/statuses/build`, body);
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.error.fields)).toEqual([field]);
  });

  test("an unknown commit is a 404", async () => {
    const { alice } = await start();
    await head(alice);
    expect((await alice("GET", `${repo}/commit/${"0".repeat(40)}/statuses`)).status).toBe(404);
  });
});

describe("Code Insights", () => {
  const report = { title: "Plan", details: "2 changes", report_type: "TEST", result: "PASSED" };
  const annotation = { external_id: "plan-1", annotation_type: "BUG", summary: "~ Repository api", line: 3 };

  test("a report is put, read, listed and deleted by its own id or its UUID", async () => {
    const { alice } = await start();
    const path = `${repo}/commit/${await head(alice)}/reports`;
    const made = await alice("PUT", `${path}/plan`, {
      ...report,
      data: [{ title: "Changes", type: "NUMBER", value: 2 }],
    });
    expect(made.status).toBe(200);
    const again = await alice("PUT", `${path}/plan`, { ...report, result: "FAILED" });
    expect(again.body).toMatchObject({ uuid: made.body.uuid, external_id: "plan", result: "FAILED" });
    expect((await alice("GET", path)).body.values).toEqual([again.body]);
    expect((await alice("GET", `${path}/${encodeURIComponent(made.body.uuid)}`)).body).toEqual(again.body);
    expect((await alice("DELETE", `${path}/plan`)).status).toBe(204);
    expect((await alice("GET", `${path}/plan`)).status).toBe(404);
  });

  test.each([
    ["title", { ...report, title: undefined }],
    ["result", { ...report, result: "GREEN" }],
    ["details", { ...report, details: "x".repeat(2001) }],
    ["data", { ...report, data: Array(11).fill({ title: "a", value: 1 }) }],
    ["data", { ...report, data: [{ title: "a", type: "NUMBER", value: "1" }] }],
  ])("a wrong %s of a report is refused", async (field, body) => {
    const { alice } = await start();
    const refused = await alice("PUT", `${repo}/commit/${await head(alice)}/reports/plan`, body);
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.error.fields)).toEqual([field]);
  });

  test("annotations come 100 at once, 1,000 in all, and the same id again replaces", async () => {
    const { alice } = await start();
    const path = `${repo}/commit/${await head(alice)}/reports/plan`;
    expect((await alice("POST", `${path}/annotations`, [annotation])).status).toBe(404);
    await alice("PUT", path, report);
    const some = (count: number, from = 0) =>
      Array.from({ length: count }, (_, index) => ({ ...annotation, external_id: `plan-${from + index}` }));
    expect((await alice("POST", `${path}/annotations`, some(101))).status).toBe(400);
    expect((await alice("POST", `${path}/annotations`, [])).status).toBe(400);
    for (let from = 0; from < 1000; from += 100)
      expect((await alice("POST", `${path}/annotations`, some(100, from))).status).toBe(200);
    expect((await alice("POST", `${path}/annotations`, some(1, 1000))).status).toBe(400);
    expect((await alice("POST", `${path}/annotations`, some(100))).status).toBe(200);
    const listed = await alice("GET", `${path}/annotations?pagelen=100`);
    expect(listed.body).toMatchObject({ size: 1000, page: 1 });
    const put = await alice("PUT", `${path}/annotations/plan-5`, { ...annotation, summary: "Other" });
    expect(put.body).toMatchObject({ external_id: "plan-5", summary: "Other" });
    expect((await alice("DELETE", `${path}/annotations/plan-5`)).status).toBe(204);
    expect((await alice("GET", `${path}/annotations/plan-5`)).status).toBe(404);
  });

  test("the proxy beside a step takes reports without a credential, and adds none to anything else", async () => {
    const { alice, emulator } = await start();
    const commit = await head(alice);
    const token = emulator.createToken({
      name: "step",
      kind: "repo_access_token",
      scopes: ["repository"],
      workspace: "acme",
      repository: (await alice("GET", repo)).body.uuid,
    });
    const proxy = await startPipelinesProxy({
      api: emulator.url,
      repository: "acme/api",
      token: token.secret,
    });
    const { Client } = await import("undici");
    const client = new Client(proxy.url);
    const ask = async (method: "GET" | "PUT", path: string, body?: unknown) =>
      (
        await client.request({
          method,
          path: `http://api.bitbucket.org/2.0${path}`,
          headers: { "content-type": "application/json" },
          body: body === undefined ? null : JSON.stringify(body),
        })
      ).statusCode;
    expect(await ask("PUT", `${repo}/commit/${commit}/reports/plan`, report)).toBe(200);
    expect(await ask("GET", `${repo}/commit/${commit}/statuses`)).toBe(401);
    expect((await alice("GET", `${repo}/commit/${commit}/reports`)).body.values).toHaveLength(1);
    await client.close();
    await proxy.close();
  });
});

test("runs of pipelines are begun, listed by when, and ended", async () => {
  const { alice } = await start();
  await head(alice);
  const path = `${repo}/pipelines`;
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
  expect((await alice("POST", path, { target })).status).toBe(400);
  await alice("PUT", `${repo}/pipelines_config`, { enabled: true });
  expect((await alice("GET", path)).body).toMatchObject({ values: [], size: 0, page: 1 });
  const first = await alice("POST", path, { target });
  expect(first.status).toBe(201);
  await new Promise((done) => setImmediate(done));
  const second = await alice("POST", path, { target });
  const listed = await alice("GET", `${path}?sort=-build_number`);
  expect(listed.body.values.map((run: { uuid: string }) => run.uuid)).toEqual([
    second.body.uuid,
    first.body.uuid,
  ]);
  const times = (await alice("GET", `${path}?sort=-created_on`)).body.values.map(
    (run: { created_on: string }) => run.created_on,
  );
  expect(times).toEqual([...times].sort().reverse());
  expect((await alice("POST", `${path}/${encodeURIComponent(second.body.uuid)}/stopPipeline`)).status).toBe(
    204,
  );
  expect((await alice("GET", `${path}/2`)).body.state.result.name).toBe("STOPPED");
  expect((await alice("GET", `${path}/1`)).body.state.result.name).toBe("SUCCESSFUL");
});

test("downloads are replaced by name, listed, and their contents are on another address", async () => {
  const { alice, emulator } = await start();
  await head(alice);
  const path = `${repo}/downloads`;
  const upload = (name: string, content: string) => {
    const form = new FormData();
    form.append("files", new Blob([content]), name);
    return alice("POST", path, form);
  };
  expect((await upload("plan.json", "first")).status).toBe(201);
  expect((await upload("plan.json", "second")).status).toBe(201);
  const listed = (await alice("GET", path)).body.values;
  expect(listed).toHaveLength(1);
  expect(listed[0]).toMatchObject({ name: "plan.json", size: 6, type: "download" });
  const redirected = await fetch(`${emulator.url}${path}/plan.json`, {
    redirect: "manual",
    headers: {
      authorization: `Basic ${Buffer.from("alice@example.com:x").toString("base64")}`,
    },
  });
  expect(redirected.status).toBe(401);
  const followed = await alice("GET", `${path}/plan.json`);
  expect(followed.status).toBe(400);
  expect(followed.text).toMatch(/Only one auth mechanism/);
  expect((await alice("POST", path, new URLSearchParams({ files: "x" }))).status).toBe(406);
  const without = new FormData();
  without.set("other", "x");
  expect((await alice("POST", path, without)).status).toBe(400);
  expect((await alice("DELETE", `${path}/plan.json`)).status).toBe(204);
  expect((await alice("GET", `${path}/plan.json`)).status).toBe(404);
});
