import { exampleTokens } from "../support/emulator";
import { asking, basic, bearer, encoded, type Json, repository, start } from "./support";

describe.each([
  ["repository", "/repositories/acme/api/hooks"],
  ["workspace", "/workspaces/acme/hooks"],
])("webhooks of a %s", (subject, path) => {
  const hook = {
    url: "https://ci.example/hook",
    description: "CI",
    active: true,
    events: ["repo:push", "pullrequest:push"],
  };

  test("are made, read, changed and deleted", async () => {
    const { alice } = await start();
    await repository(alice);
    const made = await alice("POST", path, hook);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      url: hook.url,
      description: "CI",
      active: true,
      subject_type: subject,
    });
    expect([...made.body.events].sort()).toEqual([...hook.events].sort());
    const one = `${path}/${encoded(made.body.uuid)}`;
    const changed = await alice("PUT", one, { ...hook, active: false, skip_cert_verification: true });
    expect(changed.body).toMatchObject({ uuid: made.body.uuid, active: false, skip_cert_verification: true });
    expect((await alice("GET", path)).body.values).toEqual([changed.body]);
    expect((await alice("DELETE", one)).status).toBe(204);
    expect((await alice("GET", one)).status).toBe(404);
    expect((await alice("DELETE", one)).status).toBe(404);
  });

  test("never tell their secret, keep it where it is left out, and lose it by null or nothing", async () => {
    const { alice, emulator } = await start();
    await repository(alice);
    const made = await alice("POST", path, { ...hook, secret: "very-secret" });
    expect(made.body.secret_set).toBe(true);
    const one = `${path}/${encoded(made.body.uuid)}`;
    const put = async (body: object) => (await alice("PUT", one, { ...hook, ...body })).body.secret_set;
    expect(await put({})).toBe(true);
    expect(await put({ secret: null })).toBe(false);
    expect(await put({ secret: "again" })).toBe(true);
    expect((await alice("GET", path)).text).not.toMatch(/very-secret|again/);
    expect(JSON.stringify(emulator.requests)).not.toContain("very-secret");
    expect(await put({ secret: "" })).toBe(false);
  });

  test.each([
    ["url", { url: "no url" }],
    ["url", { url: "ftp://example.com" }],
    ["url", { url: "http://127.0.0.1:8080/hook" }],
    ["url", { url: "http://[::1]/hook" }],
    ["url", { url: "https://10.1.2.3/hook" }],
    ["url", { url: "https://jenkins/hook" }],
    ["url", { url: "https://jenkins.local./hook" }],
    ["events", { events: ["repo:push", "repo:push"] }],
    ["events", { events: [] }],
    ["events", { events: ["repo:pushed"] }],
    ["secret", { secret: "x".repeat(129) }],
    ["active", { active: "yes" }],
  ])("are refused for a wrong %s", async (field, wrong) => {
    const { alice } = await start();
    await repository(alice);
    const answer = await alice("POST", path, { ...hook, ...wrong });
    expect(answer.status).toBe(400);
    // A list of texts, where other services return an object of lists.
    const { fields } = answer.body.error;
    if (field === "active") expect(Object.keys(fields)).toEqual([field]);
    else expect(fields).toEqual([expect.stringContaining(`Field: {${field}} Error: {`)]);
    expect((await alice("GET", path)).body.values).toEqual([]);
  });
});

test("may lead to this machine and to internal names where the emulator is told so", async () => {
  const { alice } = await start({ internalWebhooks: true });
  await repository(alice);
  const hook = { events: ["repo:push"] };
  for (const url of ["http://127.0.0.1:8080/hook", "http://jenkins/hook"])
    expect((await alice("POST", "/repositories/acme/api/hooks", { ...hook, url })).status).toBe(201);
});

test.each([
  [false, "https://ci.example.com/"],
  [true, "https://ci.example.com"],
])("a URL without a path is shown with one, or as it was sent: %s", async (keepWebhookUrls, url) => {
  const { alice } = await start({ keepWebhookUrls });
  await repository(alice);
  const hook = { url: "https://ci.example.com", events: ["repo:push"] };
  expect((await alice("POST", "/repositories/acme/api/hooks", hook)).body.url).toBe(url);
});

test("every event that can be subscribed to is listed and accepted", async () => {
  const { alice } = await start();
  await repository(alice);
  const { body } = await alice("GET", "/hook_events/repository?pagelen=100");
  const events = body.values.map((one: Json) => one.event);
  expect(events).toEqual(expect.arrayContaining(["pipeline:span_created", "pullrequest:push", "repo:push"]));
  const made = await alice("POST", "/repositories/acme/api/hooks", { url: "https://ci.example/", events });
  expect(made.body.events).toHaveLength(events.length);
});

test("the scope of what each event is about is needed as well", async () => {
  const { alice, emulator } = await start();
  await repository(alice);
  const path = "/repositories/acme/api/hooks";
  const scopes = ["read:webhook:bitbucket", "write:webhook:bitbucket", "read:repository:bitbucket"];
  const user = [...emulator.state.users.values()].find(({ nickname }) => nickname === "alice");
  const token = emulator.createToken({ name: "hooks", kind: "api_token", scopes, user: user?.uuid });
  const hooks = asking(emulator, basic(exampleTokens.email, token.secret));
  const made = await hooks("POST", path, { url: "https://ci.example/", events: ["repo:push"] });
  expect(made.status).toBe(201);
  const refused = {
    status: 403,
    body: { error: { detail: { granted: scopes, required: ["read:pullrequest:bitbucket"] } } },
  };
  const body = { url: "https://ci.example/", events: ["pullrequest:created"] };
  expect(await hooks("POST", path, body)).toMatchObject(refused);
  expect(await hooks("PUT", `${path}/${encoded(made.body.uuid)}`, body)).toMatchObject(refused);
  expect((await alice("GET", path)).body.values).toMatchObject([{ events: ["repo:push"] }]);

  const legacy = emulator.createToken({
    name: "acme-hooks",
    kind: "workspace_access_token",
    scopes: ["webhook"],
    workspace: "acme",
  });
  const acme = asking(emulator, bearer(legacy.secret));
  expect(await acme("POST", path, { ...body, events: ["repo:push"] })).toMatchObject({
    status: 403,
    body: { error: { detail: { required: ["repository"] } } },
  });
});
