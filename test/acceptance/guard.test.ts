/** An acceptance run only writes to what it created. */

import { Control, GuardedClient } from "../../acceptance/client";
import { Guard, GuardError } from "../../acceptance/guard";
import { Names } from "../../acceptance/names";
import { type ApiRequest, createClient, Secret } from "../../src/bitbucket";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";

const anchor = "{11111111-2222-4333-8444-555555555555}";
const names = new Names(anchor, "0123abcd");
const foreign = new Names("{99999999-2222-4333-8444-555555555555}", "0123abcd");
const self = "{aaaaaaaa-2222-4333-8444-555555555555}";
const uuid = "{bbbbbbbb-2222-4333-8444-555555555555}";
const encoded = encodeURIComponent(uuid);
const project = { key: names.key("A") };

const guard = () => new Guard("acme", names, self);

describe("names", () => {
  test("of this workspace's runs are recognised in every form", () => {
    for (const name of [
      names.text("x"),
      names.key("X"),
      names.url("x"),
      names.token,
      names.key("x").toLowerCase(),
    ])
      expect(names.isOwn(name)).toBe(true);
  });

  test.each([
    ["", "nothing"],
    ["api", "another name"],
    ["bacacc-api", "the prefix alone"],
    [`bacacc${"0".repeat(16)}`, "a made-up digest"],
    [foreign.text("x"), "another workspace's run"],
    [`my ${names.text("x")}`, "a name that mentions one"],
    [`${names.token}0`, "a longer token"],
    [`https://evil.example.com/${names.token}`, "another host"],
    [undefined, "no name"],
  ])("%j is not one: %s", (name, _what) => {
    expect(names.isOwn(name)).toBe(false);
  });
});

const allowed: readonly ApiRequest[] = [
  { method: "GET", path: "/workspaces/other/projects/PLAT" },
  { method: "POST", path: "/workspaces/acme/projects", body: project },
  { method: "PUT", path: `/workspaces/acme/projects/${project.key}`, body: { key: names.key("B") } },
  {
    method: "POST",
    path: `/workspaces/acme/projects/${project.key}/deploy-keys`,
    body: { key: "ssh-ed25519 A" },
  },
  { method: "POST", path: `/repositories/acme/${names.text("a")}`, body: { name: names.text("a"), project } },
  { method: "DELETE", path: `/repositories/acme/${names.text("a")}` },
  {
    method: "POST",
    path: `/repositories/acme/${names.text("a")}/hooks`,
    body: { url: "https://example.com" },
  },
  { method: "POST", path: "/workspaces/acme/pipelines-config/variables", body: { key: names.key("A") } },
  { method: "POST", path: "/workspaces/acme/pipelines-config/variables", form: { key: names.key("A") } },
  { method: "POST", path: `/users/${encodeURIComponent(self)}/ssh-keys`, body: { label: names.text("a") } },
];

const refused: readonly (readonly [string, ApiRequest])[] = [
  ["another workspace's repository", { method: "DELETE", path: `/repositories/globex/${names.text("a")}` }],
  ["somebody's repository", { method: "DELETE", path: "/repositories/acme/api" }],
  [
    "a UUID that no run made",
    { method: "PUT", path: `/repositories/acme/${encoded}`, body: { name: names.text("a") } },
  ],
  ["something below it", { method: "POST", path: `/repositories/acme/${encoded}/hooks`, body: {} }],
  [
    "a rename that hides whose it is",
    { method: "PUT", path: `/repositories/acme/${names.text("a")}`, body: { name: "api" } },
  ],
  [
    "a move into somebody's project",
    { method: "PUT", path: `/repositories/acme/${names.text("a")}`, body: { project: { key: "PLAT" } } },
  ],
  [
    "a repository in the oldest project",
    { method: "POST", path: `/repositories/acme/${names.text("a")}`, body: { name: names.text("a") } },
  ],
  [
    "a fork under another name",
    { method: "POST", path: `/repositories/acme/${names.text("a")}/forks`, body: { name: "api", project } },
  ],
  ["somebody's project", { method: "DELETE", path: "/workspaces/acme/projects/PLAT" }],
  ["the marker project", { method: "DELETE", path: "/workspaces/acme/projects/BAC_ACCEPTANCE" }],
  [
    "a project key of another workspace's run",
    { method: "DELETE", path: `/workspaces/acme/projects/${foreign.key("A")}` },
  ],
  [
    "another key for a project",
    { method: "PUT", path: `/workspaces/acme/projects/${project.key}`, body: { key: "PLAT" } },
  ],
  [
    "a webhook without a name",
    {
      method: "POST",
      path: "/workspaces/acme/hooks",
      body: { url: "https://example.com", description: names.text("a") },
    },
  ],
  [
    "a form without a name",
    { method: "POST", path: "/workspaces/acme/pipelines-config/variables", form: { key: "A" } },
  ],
  ["somebody's webhook", { method: "DELETE", path: `/workspaces/acme/hooks/${encoded}` }],
  [
    "somebody's variable",
    {
      method: "PUT",
      path: `/workspaces/acme/pipelines-config/variables/${encoded}`,
      body: { key: names.key("A") },
    },
  ],
  ["somebody's runner", { method: "DELETE", path: `/workspaces/acme/pipelines-config/runners/${encoded}` }],
  [
    "somebody's SSH key",
    { method: "DELETE", path: `/users/${encodeURIComponent(self)}/ssh-keys/${encoded}` },
  ],
  [
    "another user's keys",
    { method: "POST", path: `/users/${encoded}/ssh-keys`, body: { label: names.text("a") } },
  ],
  ["the workspace itself", { method: "PUT", path: "/workspaces/acme", body: {} }],
  ["its permissions", { method: "DELETE", path: `/workspaces/acme/members/${encoded}` }],
  ["a whole collection", { method: "DELETE", path: "/workspaces/acme/hooks" }],
  [
    "a path that is resolved to another",
    { method: "DELETE", path: `/repositories/acme/${names.text("a")}/../api` },
  ],
  [
    "the same in percent signs",
    { method: "DELETE", path: `/repositories/acme/${names.text("a")}/%2e%2e/api` },
  ],
  ["an empty segment", { method: "DELETE", path: "/repositories/acme//api" }],
  ["a query in the path", { method: "DELETE", path: `/repositories/acme/${names.text("a")}?x=1` }],
];

test.each(allowed)("$method $path is sent", (request) => {
  expect(() => guard().check(request)).not.toThrow();
});

test.each(refused)("%s is refused", (_what, request) => {
  expect(() => guard().check(request)).toThrow(GuardError);
});

test("what an answer shows to be a run's own may be written to by its UUID, and nothing else that it lists", () => {
  const one = guard();
  const other = "{cccccccc-2222-4333-8444-555555555555}";
  one.learn("/repositories/acme", {
    values: [
      { uuid, name: names.text("a") },
      { uuid: other, name: "api" },
    ],
  });
  expect(() => one.check({ method: "DELETE", path: `/repositories/acme/${encoded}` })).not.toThrow();
  expect(() =>
    one.check({ method: "DELETE", path: `/repositories/acme/${encodeURIComponent(other)}` }),
  ).toThrow(GuardError);
});

describe("the client", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  test("sends nothing that the guard refuses", async () => {
    const inner = createClient({
      credentials: { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.admin) },
      baseUrl: emulator.url,
    });
    const client = new GuardedClient(inner, guard(), new Control());
    const path = "/workspaces/acme/projects";
    await inner.send({ method: "POST", path, body: { key: "PLAT", name: "Platform" } });
    const before = emulator.requests.length;
    await expect(client.send({ method: "DELETE", path: `${path}/PLAT` })).rejects.toThrow(
      /Refused to send DELETE \/workspaces\/acme\/projects\/PLAT: no acceptance run made that live object/,
    );
    expect(emulator.requests.length).toBe(before);
    await inner.close();
  });
});
