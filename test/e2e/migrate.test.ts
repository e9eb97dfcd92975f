/** The migration commands as installed, with real git, against the emulator. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, exampleTokens } from "../support/emulator";
import { type Done, git, run } from "../support/git";
import { GitCommands } from "./support/gitCommands";

jest.setTimeout(180_000);

let commands: GitCommands;
let emulator: Emulator;
let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  commands = await GitCommands.start();
  ({ emulator, home, env } = commands);
});

afterEach(() => commands.close());

function cli(args: readonly string[], more: Record<string, string> = {}, cwd = home): Promise<Done> {
  return commands.run(["migrate", ...args], more, cwd);
}

async function repository(
  slug: string,
  files: Readonly<Record<string, string>>,
  branch = "main",
): Promise<void> {
  await commands.post(`/repositories/acme/${slug}`, { is_private: true });
  await commands.commit(slug, files, branch);
}

test("audit finds an old remote, shows no secret, and mends it so that git works again", async () => {
  await repository("api", { "README.md": "api" });
  const clone = join(home, "work", "api");
  mkdirSync(clone, { recursive: true });
  await git(clone, "init", "--quiet");
  await git(clone, "remote", "add", "origin", "https://alice:Abcd1234efgh@bitbucket.org/acme/api.git");
  writeFileSync(join(home, ".netrc"), "machine bitbucket.org login alice password Abcd1234efgh\n", {
    mode: 0o600,
  });

  const found = await cli(["audit", "work", "--json"]);
  expect(found.exitCode).toBe(2);
  const { findings } = JSON.parse(found.stdout) as { findings: Record<string, unknown>[] };
  expect(findings).toMatchObject([
    { rule: "netrc", level: "broken", path: join(home, ".netrc"), line: 1, fixable: true },
    { rule: "url-credentials", level: "broken", path: join(clone, ".git/config"), fixable: true },
  ]);
  const text = await cli(["audit", "work"]);
  expect(text.stdout).toMatch(/broken {2}work\/api\/\.git\/config:\d+ \[url-credentials\]/);
  expect(text.stdout).toMatch(/2 broken \(no longer works\)/);

  const dry = await cli(["audit", "work", "--fix", "--dry-run"]);
  expect(dry.stdout).toMatch(/-\s+url = https:\/\/alice:\*\*\*@bitbucket\.org\/acme\/api\.git/);
  expect((await cli(["audit", "work", "--fix"])).stderr).toMatch(/pass --yes/);
  expect(await git(clone, "remote", "get-url", "origin")).toMatch(/Abcd/);
  const mended = await cli(["audit", "work", "--fix", "--yes"]);
  expect([mended.exitCode, mended.stderr]).toEqual([0, ""]);
  expect(await git(clone, "remote", "get-url", "origin")).toBe("https://bitbucket.org/acme/api.git");
  expect(readFileSync(join(home, ".netrc"), "utf8")).toBe("");
  for (const { stdout, stderr } of [found, text, dry, mended])
    expect(`${stdout}${stderr}`).not.toContain("Abcd1234efgh");

  expect((await cli(["audit", "work"])).exitCode).toBe(0);
  // Here, the emulator takes Bitbucket's place.
  const there = `url.${emulator.origin}/.insteadOf=https://bitbucket.org/`;
  const fetched = await run("git", ["-c", there, "fetch", "origin"], { cwd: clone, env });
  expect([fetched.exitCode, await git(clone, "branch", "--remotes")]).toEqual([0, "origin/main"]);
});

test("audit of a workspace reads main branches over REST, within its requests, and says what it could not do", async () => {
  await repository("api", {
    "bitbucket-pipelines.yml": "- curl https://api.bitbucket.org/2.0/repositories\n",
    "deep/er/deploy.sh": "git clone https://alice:Abcd1234efgh@bitbucket.org/acme/x.git\n",
    "logo.png": "ATBBabcdefghijklmnopqrst",
  });
  await repository("clean", { "run.sh": "echo hello\n" }, "feature/trunk");
  await repository("other", { Dockerfile: "ARG BB_APP_PASSWORD\n" });
  emulator.requests.length = 0;
  const all = await cli(["audit", "--workspace", "acme", "--json"]);
  const { findings, repositories, requests, files } = JSON.parse(all.stdout);
  expect(all.exitCode).toBe(2);
  expect(findings.map((one: { path: string; rule: string }) => `${one.path} ${one.rule}`).sort()).toEqual([
    "acme/api/bitbucket-pipelines.yml gone-endpoint",
    "acme/api/deep/er/deploy.sh url-credentials",
    "acme/other/Dockerfile app-password",
  ]);
  expect([repositories, files, requests]).toEqual([3, 4, emulator.requests.length]);
  expect(all.stdout).not.toContain("Abcd1234efgh");
  expect(emulator.requests.every(({ method }) => method === "GET")).toBe(true);

  const spared = await cli(["audit", "--workspace", "acme", "--exclude", "deep/", "Dockerfile", "--json"]);
  expect(JSON.parse(spared.stdout).findings).toMatchObject([{ path: "acme/api/bitbucket-pipelines.yml" }]);

  const some = await cli(["audit", "--workspace", "acme", "--repositories", "o*", "cl*"]);
  expect(some.stdout).toMatch(/2 repositories, 2 files, \d+ requests: 1 broken/);
  const few = await cli(["audit", "--workspace", "acme", "--max-requests", "4"]);
  expect([few.exitCode, few.stderr]).toEqual([
    1,
    expect.stringMatching(/not completely read: the limit of 4 requests was reached/),
  ]);
  emulator.addFault({ kind: "status", status: 403, path: "/other/src/", times: 5 });
  const unread = await cli(["audit", "--workspace", "acme"]);
  expect([unread.exitCode, unread.stdout]).toEqual([1, expect.stringMatching(/not read acme\/other: /)]);
  expect((await cli(["audit", "work", "--workspace", "acme"])).stderr).toMatch(/not both/);
});

test("the checklist checks what it can, and is done when it is done", async () => {
  await repository("api", { "README.md": "api" });
  const nothing = await cli(["checklist"], { BITBUCKET_TOKEN: exampleTokens.appPassword });
  expect(nothing.exitCode).toBe(2);
  expect(nothing.stdout).toMatch(
    /- \[ \] \*\*A credential exists that is not an app password\*\*\n.*\n.*looks like an app password/,
  );
  const reader = await cli(["checklist", "--json"], { BITBUCKET_TOKEN: exampleTokens.reader });
  const states = (text: string) =>
    Object.fromEntries(
      (JSON.parse(text) as { id: string; state: string }[]).map(({ id, state }) => [id, state]),
    );
  expect(states(reader.stdout)).toMatchObject({
    credential: "done",
    rest: "done",
    scopes: "open",
    "git-helper": "open",
    "git-remote": "unknown",
    files: "done",
  });

  await commands.run(["git", "setup", "--yes"]);
  const done = await cli(["checklist", "--repository", "acme/api", "--json"]);
  expect(states(done.stdout)).toEqual({
    credential: "done",
    rest: "done",
    scopes: "done",
    "git-helper": "done",
    "git-remote": "done",
    files: "done",
    ci: "manual",
    revoke: "manual",
    expiry: "manual",
  });
  expect(done.exitCode).toBe(0);
  const token = await cli(["checklist", "--repository", "acme/api", "-o", "steps.md"], {
    BITBUCKET_TOKEN: exampleTokens.workspace,
    BITBUCKET_TOKEN_TYPE: "workspace",
  });
  expect([token.exitCode, token.stdout]).toEqual([0, ""]);
  expect(readFileSync(join(home, "steps.md"), "utf8")).toMatch(
    /^# Migrate from app passwords\n\n6 of 9 steps are done[\s\S]*- \[x\] \*\*REST accepts it/,
  );
  for (const { stdout, stderr } of [nothing, reader, done, token])
    for (const secret of [
      exampleTokens.appPassword,
      exampleTokens.reader,
      exampleTokens.admin,
      exampleTokens.workspace,
    ])
      expect(`${stdout}${stderr}`).not.toContain(secret);
});
