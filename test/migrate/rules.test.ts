import fc from "fast-check";
import { auditLines } from "../../src/migrate/audit";
import type { MigrationFinding } from "../../src/migrate/finding";
import { logicalLines } from "../../src/migrate/lines";
import { rules } from "../../src/migrate/rules";
import { isPlaceholder } from "../../src/migrate/secrets";

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

function audit(path: string, text: string): Promise<MigrationFinding[]> {
  return auditLines(path, logicalLines(chunks(text)));
}

/** `rule level line` of each finding. */
async function brief(path: string, text: string): Promise<string[]> {
  return (await audit(path, text)).map(({ rule, level, line }) => `${rule} ${level} ${line}`);
}

const api = "https://api.bitbucket.org/2.0";
const token = "ATATT3xFfGF0abcdefabcdef";

test.each([
  // Remotes and files of git.
  [
    ".git/config",
    "\turl = https://alice:Abcd1234efgh5678ijkl@bitbucket.org/a/b.git",
    ["url-credentials broken 1"],
  ],
  [
    ".git/config",
    `\turl = https://x-token-auth:ATCTT3xabcdefghijkl@bitbucket.org/a/b.git`,
    ["url-credentials exposed 1"],
  ],
  [".git/config", "\turl = https://alice@bitbucket.org/a/b.git", ["git-config note 1"]],
  [
    ".git/config",
    "\turl = https://bitbucket.org/a/b.git\n\turl = git@bitbucket.org:a/b.git\n\turl = https://u:p@github.com/a/b",
    [],
  ],
  [
    ".gitconfig",
    `[http "https://bitbucket.org/"]\n\textraHeader = Authorization: Basic YWxpY2U6c2VjcmV0cGFzcw==`,
    ["git-config exposed 2"],
  ],
  [
    ".gitconfig",
    '[credential "https://bitbucket.org"]\n\tusername = alice\n\thelper = store',
    ["git-config note 2", "git-config note 3"],
  ],
  [".gitconfig", '[credential "https://github.com"]\n\tusername = alice\n\thelper = store', []],
  [
    ".git-credentials",
    "https://alice:ATBBabcdefghijklmnop@bitbucket.org\nhttps://a:b@github.com",
    ["url-credentials broken 1"],
  ],
  [".git-credentials", `https://alice:${token}@bitbucket.org`, ["url-credentials exposed 1"]],
  [
    ".netrc",
    "machine github.com login a password b\nmachine bitbucket.org\nlogin alice\npassword Abcd1234",
    ["netrc broken 2"],
  ],
  [".netrc", `machine bitbucket.org login x-token-auth password ATCTT3xabcdefghijklm`, ["netrc exposed 1"]],
  [".netrc", `machine api.bitbucket.org login alice password ${token}`, ["netrc broken 1"]],
  [".netrc", "machine bitbucket.org.example.com login a password b", []],
  // CI, scripts, containers.
  ["bitbucket-pipelines.yml", "- git clone https://x-token-auth:$TOKEN@bitbucket.org/a/b.git", []],
  [
    "bitbucket-pipelines.yml",
    "- git clone https://$USER:$APP_PASSWORD@bitbucket.org/a/b.git",
    ["app-password broken 1", "url-credentials broken 1"],
  ],
  [
    "bitbucket-pipelines.yml",
    "variables:\n  BITBUCKET_USERNAME: alice\n  BITBUCKET_APP_PASSWORD: $P",
    ["environment broken 2", "app-password broken 3"],
  ],
  [
    "Dockerfile",
    "RUN echo machine bitbucket.org login alice password $BB_APP_PASSWORD > ~/.netrc",
    ["app-password broken 1", "netrc broken 1"],
  ],
  ["settings.py", "NEXTCLOUD_APP_PASSWORD = env('X')", ["app-password check 1"]],
  ["deploy.sh", `curl -u alice:$TOKEN ${api}/user`, ["basic-login broken 1"]],
  ["deploy.sh", `curl -su "$BITBUCKET_EMAIL:$BITBUCKET_TOKEN" ${api}/user`, []],
  ["deploy.sh", `curl --user me@example.com:"$TOKEN" ${api}/user`, []],
  ["deploy.sh", `curl -u "$WHO:$TOKEN" ${api}/user`, ["basic-login check 1"]],
  ["deploy.sh", `curl -u me@example.com:0123456789abcdef ${api}/user`, ["basic-login exposed 1"]],
  ["deploy.sh", `curl \\\n  --user alice:s3cretpass \\\n  ${api}/user`, ["basic-login broken 1"]],
  ["deploy.sh", "curl -u alice:$TOKEN https://api.example.com/", []],
  ["get.py", `U = "${api}"\nrequests.get(U, auth=("alice", "s3cretpass"))`, ["basic-login check 2"]],
  ["get.py", 'requests.get("https://example.com", auth=("alice", "s3cretpass"))', []],
  // Headers.
  ["a.sh", `curl -H "Authorization: Bearer ${token}" ${api}/user`, ["authorization broken 1"]],
  ["a.sh", `curl -H "Authorization: Bearer $BITBUCKET_API_TOKEN" ${api}/user`, ["authorization check 1"]],
  ["a.sh", `curl -H "Authorization: Bearer $BITBUCKET_ACCESS_TOKEN" ${api}/user`, []],
  ["a.sh", `curl "${api}/user?access_token=abcdefgh"`, ["authorization broken 1"]],
  ["a.js", `const t = "ATCTT3xFabcdefghijklmnop";`, ["token exposed 1"]],
  ["a.js", `const t = "ATBBabcdefghijklmnopqrst";`, ["token broken 1"]],
  // Endpoints.
  ["a.sh", `curl ${api}/repositories?role=member`, ["gone-endpoint broken 1"]],
  ["a.sh", `curl ${api}/repositories/acme`, []],
  ["a.sh", `curl ${api}/workspaces/`, ["gone-endpoint broken 1"]],
  ["a.sh", `curl ${api}/workspaces/acme/members`, []],
  ["a.sh", `curl ${api}/user/permissions/repositories`, ["gone-endpoint broken 1"]],
  ["a.sh", `curl ${api}/user/workspaces`, []],
  ["a.ts", 'const path = "/2.0/user/permissions/workspaces";', ["gone-endpoint check 1"]],
  ["a.sh", "curl https://api.bitbucket.org/1.0/groups/acme", ["api-1.0 broken 1"]],
  ["a.sh", "curl https://bitbucket.org/!api/2.0/x", ["api-1.0 check 1"]],
  // Infrastructure and tools.
  [
    "main.tf",
    'provider "bitbucket" {\n  username = "alice"\n  password = var.p\n}\nresource "x" "y" {\n  username = "bob"\n}',
    ["terraform broken 2", "terraform check 3"],
  ],
  ["main.tf", 'provider "bitbucket" {\n  username = "me@example.com"\n}', []],
  [
    "Pulumi.dev.yaml",
    "config:\n  bitbucket:username: alice\n  bitbucket:password:\n    secure: v1:abc",
    ["pulumi broken 2", "pulumi check 3"],
  ],
  [
    "auth.json",
    '{"http-basic": {"bitbucket.org": {"username": "alice", "password": "Abcd1234"}}}',
    ["tool-settings broken 1", "tool-settings broken 1"],
  ],
  ["auth.json", '{"http-basic": {"example.org": {"username": "alice", "password": "Abcd1234"}}}', []],
  // Prose is audited, but breaks nothing.
  ["README.md", "git clone https://user:password@bitbucket.org/a/b.git", ["url-credentials check 1"]],
])("%s: %s", async (path, text, expected) => {
  expect((await brief(path, text)).sort()).toEqual([...expected].sort());
});

test.each([
  ["xxxx", true],
  ["your_app_password", true],
  ["YOUR-API-TOKEN-HERE", true],
  ["mytoken", true],
  ["$TOKEN", true],
  ["myAa0AaA0Aaaa0", false],
  ["my-dog-rex", false],
  ["yourturn", false],
])("whether %s is a placeholder: %s", (text, expected) => {
  expect(isPlaceholder(text)).toBe(expected);
});

test("every rule is tried above", () => {
  expect(rules.map(({ id }) => id).sort()).toEqual(
    [
      "api-1.0",
      "app-password",
      "authorization",
      "basic-login",
      "environment",
      "git-config",
      "gone-endpoint",
      "netrc",
      "pulumi",
      "terraform",
      "token",
      "tool-settings",
      "url-credentials",
    ].sort(),
  );
});

test("no secret is shown, wherever it stands", async () => {
  const secret = fc
    .stringMatching(/^[A-Za-z0-9]{12,24}$/)
    .filter((text) => /\d/.test(text) && /[a-z]/i.test(text))
    // Real ones have begun like a placeholder ("my-token") and were shown for that reason.
    .chain((text) => fc.constantFrom(text, `my${text}`, `your${text}`));
  const places: ((secret: string) => readonly [string, string])[] = [
    (one) => [".git/config", `url = https://alice:${one}@bitbucket.org/a/b.git`],
    (one) => [".git-credentials", `https://alice:${one}@bitbucket.org`],
    (one) => [".netrc", `machine bitbucket.org login alice password ${one}`],
    (one) => [".netrc", `machine bitbucket.org\nlogin alice\npassword ${one}`],
    (one) => ["a.sh", `curl -u alice:${one} https://api.bitbucket.org/2.0/repositories`],
    (one) => ["a.sh", `curl -u "alice:${one}" -H "X: ${one}" https://api.bitbucket.org/1.0/x`],
    (one) => ["a.sh", `curl -H "Authorization: Bearer ${one}" https://api.bitbucket.org/2.0/workspaces`],
    (one) => [
      "a.sh",
      `curl -H "Authorization: Basic ${Buffer.from(`a:${one}`).toString("base64")}" https://api.bitbucket.org/2.0/workspaces`,
    ],
    (one) => ["a.py", `requests.get("https://api.bitbucket.org/2.0/user", auth=("alice", "${one}"))`],
    (one) => ["main.tf", `provider "bitbucket" {\n password = "${one}"\n}`],
    (one) => ["Pulumi.x.yaml", `  bitbucket:password: ${one}`],
    (one) => [".env", `BITBUCKET_APP_PASSWORD=${one}`],
    (one) => [".env", `BITBUCKET_PASSWORD=${one}`],
    (one) => ["bitbucket-pipelines.yml", `  APP_PASSWORD: '${one}'`],
    (one) => ["a.js", `fetch("https://bitbucket.org/x?access_token=${one}")`],
    (one) => ["a.js", `const x = "ATBB${one}ATBB"`],
    (one) => ["auth.json", `"bitbucket.org": {"username": "alice", "password": "${one}"}`],
  ];
  await fc.assert(
    fc.asyncProperty(secret, async (one) => {
      for (const place of places) {
        const [path, text] = place(one);
        const findings = await audit(path, text);
        expect([text.replace(one, "…"), findings.length > 0]).toEqual([text.replace(one, "…"), true]);
        const shown = JSON.stringify(findings.map(({ edit: _, ...finding }) => finding));
        expect(shown).not.toContain(one);
        expect(shown).not.toContain(Buffer.from(`a:${one}`).toString("base64"));
      }
    }),
    { numRuns: 30 },
  );
});

test("lines come out the same however a file is cut, and a binary file has none", async () => {
  const text = "one\r\ntwo \\\n  and three\nfour é\n\nlast";
  const lines = async (...parts: (string | Buffer)[]) => {
    const all = [];
    for await (const line of logicalLines(chunks(...parts))) all.push(line);
    return all;
  };
  const whole = await lines(text);
  expect(whole).toEqual([
    { number: 1, text: "one" },
    { number: 2, text: "two  and three" },
    { number: 4, text: "four é" },
    { number: 5, text: "" },
    { number: 6, text: "last" },
  ]);
  const bytes = Buffer.from(text);
  for (let at = 1; at < bytes.length; at += 1)
    expect(await lines(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  expect(await lines(Buffer.from([80, 75, 0, 1, 2]))).toEqual([]);
  // A secret in the middle of an endless line is found.
  const endless = `${"x".repeat(100_000)} https://alice:s3cretpass@bitbucket.org/a ${"y".repeat(100_000)}`;
  expect((await audit("a.js", endless)).map(({ rule }) => rule)).toEqual(["url-credentials"]);
});
