import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Secret, SettingError } from "../../src/bitbucket";
import { answerRequest, findWorkspace, parseCredentialRequest } from "../../src/git/credentialHelper";
import { environmentFor, type GitLogin, knownServers } from "../../src/git/login";
import { scratch } from "../support/git";

const server = { protocol: "https", host: "bitbucket.org" };

function helper(env: Record<string, string> = {}) {
  const said: string[] = [];
  const workspaces: (string | undefined)[] = [];
  const login = async (workspace: string | undefined): Promise<GitLogin> => {
    workspaces.push(workspace);
    return { type: "api-token", username: "me", password: new Secret("the-token"), server, from: "a test" };
  };
  return { env, servers: () => [server], login, say: (line: string) => said.push(line), said, workspaces };
}

const forBitbucket = "protocol=https\nhost=bitbucket.org\n";

test("get answers with user name and token, whatever else git says", async () => {
  const asked = `capability[]=authtype\ncapability[]=state\n${forBitbucket}path=acme/api.git\nusername=me\nwwwauth[]=Basic realm="x"\nwwwauth[]=Bearer\nlater-key=1\n\n`;
  const one = helper();
  expect(await answerRequest("get", asked, one)).toBe("username=me\npassword=the-token\n");
  expect(one.workspaces).toEqual(["acme"]);
  expect(await answerRequest("get", "url=https://me@bitbucket.org/acme/web.git\n", one)).toMatch(/the-token/);
  expect(await answerRequest("get", forBitbucket, one)).toMatch(/the-token/);
  expect(one.workspaces).toEqual(["acme", "acme", undefined]);
});

test.each([
  ["another host", "protocol=https\nhost=github.com\n"],
  ["a host that only begins like it", "protocol=https\nhost=bitbucket.org.example.com\n"],
  ["another port", "protocol=https\nhost=bitbucket.org:8443\n"],
  ["no encryption", "protocol=http\nhost=bitbucket.org\n"],
  ["no host", "protocol=https\n"],
  ["a certificate's passphrase", "protocol=cert\nhost=bitbucket.org\n"],
  ["an empty description", "\n"],
])("get says nothing for %s", async (_name, asked) => {
  const one = helper();
  expect(await answerRequest("get", asked, one)).toBe("");
  expect(one.workspaces).toEqual([]);
});

test.each([
  ["username=alice\n"],
  ["username=ME\n"],
  ["url=https://alice@bitbucket.org/acme/web.git\n"],
  ["username=x-token-auth\n"],
])("get says nothing where git asks for another user: %j", async (asked) => {
  const one = helper();
  expect(await answerRequest("get", forBitbucket + asked, one)).toBe("");
  expect(one.said).toEqual([]);
});

test("get answers under the user name that every API token takes", async () => {
  expect(await answerRequest("get", `${forBitbucket}username=x-bitbucket-api-token-auth\n`, helper())).toBe(
    "username=x-bitbucket-api-token-auth\npassword=the-token\n",
  );
});

test("get says nothing for a workspace that the credential is not for", async () => {
  const one = helper();
  const login = async (workspace: string | undefined) => ({
    ...(await one.login(workspace)),
    workspace: "acme",
  });
  const ofAcme = { ...one, login };
  expect(await answerRequest("get", `${forBitbucket}path=globex/api.git\n`, ofAcme)).toBe("");
  expect(await answerRequest("get", `${forBitbucket}path=Acme/api.git\n`, ofAcme)).toMatch(/the-token/);
  expect(await answerRequest("get", forBitbucket, ofAcme)).toMatch(/the-token/);
});

test("get says nothing to ourselves, when we ask git", async () => {
  expect(await answerRequest("get", forBitbucket, helper({ BITBUCKET_ASKED_BY_US: "1" }))).toBe("");
});

test("store, erase and operations of a later git change nothing; erase says so", async () => {
  const one = helper();
  for (const operation of ["store", "erase", "capability"])
    expect(await answerRequest(operation, `${forBitbucket}username=me\npassword=the-token\n`, one)).toBe("");
  expect(one.said).toEqual([expect.stringMatching(/bitbucket\.org did not accept.*Nothing was deleted/)]);
  expect(one.workspaces).toEqual([]);
});

test("a description of any form is read, or refused in words", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      try {
        findWorkspace(parseCredentialRequest(text));
      } catch (error) {
        expect(error).toBeInstanceOf(SettingError);
      }
    }),
  );
  expect(() => parseCredentialRequest("secret-without-a-key-and-quite-long")).toThrow(
    /^git wrote "secret-without-a-key"/,
  );
});

test("the profile of the workspace counts, unless a profile or a token is given", () => {
  const HOME = scratch();
  const folder = join(HOME, ".config", "bitbucket-as-code");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "profiles.yaml"),
    "profiles:\n  work: { workspace: acme, token: { fromEnv: A } }\n  other: { workspace: globex, apiUrl: 'http://127.0.0.1:7990/2.0' }\n",
  );
  const env = { HOME };
  expect(environmentFor(env, "Acme").BITBUCKET_PROFILE).toBe("work");
  expect(environmentFor(env, "globex").BITBUCKET_PROFILE).toBe("other");
  expect(environmentFor(env, "third")).toEqual({ HOME, BITBUCKET_WORKSPACE: "third" });
  expect(environmentFor({ ...env, BITBUCKET_PROFILE: "other" }, "acme").BITBUCKET_PROFILE).toBe("other");
  expect(environmentFor({ ...env, BITBUCKET_TOKEN: "x" }, "acme").BITBUCKET_PROFILE).toBeUndefined();
  expect(knownServers(env)).toEqual([server, { protocol: "http", host: "127.0.0.1:7990" }]);
});
