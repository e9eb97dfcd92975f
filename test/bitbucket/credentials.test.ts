import { inspect } from "node:util";
import fc from "fast-check";
import { apiPath, checkBaseUrl, findRefusal, pathTemplate, Secret, scopesFor } from "../../src/bitbucket";
import { retryAfterSeconds, retryDelay } from "../../src/bitbucket/retry";
import { type CredentialSources, findCredentials } from "../../src/credentials";

const resolveCredentials = (where: CredentialSources) => findCredentials(where).credentials;

const api = { BITBUCKET_EMAIL: "jo@acme.example", BITBUCKET_TOKEN: "ATATT3x-token" };

test("an API token takes an e-mail address, an access token its type, a consumer its two parts", () => {
  expect(resolveCredentials({ env: api })).toMatchObject({ type: "api-token", email: "jo@acme.example" });
  expect(
    resolveCredentials({ env: { BITBUCKET_TOKEN: "ATCT-token", BITBUCKET_TOKEN_TYPE: "workspace" } }).type,
  ).toBe("workspace");
  const consumer = { BITBUCKET_OAUTH_CLIENT_ID: "id", BITBUCKET_OAUTH_CLIENT_SECRET: "secret" };
  expect(resolveCredentials({ env: consumer }).type).toBe("oauth-client");
});

test("an explicit type wins over what the token looks like", () => {
  expect(resolveCredentials({ env: { ...api, BITBUCKET_TOKEN_TYPE: "repository" } }).type).toBe("repository");
  expect(
    resolveCredentials({ env: { ...api, BITBUCKET_TOKEN: "ATCT-token", BITBUCKET_TOKEN_TYPE: "api-token" } })
      .type,
  ).toBe("api-token");
});

test("the environment wins over the configuration, which is used where it says nothing", () => {
  const config = (key: string) => ({ token: "from-config", email: "config@acme.example" })[key];
  expect(resolveCredentials({ env: {}, config })).toMatchObject({ email: "config@acme.example" });
  expect(resolveCredentials({ env: api, config })).toMatchObject({ email: "jo@acme.example" });
});

test("the Terraform providers' variables are understood where they hold an e-mail address", () => {
  const env = { BITBUCKET_USERNAME: "jo@acme.example", BITBUCKET_PASSWORD: "ATATT3x-token" };
  expect(resolveCredentials({ env }).type).toBe("api-token");
  expect(() => resolveCredentials({ env: { ...env, BITBUCKET_USERNAME: "jo" } })).toThrow(
    /worked only with app passwords\./,
  );
});

test.each([
  [{}, /There is no Bitbucket token.*api-tokens/],
  [{ ...api, BITBUCKET_EMAIL: "" }, /BITBUCKET_TOKEN alone does not determine how to log in/],
  [{ BITBUCKET_TOKEN: "ATCTT-x" }, /looks like an access token: then set BITBUCKET_TOKEN_TYPE/],
  [{ ...api, BITBUCKET_EMAIL: "jo" }, /not an e-mail address/],
  [{ ...api, BITBUCKET_TOKEN: "ATBBxyz" }, /app password/],
  [{ ...api, BITBUCKET_TOKEN: '"quoted"' }, /quotes around it/],
  [{ ...api, BITBUCKET_TOKEN: "line\nend" }, /white space or a line break: copy/],
  [{ ...api, BITBUCKET_TOKEN: "jo@acme.example" }, /contains an e-mail address/],
  [{ ...api, BITBUCKET_TOKEN: "jo@acme.example:token" }, /"user:token"/],
  [{ ...api, BITBUCKET_TOKEN_TYPE: "apitoken" }, /must be one of api-token, repository/],
  [{ BITBUCKET_OAUTH_CLIENT_ID: "id" }, /BITBUCKET_OAUTH_CLIENT_SECRET is not set/],
])("%j is refused with what to do", (env, message) => {
  expect(() => resolveCredentials({ env })).toThrow(message);
});

test("a secret shows itself to nobody who does not ask for it", () => {
  const credentials = resolveCredentials({ env: { ...api, BITBUCKET_TOKEN: "hidden-token" } });
  const shown = [
    inspect(credentials, { depth: 9, showHidden: true }),
    JSON.stringify(credentials),
    `${new Secret("hidden-token")}`,
  ];
  expect(shown.join()).not.toContain("hidden-token");
  expect(new Secret("hidden-token").reveal()).toBe("hidden-token");
});

test("no value put into a path can leave its segment", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: "grapheme-ascii" }).filter((value) => !/^\.{1,2}$/.test(value)),
      (value) => {
        const { pathname } = new URL(
          `https://api.bitbucket.org/2.0${apiPath`/repositories/acme/${value}/hooks`}`,
        );
        expect(pathname.split("/")).toHaveLength(6);
        expect(pathname.endsWith("/hooks")).toBe(true);
      },
    ),
  );
  for (const dots of [".", ".."])
    expect(() => apiPath`/repositories/acme/${dots}`).toThrow(/is not a valid path segment/);
  expect(apiPath`/repositories/${"acme"}/${"{1-2}"}`).toBe("/repositories/acme/%7B1-2%7D");
});

test("requests are counted by collection, whatever the ids", () => {
  expect(pathTemplate("/repositories/acme/api/hooks/%7B1%7D")).toBe("/repositories/{}/{}/hooks/{}");
  expect(pathTemplate("/workspaces/acme/projects/PLAT?fields=uuid")).toBe("/workspaces/{}/projects/{}");
});

test("the wait grows with each attempt, stays below its bound, and honours what the server asks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        expect(retryDelay(attempt, undefined, random)).toBeLessThanOrEqual(
          Math.min(30_000, 500 * 2 ** (attempt - 1)),
        );
        expect(retryDelay(attempt, 5, random)).toBeGreaterThanOrEqual(5000);
      },
    ),
  );
  expect(retryAfterSeconds("Thu, 01 Jan 1970 00:00:10 GMT", 4000)).toBe(6);
  expect(retryAfterSeconds("soon", 0)).toBeUndefined();
});

test.each(["http://api.example.com/2.0", "ftp://127.0.0.1", "nonsense", "https://user:secret@example.com"])(
  "%s is no base URL",
  (url) => {
    expect(() => checkBaseUrl(url)).toThrow(/BITBUCKET_API_URL/);
  },
);

test("scopes are those of the operation, by the path with real ids in it", () => {
  expect(scopesFor("POST", "/repositories/acme/%7B1%7D/hooks")?.granular).toEqual([
    "read:webhook:bitbucket",
    "write:webhook:bitbucket",
  ]);
  expect(scopesFor("GET", "/repositories/acme/api/src/main/docs/a.md")?.granular).toEqual([
    "read:repository:bitbucket",
  ]);
  expect(scopesFor("GET", "/nothing")).toBeUndefined();
});

test("what access tokens can never do is known beforehand", () => {
  expect(findRefusal("workspace", "PUT", "/repositories/acme/api/permissions-config/users/x")).toMatch(
    /user's API token/,
  );
  expect(findRefusal("workspace", "POST", "/repositories/acme/api/deploy-keys")).toMatch(/deploy keys/);
  expect(findRefusal("workspace", "GET", "/repositories/acme/api/deploy-keys")).toBeUndefined();
  expect(
    findRefusal("api-token", "PUT", "/repositories/acme/api/permissions-config/users/x"),
  ).toBeUndefined();
});
