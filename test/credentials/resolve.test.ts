import { writeFileSync } from "node:fs";
import { inspect } from "node:util";
import fc from "fast-check";
import {
  DestinationError,
  describeAccount,
  findCredentials,
  forgetResults,
  formatAccount,
  lookUpCredentials,
  originOfCredential,
  resolveGitLogin,
  sources,
  withFlags,
} from "../../src/credentials";
import { exampleTokens, startEmulator } from "../support/emulator";
import { Home } from "./support/stores";

jest.setTimeout(60_000);

let home: Home;
beforeEach(() => {
  forgetResults();
  home = new Home();
});
afterEach(() => home.close());

const profiles = `
default: globex
profiles:
  acme:
    workspace: acme
    email: jo@acme.example
    token: { fromEnv: ACME_TOKEN }
  globex:
    tokenType: workspace
    token: { fromFile: globex-token }
`;

function find(env: Record<string, string>, config: Record<string, string> = {}) {
  return findCredentials({ env, config: (key) => config[key], folder: home.elsewhere });
}

test("the first source with a token wins, in the order of the documentation", () => {
  home.write("config/bitbucket-as-code/profiles.yaml", profiles);
  home.write("config/bitbucket-as-code/globex-token", "from-default-profile\n");
  const env = {
    ...home.passwordStore({
      "bitbucket/acme/api-token": "from-pass",
      "bitbucket/acme/username": "pass@acme.example",
    }),
    ACME_TOKEN: "from-profile",
    BITBUCKET_WORKSPACE: "acme",
  };
  home.gitCredentials("https://x-token-auth:from-git@bitbucket.org\n");
  const layers: [name: string, env: Record<string, string>, config: Record<string, string>, token: string][] =
    [
      ["flags", withFlags({ token: "from-flag", tokenType: "workspace" }), {}, "from-flag"],
      ["profile", { BITBUCKET_PROFILE: "acme" }, {}, "from-profile"],
      ["environment", { BITBUCKET_TOKEN: "from-env", BITBUCKET_EMAIL: "env@acme.example" }, {}, "from-env"],
      ["terraform", { BITBUCKET_OAUTH_TOKEN: "from-terraform" }, {}, "from-terraform"],
      ["configuration", {}, { token: "from-config", tokenType: "project" }, "from-config"],
      ["default profile", {}, {}, "from-default-profile"],
    ];
  // From the last source to the first: each additional one takes precedence over all before.
  let [given, config] = [env as Record<string, string>, {} as Record<string, string>];
  for (const [name, variables, configured, token] of layers.reverse()) {
    [given, config] = [
      { ...given, ...variables },
      { ...config, ...configured },
    ];
    const found = find(given, config);
    expect([found.winner?.source.name, secretOf(found)]).toEqual([name, token]);
  }
  // And without any of them: the stores.
  const withoutDefault = { ...env, BITBUCKET_PROFILES: home.write("none.yaml", "") };
  const pass = find(withoutDefault);
  expect(pass.credentials).toMatchObject({ type: "api-token", email: "pass@acme.example" });
  expect(secretOf(pass)).toBe("from-pass");
  expect(secretOf(find({ ...withoutDefault, BITBUCKET_WORKSPACE: "other" }))).toBe("from-git");
  expect(sources.map(({ name }) => name)).toEqual([
    ...layers.map(([name]) => name).reverse(),
    "pass",
    "git",
    "keychain",
  ]);
});

function secretOf({ credentials }: ReturnType<typeof find>): string {
  return credentials.type === "oauth-client" ? credentials.clientSecret.reveal() : credentials.token.reveal();
}

test("what stands beside the token goes with it; only what is not there is taken from elsewhere", () => {
  const env = { ...home.env, BITBUCKET_EMAIL: "env@acme.example", BITBUCKET_USERNAME: "jo" };
  const config = { token: "from-config", email: "config@acme.example" };
  const found = find(env, config);
  expect(found.credentials).toMatchObject({ email: "config@acme.example" });
  expect(found.username).toBe("jo");
  expect(found.pieces.email?.from).toBe("bitbucket:email");
  expect(found.pieces.username?.from).toBe("BITBUCKET_USERNAME");
  expect(find(env, { token: "from-config" }).credentials).toMatchObject({ email: "env@acme.example" });
});

test("the account is told with the source of each part that lies elsewhere than the secret, and without the secret", () => {
  const told = (env: Record<string, string>, config: Record<string, string>) => {
    const found = find({ ...home.env, ...env }, config);
    const client = { ...found, baseUrl: found.api.text, origin: originOfCredential(found) };
    expect(JSON.stringify(describeAccount(client))).not.toContain("the-secret");
    return formatAccount(describeAccount(client), "acme");
  };
  const email = { BITBUCKET_EMAIL: "env@acme.example" };
  expect(told({ ...email, BITBUCKET_TOKEN: "the-secret" }, { email: "config@acme.example" })).toBe(
    "Credential: API token of env@acme.example, from BITBUCKET_TOKEN. Workspace: acme.",
  );
  expect(told(email, { token: "the-secret" })).toBe(
    "Credential: API token of env@acme.example, from bitbucket:token, its e-mail address from BITBUCKET_EMAIL. Workspace: acme.",
  );
  expect(told({ BITBUCKET_TOKEN: "the-secret" }, { tokenType: "workspace" })).toBe(
    "Credential: workspace access token, from BITBUCKET_TOKEN, its type from bitbucket:tokenType. Workspace: acme.",
  );
  // A variable whose name says the type is no second source.
  expect(told({ ...email, BITBUCKET_OAUTH_TOKEN: "the-secret", BITBUCKET_API_URL: elsewhere }, {})).toBe(
    `Credential: OAuth access token, from BITBUCKET_OAUTH_TOKEN. Workspace: acme at ${elsewhere}.`,
  );
  expect(told({}, { oauthClientId: "key", oauthClientSecret: "the-secret" })).toBe(
    "Credential: OAuth consumer of key, from bitbucket:oauthClientSecret. Workspace: acme.",
  );
});

test("a profile brings its token's home: its API goes before the environment's when it was chosen", () => {
  home.write(
    "config/bitbucket-as-code/profiles.yaml",
    "profiles: { local: { apiUrl: 'http://127.0.0.1:1/2.0', tokenType: oauth, token: { fromEnv: LOCAL } } }",
  );
  const env = { ...home.env, LOCAL: "t", BITBUCKET_API_URL: "https://elsewhere.example.com/2.0" };
  expect(find({ ...env, BITBUCKET_PROFILE: "local" }).api.text).toBe("http://127.0.0.1:1/2.0");
  expect(find(env, { profile: "local" }).api.text).toBe("https://elsewhere.example.com/2.0");
  const { BITBUCKET_API_URL: _, ...without } = env;
  expect(find(without, { profile: "local" })).toMatchObject({
    api: { text: "http://127.0.0.1:1/2.0" },
    credentials: { type: "oauth" },
  });
});

const elsewhere = "https://elsewhere.example.com/2.0";

test("the address of a committed file draws no credential from anywhere else to it", () => {
  const inPass = home.passwordStore({
    "bitbucket/acme/api-token": "t",
    "bitbucket/acme/username": "jo@acme.example",
  });
  const inProfile = { ...home.env, LOCAL: "t" };
  home.write(
    "config/bitbucket-as-code/profiles.yaml",
    `profiles:\n  local: { tokenType: oauth, token: { fromEnv: LOCAL } }\n  there: { apiUrl: ${elsewhere}/, tokenType: oauth, token: { fromEnv: LOCAL } }\n`,
  );
  const config = { apiUrl: elsewhere };
  const refused: [env: Record<string, string>, config: Record<string, string>, from: RegExp][] = [
    [withFlags({ token: "t", tokenType: "oauth", tokenFile: "/f" }), {}, /--token-file \/f/],
    [{ ...home.env, BITBUCKET_TOKEN: "t", BITBUCKET_EMAIL: "jo@acme.example" }, {}, /BITBUCKET_TOKEN/],
    [{ ...home.env, BITBUCKET_OAUTH_TOKEN: "t" }, {}, /BITBUCKET_OAUTH_TOKEN/],
    [
      { ...home.env, BITBUCKET_OAUTH_CLIENT_ID: "i", BITBUCKET_OAUTH_CLIENT_SECRET: "s" },
      {},
      /BITBUCKET_OAUTH_CLIENT_SECRET/,
    ],
    [{ ...inPass, BITBUCKET_WORKSPACE: "acme" }, {}, /the entry bitbucket\/acme\/api-token of pass/],
    [{ ...inProfile, BITBUCKET_PROFILE: "local" }, {}, /LOCAL, as the token of the profile local says/],
    [inProfile, { profile: "local" }, /LOCAL, as the token of the profile local says/],
    // A committed file may choose a profile, but not combine its address with another credential.
    [
      { ...inProfile, BITBUCKET_TOKEN: "t", BITBUCKET_TOKEN_TYPE: "oauth" },
      { profile: "there" },
      /BITBUCKET_TOKEN/,
    ],
  ];
  for (const [env, more, from] of refused) {
    const finding = () => find({ ...home.env, ...env }, { ...config, ...more });
    expect(finding).toThrow(DestinationError);
    expect(finding).toThrow(/not sent to https:\/\/elsewhere.*bitbucket:apiUrl.*Pulumi\.<stack>\.yaml/);
    expect(finding).toThrow(from);
    expect(finding).toThrow(/BITBUCKET_API_URL=https:\/\/elsewhere/);
  }
  const chosen = { ...inProfile, BITBUCKET_TOKEN: "t", BITBUCKET_TOKEN_TYPE: "oauth" };
  expect(() => find(chosen, { profile: "there" })).toThrow(
    /apiUrl of the profile there.*from BITBUCKET_TOKEN/,
  );

  const allowed: [env: Record<string, string>, config: Record<string, string>][] = [
    [home.env, { token: "t", tokenType: "project" }],
    [{ ...home.env, BITBUCKET_EMAIL: "jo@acme.example" }, { token: "t" }],
    [{ ...home.env, BITBUCKET_TOKEN: "t", BITBUCKET_TOKEN_TYPE: "oauth", BITBUCKET_API_URL: elsewhere }, {}],
    [{ ...inProfile, BITBUCKET_PROFILE: "there" }, {}],
    [inProfile, { profile: "there" }],
  ];
  for (const [env, more] of allowed)
    expect(find(env, { ...config, ...more }).api.text).toContain("elsewhere");
  const own = { apiUrl: "https://api.bitbucket.org/2.0/" };
  expect(find({ ...home.env, BITBUCKET_TOKEN: "t", BITBUCKET_TOKEN_TYPE: "oauth" }, own).api.from).toBe(
    "bitbucket:apiUrl",
  );
});

test.each([
  ["profiles: { acme: { token: a-literal-token } }", /acme\.token is invalid\. Secrets are not written/],
  ["profiles: { acme: { tokn: { fromEnv: X } } }", /tokn/],
  [
    "profiles: { globex: {} }",
    /There is no profile "acme" \(BITBUCKET_PROFILE\).*Known profiles: globex\..*auth login --profile acme/,
  ],
  ["", /The file has no profiles,/],
  ["profiles: { acme: { email: jo@acme.example } }", /The profile acme in .* has no token/],
  ["profiles: { acme: { token: { fromEnv: NOT_SET } } }", /NOT_SET is not set/],
  ["profiles: { acme: { token: { fromFile: nowhere } } }", /nowhere cannot be read \(ENOENT\)/],
  ["profiles: { acme: { token: { fromPass: no/entry } } }", /no\/entry of pass cannot be opened/],
  ["profiles: { acme: { token: { fromKeychain: acme } } }", /acme is not available: there is none here/],
  ["profiles: [", /is not YAML/],
])("the profiles %j are refused with what to do, and without the secret", (text, message) => {
  home.write("config/bitbucket-as-code/profiles.yaml", text);
  const resolving = () => find({ ...home.env, BITBUCKET_PROFILE: "acme" });
  expect(resolving).toThrow(message);
  expect(resolving).not.toThrow(/a-literal-token/);
});

test("an entry of pass that cannot be opened stops here: another identity is never taken in its place", () => {
  const env = home.passwordStore({ "bitbucket/acme/api-token": "from-pass" });
  home.gitCredentials("https://x-token-auth:from-git@bitbucket.org\n");
  writeFileSync(`${env.PASSWORD_STORE_DIR}/bitbucket/acme/api-token.gpg`, "not what gpg wrote");
  expect(() => find({ ...env, BITBUCKET_WORKSPACE: "acme" })).toThrow(
    /bitbucket\/acme\/api-token of pass cannot be opened: gpg:.*pass show bitbucket\/acme\/api-token/,
  );
});

test("the entry of the Pulumi project is found from its folder", () => {
  const env = home.passwordStore({
    "bitbucket/company/api-token": "from-pass",
    "bitbucket/company/username": "jo@acme.example",
  });
  home.write("infra/Pulumi.yaml", "name: company\nruntime: nodejs\n");
  const found = findCredentials({
    env,
    folder: home.write("infra/program/index.js", "").replace(/\/index.js$/, ""),
  });
  expect(found.credentials).toMatchObject({ type: "api-token", email: "jo@acme.example" });
  expect(found.pieces.token?.from).toBe("the entry bitbucket/company/api-token of pass");
});

test("git's store says by its user name what kind of token it has, and an app password in it is named", () => {
  home.gitCredentials("https://jo:ATATT3x-git@bitbucket.org\n");
  const found = find({ ...home.env, BITBUCKET_EMAIL: "jo@acme.example" });
  expect(found).toMatchObject({ credentials: { type: "api-token" }, username: "jo" });
  forgetResults();
  expect(() => find(home.env)).toThrow(/contains a user name/);
  forgetResults();
  home.gitCredentials("https://jo:ATBBold@bitbucket.org\n");
  expect(() => find(home.env)).toThrow(/There is no Bitbucket token.*app password for bitbucket\.org/);
});

test("git is never made to ask, and our own helper is not asked by way of git", () => {
  home.write(
    ".gitconfig",
    '[credential]\n\thelper = "!f() { test -z $BITBUCKET_ASKED_BY_US && echo password=looped; }; f"\n',
  );
  const env = { ...home.env, GIT_ASKPASS: "/bin/false", BITBUCKET_EMAIL: "jo@acme.example" };
  expect(() => find(env)).toThrow(/There is no Bitbucket token/);
});

test("git's user name is the one that goes with the token", async () => {
  const login = (env: Record<string, string>) =>
    resolveGitLogin({ env: { ...home.env, ...env }, folder: home.elsewhere });
  const api = { BITBUCKET_TOKEN: "t", BITBUCKET_EMAIL: "jo@acme.example" };
  expect(await login(api)).toMatchObject({
    username: "x-bitbucket-api-token-auth",
    type: "api-token",
    server: { protocol: "https", host: "bitbucket.org" },
  });
  expect((await login({ ...api, BITBUCKET_USERNAME: "jo" })).username).toBe("jo");
  expect((await login({ ...api, BITBUCKET_USERNAME: "jo@acme.example" })).username).toBe(
    "x-bitbucket-api-token-auth",
  );
  for (const type of ["repository", "project", "workspace", "oauth"])
    expect(
      (await login({ BITBUCKET_TOKEN: "t", BITBUCKET_TOKEN_TYPE: type, BITBUCKET_USERNAME: "jo" })).username,
    ).toBe("x-token-auth");
  const emulator = await startEmulator();
  const consumer = {
    BITBUCKET_API_URL: emulator.url,
    BITBUCKET_OAUTH_CLIENT_ID: exampleTokens.oauthClientId,
    BITBUCKET_OAUTH_CLIENT_SECRET: exampleTokens.oauthClientSecret,
  };
  const fetched = await login(consumer);
  expect(fetched).toMatchObject({
    username: "x-token-auth",
    server: { protocol: "http", host: new URL(emulator.url).host },
  });
  expect(emulator.state.tokens.map(({ secret }) => secret)).toContain(fetched.password.reveal());
  await emulator.close();
});

test("looking at everything changes nothing of what counts, and nothing shows a secret", () => {
  const env = home.passwordStore({ "bitbucket/acme/api-token": "from-pass" });
  const text = fc.constantFrom(undefined, "one", "two@acme.example", "three-of-them");
  const names = ["BITBUCKET_TOKEN", "BITBUCKET_EMAIL", "BITBUCKET_PASSWORD", "BITBUCKET_OAUTH_CLIENT_SECRET"];
  fc.assert(
    fc.property(fc.array(text, { minLength: 4, maxLength: 4 }), (values) => {
      const given = Object.fromEntries(names.flatMap((name, at) => (values[at] ? [[name, values[at]]] : [])));
      const where = { env: { ...env, ...given, BITBUCKET_WORKSPACE: "acme" }, folder: home.elsewhere };
      const [few, all] = [lookUpCredentials(where), lookUpCredentials(where, true)];
      expect(all.winner?.source).toBe(few.winner?.source);
      expect(all.given).toEqual(few.given);
      expect(all.looked.length).toBe(sources.length);
      const { given: _, ...shown } = few;
      expect(inspect({ ...shown, looked: [] }, { depth: 9 })).not.toContain("from-pass");
    }),
    { numRuns: 30 },
  );
});
