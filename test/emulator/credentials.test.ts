import { exampleTokens } from "../../packages/emulator/src";
import { type Ask, asking, basic, bearer, publicKey, repository, start } from "./support";

const { email } = exampleTokens;

test.each([
  ["an API token with the e-mail address over Basic", basic(email, exampleTokens.admin), 200],
  ["an API token with a user name", basic("alice", exampleTokens.admin), 401],
  ["an API token as Bearer", bearer(exampleTokens.admin), 401],
  ["an access token as Bearer", bearer(exampleTokens.workspace), 200],
  ["an access token over Basic", basic("x-token-auth", exampleTokens.workspace), 401],
  ["an app password", basic(email, exampleTokens.appPassword), 401],
  ["an expired token", basic(email, exampleTokens.expired), 401],
  ["a revoked token", basic(email, exampleTokens.revoked), 401],
  ["a token of nobody", bearer("made-up"), 401],
  ["no credential", undefined, 401],
])("%s", async (_name, authorization, status) => {
  const { emulator } = await start();
  const answer = await asking(emulator, authorization)("GET", "/workspaces/acme");
  expect(answer.status).toBe(status);
  if (status === 401) {
    expect(answer.body).toEqual({
      type: "error",
      error: { message: "Token is invalid, expired, or not supported for this endpoint." },
    });
  }
});

describe("scopes", () => {
  test("a missing scope is told with what is granted and what is required", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const limited = asking(emulator, basic(email, exampleTokens.withoutWebhooks));
    const answer = await limited("GET", "/repositories/acme/api/hooks");
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe("Your credentials lack one or more required privilege scopes.");
    expect(answer.body.error.detail.required).toEqual(["read:webhook:bitbucket"]);
    expect(answer.body.error.detail.granted).not.toContain("read:webhook:bitbucket");
  });

  test("granular scopes imply nothing, legacy ones some", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const alicesUuid = [...emulator.state.users.values()].find((user) => user.email === email)?.uuid;
    const token = (kind: "api_token" | "workspace_access_token", scopes: string[]) =>
      emulator.createToken({ name: scopes.join(), kind, scopes, user: alicesUuid, workspace: "acme" }).secret;
    const admin = token("api_token", ["admin:repository:bitbucket"]);
    expect((await asking(emulator, basic(email, admin))("GET", "/repositories/acme/api")).status).toBe(403);
    const write = token("workspace_access_token", ["repository:write"]);
    expect((await asking(emulator, bearer(write))("GET", "/repositories/acme/api")).status).toBe(200);
    const project = token("workspace_access_token", ["project:admin"]);
    expect((await asking(emulator, bearer(project))("GET", "/repositories/acme/api")).status).toBe(403);
  });

  test("answers say what the credential is and may do, also where they refuse it", async () => {
    const { emulator } = await start();
    const reader = await asking(emulator, basic(email, exampleTokens.reader))("GET", "/user");
    expect(reader.headers.get("x-credential-type")).toBe("api_token");
    expect(reader.headers.get("x-oauth-scopes")?.split(", ")).toContain("read:repository:bitbucket");
    const refused = await asking(emulator, bearer(exampleTokens.workspace))("GET", "/user");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-credential-type")).toBe("workspace_access_token");
    expect(refused.headers.get("x-oauth-scopes")?.split(", ")).toContain("repository:admin");
  });
});

describe("access tokens", () => {
  const refusal = "This API is not accessible by this authentication mechanism";
  test.each([
    ["GET", "/user"],
    ["GET", "/repositories/acme/api/permissions-config/users"],
    ["PUT", "/repositories/acme/api/permissions-config/groups/developers"],
    ["GET", "/workspaces/acme/projects/PLAT/permissions-config/groups"],
    ["POST", "/repositories/acme/api/deploy-keys"],
  ])("are refused at %s %s", async (method, path) => {
    const { emulator, alice } = await start();
    await repository(alice);
    const body = method === "GET" ? undefined : { key: publicKey(1), permission: "read" };
    const answer = await asking(emulator, bearer(exampleTokens.workspace))(method, path, body);
    expect([answer.status, answer.body.error.message]).toEqual([403, refusal]);
  });

  test("may read deploy keys and do the rest", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const bot = asking(emulator, bearer(exampleTokens.workspace));
    expect((await bot("GET", "/repositories/acme/api/deploy-keys")).status).toBe(200);
    expect((await bot("PUT", "/repositories/acme/api", { description: "By a bot" })).status).toBe(200);
  });

  test("of a repository or a project reach no further, and end with the repository", async () => {
    const { emulator, alice } = await start();
    const { uuid } = await repository(alice, "api");
    await repository(alice, "web");
    await alice("POST", "/workspaces/acme/projects", { key: "OTHER", name: "Other", is_private: true });
    await alice("POST", "/repositories/acme/else", { is_private: true, project: { key: "OTHER" } });
    const one = (kind: "repo_access_token" | "project_access_token", rest: object) =>
      asking(
        emulator,
        bearer(emulator.createToken({ name: kind, kind, scopes: ["*"], workspace: "acme", ...rest }).secret),
      );
    const statuses = (ask: Ask) =>
      Promise.all(
        ["api", "web", "else"].map(async (slug) => (await ask("GET", `/repositories/acme/${slug}`)).status),
      );
    const ofRepository = one("repo_access_token", { repository: uuid });
    expect(await statuses(ofRepository)).toEqual([200, 404, 404]);
    expect(await statuses(one("project_access_token", { project: "PLAT" }))).toEqual([200, 200, 404]);
    await alice("DELETE", "/repositories/acme/api");
    expect((await ofRepository("GET", "/repositories/acme/api")).status).toBe(401);
  });
});

describe("OAuth consumers", () => {
  const grant = (emulator: { origin: string }, body: Record<string, string>, authorization?: string) =>
    fetch(`${emulator.origin}/site/oauth2/access_token`, {
      method: "POST",
      headers: authorization === undefined ? {} : { authorization },
      body: new URLSearchParams(body),
    });
  const consumer = basic(exampleTokens.oauthClientId, exampleTokens.oauthClientSecret);

  test("get a token that ends after an hour", async () => {
    let now = Date.UTC(2026, 0, 1);
    const { emulator } = await start({ now: () => now });
    const answer = await grant(emulator, { grant_type: "client_credentials" }, consumer);
    const body = (await answer.json()) as { access_token: string; expires_in: number; scopes: string };
    expect(body.expires_in).toBe(3600);
    expect(body.scopes.split(" ")).toContain("repository:admin");
    const ask = asking(emulator, bearer(body.access_token));
    expect((await ask("GET", "/repositories/acme")).status).toBe(200);
    expect((await asking(emulator, basic("x", body.access_token))("GET", "/repositories/acme")).status).toBe(
      401,
    );
    now += 3_600_001;
    expect((await ask("GET", "/repositories/acme")).status).toBe(401);
  });

  test("may give their secret in the form, and get OAuth's own errors", async () => {
    const { emulator } = await start();
    const inForm = await grant(emulator, {
      grant_type: "client_credentials",
      client_id: exampleTokens.oauthClientId,
      client_secret: exampleTokens.oauthClientSecret,
    });
    expect(inForm.status).toBe(200);
    const wrong = await grant(emulator, { grant_type: "client_credentials" }, basic("a", "b"));
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { error: "unauthorized_client", error_description: "Invalid OAuth client credentials" },
    ]);
    const other = await grant(emulator, { grant_type: "password" }, consumer);
    expect(other.status).toBe(400);
  });

  test("may read permissions and not write them", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const { access_token } = (await (
      await grant(emulator, { grant_type: "client_credentials" }, consumer)
    ).json()) as { access_token: string };
    const ask = asking(emulator, bearer(access_token));
    const path = "/repositories/acme/api/permissions-config/groups";
    expect((await ask("GET", path)).status).toBe(200);
    expect((await ask("PUT", `${path}/developers`, { permission: "read" })).status).toBe(403);
  });
});

describe("what a user may do", () => {
  test("a private repository is not there for a member without a permission", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const bob = asking(emulator, basic("bob@acme.example", exampleTokens.member));
    expect((await bob("GET", "/repositories/acme/api")).status).toBe(404);
    expect((await bob("GET", "/repositories/acme")).body.values).toEqual([]);
    expect((await bob("GET", "/workspaces/acme/projects")).body.values).toEqual([]);
    const bobsUuid = [...emulator.state.users.values()].find((user) => user.nickname === "bob")?.uuid ?? "";
    await alice("PUT", `/repositories/acme/api/permissions-config/users/${encodeURIComponent(bobsUuid)}`, {
      permission: "write",
    });
    expect((await bob("GET", "/repositories/acme/api")).status).toBe(200);
    expect((await bob("PUT", "/repositories/acme/api", { description: "Mine" })).status).toBe(403);
    expect((await bob("GET", "/repositories/acme?role=contributor")).body.values).toHaveLength(1);
    expect((await bob("GET", "/repositories/acme?role=admin")).body.values).toHaveLength(0);
  });

  test("making a repository takes the right to in its project", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const bob = asking(emulator, basic("bob@acme.example", exampleTokens.member));
    const make = () => bob("POST", "/repositories/acme/bobs", { is_private: true, project: { key: "PLAT" } });
    expect((await make()).status).toBe(403);
    const bobsUuid = [...emulator.state.users.values()].find((user) => user.nickname === "bob")?.uuid ?? "";
    await alice(
      "PUT",
      `/workspaces/acme/projects/PLAT/permissions-config/users/${encodeURIComponent(bobsUuid)}`,
      { permission: "create-repo" },
    );
    expect((await make()).status).toBe(200);
  });

  test("a workspace of others may not be seen, and another is not there", async () => {
    const { alice } = await start();
    const refused = await alice("GET", "/workspaces/globex");
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      "You do not have access to this workspace.",
    ]);
    expect((await alice("GET", "/workspaces/nowhere")).status).toBe(404);
    const { body } = await alice("GET", "/user/workspaces");
    expect(body.values).toMatchObject([{ administrator: true, workspace: { slug: "acme" } }]);
  });
});
