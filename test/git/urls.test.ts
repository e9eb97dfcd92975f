import fc from "fast-check";
import { maskPasswords } from "../../src/git/run";
import { cloneUrls, isName, parseRemote, parseRepositoryName } from "../../src/git/urls";

const server = { protocol: "https", host: "bitbucket.org" };

test.each([
  ["https://bitbucket.org/acme/api.git", "https", undefined, false],
  ["https://bitbucket.org/acme/api", "https", undefined, false],
  ["https://bitbucket.org/acme/api/", "https", undefined, false],
  ["https://alice@bitbucket.org/acme/api.git", "https", "alice", false],
  ["https://x-token-auth:abc@bitbucket.org/acme/api.git", "https", "x-token-auth", true],
  ["http://www.bitbucket.org/acme/api.git", "https", undefined, false],
  ["git@bitbucket.org:acme/api.git", "ssh", "git", false],
  ["bitbucket.org:acme/api.git", "ssh", undefined, false],
  ["ssh://git@bitbucket.org/acme/api.git", "ssh", "git", false],
  ["ssh://git@altssh.bitbucket.org:443/acme/api.git", "ssh", "git", false],
])("%s leads to acme/api", (url, form, user, hasPassword) => {
  expect(parseRemote(url, server)).toEqual({ form, workspace: "acme", slug: "api", user, hasPassword });
});

test.each([
  "https://github.com/acme/api.git",
  "https://bitbucket.org.example.com/acme/api.git",
  "https://bitbucket.example.com/acme/api.git",
  "git@github.com:acme/api.git",
  "/srv/git/bitbucket.org/acme/api.git",
  "https://bitbucket.org/acme",
  "https://bitbucket.org/acme/api/src/main",
  "../api",
  "",
])("%s does not lead to a repository on Bitbucket", (url) => {
  expect(parseRemote(url, server)).toBeUndefined();
});

test("every URL that is printed is understood again", () => {
  const name = fc
    .stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,20}$/)
    .filter((text) => isName(text) && !text.endsWith(".git"));
  fc.assert(
    fc.property(name, name, (workspace, slug) => {
      for (const { url } of cloneUrls({ workspace, slug }, server)) {
        expect(parseRemote(url, server)).toMatchObject({ workspace, slug, hasPassword: false });
        expect(parseRepositoryName(url, server)).toMatchObject({ workspace, slug });
      }
    }),
  );
});

test.each(["acme", "acme/", "/api", "acme/api/x", "acme/..", "acme/.git", "acme/-x", "acme/a b"])(
  "%s is no repository",
  (text) => {
    expect(() => parseRepositoryName(text, server)).toThrow(/use workspace\/repository/);
  },
);

test("no password and no token is left in a text", () => {
  expect(maskPasswords("fatal: https://alice:s3cret@bitbucket.org/a/b and ssh://git@bitbucket.org/a/b")).toBe(
    "fatal: https://alice:***@bitbucket.org/a/b and ssh://git@bitbucket.org/a/b",
  );
  expect(maskPasswords("https://ATATT3xFsecret@bitbucket.org/a")).toBe("https://***@bitbucket.org/a");
  expect(maskPasswords("https://a:p@ss@bitbucket.org/a")).not.toMatch(/ss/);
});
