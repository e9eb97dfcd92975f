import { dirname } from "node:path";
import { parse } from "yaml";
import { createClient, proxiesOf } from "../../src/bitbucket";
import { forgetResults, lookUpCredentials, requireCredentials } from "../../src/credentials";
import { loadStack } from "../../src/desired";
import { type DoctorFinding, type DoctorInput, runChecks } from "../../src/doctor";
import { Home } from "../credentials/support/stores";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";

let emulator: Emulator;
let home: Home;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => {
  forgetResults();
  home = new Home();
});
afterEach(() => home.close());

const yaml = `
workspace: acme
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
    webhooks: { ci: { url: "https://ci.example.com", events: ["repo:push"] } }
    variables: { KEY: { value: { fromEnv: NOT_SET }, secured: true } }
`;

interface Options extends Partial<Omit<DoctorInput, "stack">> {
  readonly yaml?: string;
}

async function findings(
  env: Record<string, string>,
  options: Options = {},
): Promise<readonly DoctorFinding[]> {
  const whole = { ...home.env, BITBUCKET_API_URL: emulator.url, ...env };
  const found = lookUpCredentials({ env: whole, folder: home.elsewhere });
  const stack =
    options.yaml === undefined ? undefined : await loadStack(home.write("stacks/test.yaml", options.yaml));
  return runChecks({
    machine: { node: "20.18.1", engine: { version: "3.259.0", source: "path" } },
    found,
    connect: () =>
      createClient({ credentials: requireCredentials(found), baseUrl: found.api.text, readOnly: true }),
    purpose: "apply",
    now: Date.now,
    ...options,
    stack: stack && { ...stack, name: "test" },
  });
}

function of(check: string, all: readonly DoctorFinding[]): DoctorFinding {
  const found = all.find((one) => one.check === check);
  if (!found) throw new Error(`nothing was found of ${check}: ${JSON.stringify(all, null, 1)}`);
  return found;
}

const email = { BITBUCKET_EMAIL: exampleTokens.email };

test("an address of the stack's configuration gets no credential of the environment, and nothing is asked", async () => {
  const before = emulator.requests.length;
  const env = { ...home.env, BITBUCKET_TOKEN: exampleTokens.admin, ...email };
  const config = (key: string) => (key === "apiUrl" ? emulator.url : undefined);
  const all = await findings({}, { found: lookUpCredentials({ env, config, folder: home.elsewhere }) });
  expect(of("credential", all)).toMatchObject({
    status: "problem",
    text: expect.stringMatching(/bitbucket:apiUrl.*credential from BITBUCKET_TOKEN/),
  });
  expect(emulator.requests.length).toBe(before);
});

test("a good credential has no problem, with who it is and all scopes that the stack takes", async () => {
  const all = await findings({ ...email, BITBUCKET_TOKEN: exampleTokens.admin }, { yaml });
  expect(all.filter(({ status }) => status === "problem" || status === "warning")).toEqual([]);
  expect(of("identity", all).text).toBe(
    "Bitbucket identifies it as a user's API token, of Alice Archer (alice)",
  );
  for (const purpose of ["preview", "apply", "destroy"])
    expect(of(`scopes for ${purpose}`, all).status).toBe("ok");
  expect(of("unnecessary scopes", all).text).toMatch(/admin:workspace:bitbucket/);
  expect(of("requests", all).text).toMatch(/About 99\d of 1000/);
  expect(JSON.stringify(all)).not.toContain(exampleTokens.admin);
});

test("missing scopes are named with what they are for; what nobody asked for is only noted", async () => {
  const env = { ...email, BITBUCKET_TOKEN: exampleTokens.reader };
  const apply = await findings(env, { yaml });
  expect(of("scopes for preview", apply).status).toBe("ok");
  expect(of("scopes for apply", apply)).toMatchObject({
    status: "problem",
    text: expect.stringMatching(
      /lacks admin:pipeline:bitbucket \(to create a pipeline variable.*write:webhook:bitbucket/,
    ),
    todo: [
      expect.stringContaining("id.atlassian.com"),
      expect.stringContaining("auth scopes test --for apply"),
    ],
  });
  const preview = await findings(env, { yaml, purpose: "preview" });
  expect(of("scopes for apply", preview).status).toBe("note");
  const destroy = await findings(env, { yaml, purpose: "destroy" });
  expect(of("scopes for destroy", destroy)).toMatchObject({
    status: "problem",
    text: expect.stringContaining("delete:webhook"),
  });
});

test("a legacy scope counts for those that it includes", async () => {
  const { secret } = emulator.createToken({
    name: "legacy",
    kind: "workspace_access_token",
    workspace: "acme",
    scopes: ["project", "repository:admin", "project:admin", "webhook", "pipeline:variable"],
  });
  const all = await findings({ BITBUCKET_TOKEN: secret, BITBUCKET_TOKEN_TYPE: "workspace" }, { yaml });
  expect(of("scopes for apply", all).status).toBe("ok");
  expect(of("scopes for destroy", all)).toMatchObject({
    status: "note",
    text: expect.stringContaining("repository:delete"),
  });
  expect(of("unnecessary scopes", all).status).toBe("ok");
});

test.each([
  ["workspace_access_token", "workspace", {}, /all repositories of the workspace acme/],
  [
    "project_access_token",
    "project",
    { project: "DOC" },
    /repositories of the project DOC in acme, and no others/,
  ],
  ["repo_access_token", "repository", { repository: "" }, /the repository acme\/doctored, and no other/],
] as const)("what a %s reaches is said", async (kind, type, place, text) => {
  const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const make = (path: string, body: unknown) =>
    fetch(emulator.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  await make("/workspaces/acme/projects", { key: "DOC", name: "Doctor" });
  await make("/repositories/acme/doctored", { project: { key: "DOC" }, is_private: true });
  const repository = emulator.state.workspaces.get("acme")?.repositories.get("doctored")?.uuid ?? "";
  const { secret } = emulator.createToken({
    name: kind,
    kind,
    workspace: "acme",
    scopes: ["repository"],
    ...place,
    ...("repository" in place ? { repository } : {}),
  });
  const all = await findings({ BITBUCKET_TOKEN: secret, BITBUCKET_TOKEN_TYPE: type }, { workspace: "acme" });
  expect(of("identity", all).text).toContain(`an access token of a ${type}`);
  expect(of("workspace", all).text).toMatch(text);
});

test("what an access token can never do is said before a run", async () => {
  const env = { BITBUCKET_TOKEN: exampleTokens.workspace, BITBUCKET_TOKEN_TYPE: "workspace" };
  const keyed = yaml.replace(
    "    webhooks:",
    "    deployKeys: { ci: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl' }\n    webhooks:",
  );
  const all = await findings(env, { yaml: keyed });
  expect(of("scopes for apply", all)).toMatchObject({
    status: "problem",
    text: expect.stringMatching(
      /to create a deploy key: Writing a repository's deploy keys requires a user's API token/,
    ),
  });
});

test("a token in the wrong form is proved to be what it is, and the setting is named", async () => {
  const bearer = await findings({ ...email, BITBUCKET_TOKEN: exampleTokens.workspace });
  expect(of("identity", bearer)).toMatchObject({
    status: "problem",
    text: expect.stringMatching(/Sent as Bearer it is accepted: an access token of a workspace/),
    todo: ["Set BITBUCKET_TOKEN_TYPE=workspace. Then BITBUCKET_EMAIL is not required"],
  });
  const basic = await findings({
    ...email,
    BITBUCKET_TOKEN: exampleTokens.admin,
    BITBUCKET_TOKEN_TYPE: "project",
  });
  expect(of("identity", basic).todo).toEqual(["Set BITBUCKET_TOKEN_TYPE=api-token"]);
  // Neither address nor type.
  const alone = await findings({ BITBUCKET_TOKEN: exampleTokens.workspace });
  expect(of("identity", alone).todo?.[0]).toMatch(/BITBUCKET_TOKEN_TYPE=workspace/);
  const unknown = await findings({ BITBUCKET_TOKEN: exampleTokens.admin });
  expect(of("identity", unknown).todo?.[0]).toMatch(/set BITBUCKET_EMAIL/);
});

test("an app password is answered with the way out of it, wherever it is", async () => {
  const all = await findings({ ...email, BITBUCKET_TOKEN: exampleTokens.appPassword });
  expect(of("credential", all)).toMatchObject({
    status: "problem",
    text: expect.stringMatching(/BITBUCKET_TOKEN looks like an app password/),
  });
  expect(of("credential", all).todo?.join()).toMatch(
    /Create API token with scopes.*auth scopes.*auth login.*migrate audit/s,
  );
  const requests = emulator.requests.length;
  const terraform = await findings({
    BITBUCKET_USERNAME: "alice",
    BITBUCKET_PASSWORD: exampleTokens.appPassword,
  });
  expect(of("credential", terraform).text).toMatch(/BITBUCKET_PASSWORD looks like an app password/);
  const { host } = new URL(emulator.url);
  home.gitCredentials(`http://alice:${exampleTokens.appPassword}@${host.replace(":", "%3a")}\n`);
  expect(of("credential", await findings({})).text).toMatch(
    /git's credential helpers contain an app password/,
  );
  expect(emulator.requests.length).toBe(requests);
});

test("the credential in use is named with its source, and each other one as not used", async () => {
  home.write(
    "config/bitbucket-as-code/profiles.yaml",
    "default: globex\nprofiles: { globex: { workspace: globex, email: g@globex.example, token: { fromEnv: T } } }",
  );
  const token = { T: exampleTokens.expired };
  const env = { ...token, ...email, BITBUCKET_TOKEN: exampleTokens.admin };
  const all = await findings(env);
  expect(of("credential", all).text).toBe(
    "Uses a credential of the type api-token, from BITBUCKET_TOKEN (the environment)",
  );
  expect(of("profile", all)).toMatchObject({
    status: "note",
    text: expect.stringMatching(
      /The profile globex, set by the default of .*is not used: BITBUCKET_TOKEN .*first/,
    ),
    todo: [expect.stringMatching(/--profile globex/)],
  });
  expect(of("other credentials", all).text).toBe(
    "Not used, because the environment comes first: T, as the token of the profile globex says (the stack's or the default profile)",
  );
  const chosen = await findings({ ...env, BITBUCKET_PROFILE: "globex" });
  expect(of("profile", chosen)).toMatchObject({
    status: "ok",
    text: "The profile globex, set by BITBUCKET_PROFILE",
  });
  expect(of("other credentials", chosen).text).toMatch(/the selected profile comes first: BITBUCKET_TOKEN/);
  // A part of it is used without its token.
  const mixed = await findings({ ...token, BITBUCKET_TOKEN: exampleTokens.admin });
  expect(of("profile", mixed).text).toMatch(/Only this of it is used: email of the profile globex/);
  // As the error of a rejected one has it.
  const origin =
    "It comes from BITBUCKET_TOKEN, but its e-mail address (g@globex.example) comes from email of the profile globex: check " +
    "that both are of the same account, or set both in one place.";
  expect(of("credential", mixed)).toMatchObject({ status: "note", text: expect.stringContaining(origin) });
  expect(of("identity", mixed)).toMatchObject({
    status: "problem",
    todo: expect.arrayContaining([origin]),
  });
});

test("a project whose state needs the native provider is told the lines with which plain pulumi finds it", async () => {
  const root = dirname(home.write("project/Pulumi.yaml", "name: p\nruntime: nodejs\n"));
  const bin = dirname(home.write("project/node_modules/.bin/pulumi-resource-bitbucket-cloud", ""));
  const plugin = { root, reason: "the state of acme holds api", env: { ...home.env, PATH: bin } };
  const credential = { ...email, BITBUCKET_TOKEN: exampleTokens.admin };
  const missing = of("plugin", await findings(credential, { plugin }));
  expect(missing).toMatchObject({
    status: "note",
    text: expect.stringMatching(/the state of acme holds api/),
  });
  const [, lines = ""] = missing.todo?.[0]?.split("Pulumi.yaml:\n") ?? [];
  const added = lines.replace(/^ {8}/gm, "");
  expect(parse(added)).toMatchObject({ plugins: { providers: [{ name: "bitbucket-cloud" }] } });
  home.write("project/Pulumi.yaml", `name: p\nruntime: nodejs\n${added}\n`);
  expect(of("plugin", await findings(credential, { plugin })).status).toBe("ok");
  const without = await findings(credential, { plugin: { ...plugin, reason: undefined } });
  expect(without.map(({ check }) => check)).not.toContain("plugin");
});

test("an expired token, a wrong address, no network and a wrong URL are each told apart", async () => {
  const expired = await findings({ ...email, BITBUCKET_TOKEN: exampleTokens.expired });
  expect(of("identity", expired).todo?.join()).toMatch(
    /expired or was revoked.*alice@acme\.example is the address/s,
  );
  const good = { ...email, BITBUCKET_TOKEN: exampleTokens.admin };
  const nobody = await findings({ ...good, BITBUCKET_API_URL: "http://127.0.0.1:9/2.0" });
  expect(of("identity", nobody).text).toMatch(/There was no response from 127\.0\.0\.1:9: ECONNREFUSED/);
  const open = await findings({ ...good, BITBUCKET_API_URL: "http://example.com/2.0" });
  expect(of("API", open).text).toMatch(/must start with https/);
  const elsewhere = await findings(good, { workspace: "globex" });
  expect(of("workspace", elsewhere)).toMatchObject({
    status: "problem",
    text: expect.stringContaining("globex"),
    todo: [expect.stringMatching(/bitbucket\.org\/globex\/: use the name in the URL/)],
  });
  // An existing one that the credential may not see is refused in another way.
  const closed = { error: { message: "You do not have access to this workspace." } };
  emulator.addFault({ kind: "status", status: 403, body: closed, path: "^/repositories/other" });
  expect(of("workspace", await findings(good, { workspace: "other" }))).toMatchObject({
    status: "problem",
    text: "There is no workspace other, or this credential cannot access it",
    todo: [expect.stringMatching(/An access token can access only its own workspace;/)],
  });
});

test("the proxy in use is named, without its login, also where it does not answer", async () => {
  const found = lookUpCredentials({
    env: { ...home.env, ...email, BITBUCKET_TOKEN: exampleTokens.admin },
    folder: home.elsewhere,
  });
  const proxies = proxiesOf({ HTTPS_PROXY: "http://jo:proxy-password@127.0.0.1:9" });
  const all = await runChecks({
    machine: { node: "20.18.1", engine: undefined },
    found,
    connect: () =>
      createClient({
        credentials: requireCredentials(found),
        readOnly: true,
        proxies,
        sleep: async () => {},
      }),
    purpose: "apply",
    now: Date.now,
  });
  expect(of("proxy", all).text).toBe("Requests go through the proxy http://127.0.0.1:9, set in HTTPS_PROXY");
  expect(of("identity", all).text).toMatch(
    /api\.bitbucket\.org, through the proxy http:\/\/127\.0\.0\.1:9: ECONNREFUSED/,
  );
  expect(JSON.stringify(all)).not.toContain("proxy-password");
});

test("a clock that is off, a used-up limit and a token that ends soon are warned of", async () => {
  const env = { ...email, BITBUCKET_TOKEN: exampleTokens.admin };
  const late = await findings(env, { now: () => Date.now() - 600_000 });
  expect(of("clock", late)).toMatchObject({
    status: "warning",
    text: expect.stringMatching(/(599|60\d) s behind Bitbucket's/),
  });
  home.write(
    "config/bitbucket-as-code/profiles.yaml",
    "default: a\nprofiles: { a: { email: alice@acme.example, expires: 2026-01-31, token: { fromEnv: T } } }",
  );
  const profile = { T: exampleTokens.admin };
  const at = async (day: string) => of("expiry", await findings(profile, { now: () => Date.parse(day) }));
  expect((await at("2025-12-01")).status).toBe("ok");
  expect(await at("2026-01-20")).toMatchObject({
    status: "warning",
    text: expect.stringContaining("in 11 days"),
  });
  expect((await at("2026-02-02")).status).toBe("problem");
});

test("an old Node is a problem, and a missing engine is set up later", async () => {
  const all = await findings({}, { machine: { node: "18.20.0", engine: undefined } });
  expect(of("node", all).status).toBe("problem");
  expect(of("engine", all).status).toBe("note");
});
