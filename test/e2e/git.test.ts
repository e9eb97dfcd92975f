/** The git commands as installed, with real git, against the emulator. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type Emulator, exampleTokens } from "../support/emulator";
import { type Done, git, gitEnv, run } from "../support/git";
import { cliProgram, GitCommands } from "./support/gitCommands";

jest.setTimeout(180_000);

const helper = resolve(__dirname, "../../dist/cli/git/credential.js");

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
  return commands.run(["git", ...args], more, cwd);
}

async function repository(slug: string, commit = true): Promise<void> {
  await commands.post(`/repositories/acme/${slug}`, { is_private: true });
  if (commit) await commands.commit(slug, { "README.md": slug });
}

/** Every process as `ps` shows it. */
function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "latin1")];
    } catch {
      // It has already ended.
      return [];
    }
  });
}

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

describe("the credential helper", () => {
  test("is set up once, and lets git clone, fetch and push without a secret in any file", async () => {
    await repository("api");
    // A helper that stores working credentials in a plain text file.
    await run("git", ["config", "--global", "credential.helper", "store"], { env });
    const shown = await cli(["setup", "--dry-run"]);
    expect(shown.stdout).toMatch(/\+ credential\.http:.*\.helper = !.*git\/credential\.js/);
    expect((await cli(["setup"])).stderr).toMatch(/pass --yes/);
    expect((await cli(["setup", "--yes"])).exitCode).toBe(0);
    expect((await cli(["setup", "--yes"])).stdout).toBe("Already set up.\n");

    const folder = join(home, "api");
    const url = (await cli(["url", "acme/api", "--form", "https"])).stdout.trim();
    expect((await run("git", ["clone", "--quiet", url, folder], { cwd: home, env })).stderr).toBe("");
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "Mine");
    expect((await run("git", ["push"], { cwd: folder, env })).exitCode).toBe(0);
    expect((await run("git", ["fetch"], { cwd: folder, env })).exitCode).toBe(0);
    expect(emulator.state.workspaces.get("acme")?.repositories.get("api")?.branches.get("main")).toBe(
      await git(folder, "rev-parse", "HEAD"),
    );
    for (const file of filesBelow(home))
      expect(readFileSync(file, "latin1")).not.toContain(exampleTokens.admin);

    expect((await cli(["setup", "--remove", "--yes"])).exitCode).toBe(0);
    expect((await run("git", ["fetch"], { cwd: folder, env })).stderr).toMatch(/could not read Username/);
  });

  test("is found by git under its short name where PATH has it", async () => {
    await repository("api");
    const bin = join(home, "bin");
    mkdirSync(bin);
    symlinkSync(helper, join(bin, "git-credential-bitbucket-as-code"));
    const more = { PATH: `${bin}:${process.env.PATH}` };
    await run("chmod", ["+x", helper]);
    expect((await cli(["setup", "--yes"], more)).stdout).toMatch(/helper = bitbucket-as-code\n/);
    const url = `${emulator.origin}/acme/api.git`;
    expect((await run("git", ["ls-remote", url], { cwd: home, env: { ...env, ...more } })).stdout).toMatch(
      /refs\/heads\/main/,
    );
  });

  test.each([
    ["a user's API token", {}, "x-bitbucket-api-token-auth", exampleTokens.admin],
    ["a user's API token and user name", { BITBUCKET_USERNAME: "alice" }, "alice", exampleTokens.admin],
    [
      "a workspace's access token",
      { BITBUCKET_TOKEN: exampleTokens.workspace, BITBUCKET_TOKEN_TYPE: "workspace" },
      "x-token-auth",
      exampleTokens.workspace,
    ],
    [
      "an OAuth consumer",
      {
        BITBUCKET_TOKEN: "",
        BITBUCKET_EMAIL: "",
        BITBUCKET_OAUTH_CLIENT_ID: exampleTokens.oauthClientId,
        BITBUCKET_OAUTH_CLIENT_SECRET: exampleTokens.oauthClientSecret,
      },
      "x-token-auth",
      undefined,
    ],
  ])("gives %s the user name that goes with it", async (_name, more, user, password) => {
    await repository("api");
    await cli(["setup", "--yes"]);
    const asked = `protocol=http\nhost=${new URL(emulator.origin).host}\npath=acme/api.git\n\n`;
    const filled = await run("git", ["credential", "fill"], {
      cwd: home,
      env: { ...env, ...more },
      input: asked,
    });
    expect(filled.stdout).toMatch(`username=${user}\n`);
    if (password) expect(filled.stdout).toMatch(`password=${password}\n`);
    const { exitCode, stderr } = await run("git", ["ls-remote", `${emulator.origin}/acme/api.git`], {
      cwd: home,
      env: { ...env, ...more },
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  test("tells of an app password, of a credential that is not accepted, and lets git go on", async () => {
    await repository("api");
    await cli(["setup", "--yes"]);
    const fetchWith = (more: Record<string, string>) =>
      run("git", ["ls-remote", `${emulator.origin}/acme/api.git`], { cwd: home, env: { ...env, ...more } });
    const old = await fetchWith({ BITBUCKET_TOKEN: exampleTokens.appPassword });
    expect(old.stderr).toMatch(
      /bitbucket-as-code: This looks like an app password[\s\S]*could not read Username/,
    );
    const expired = await fetchWith({ BITBUCKET_TOKEN: exampleTokens.expired });
    expect(expired.stderr).toMatch(/did not accept the credential. Nothing was deleted/);
    expect(`${old.stderr}${expired.stderr}`).not.toContain(exampleTokens.expired);
  });
});

test("git url prints a URL for each kind of credential", async () => {
  const { stdout } = await cli(["url", "acme/api"], { BITBUCKET_API_URL: "https://api.bitbucket.org/2.0" });
  for (const url of [
    "https://bitbucket.org/acme/api.git",
    "https://x-bitbucket-api-token-auth@bitbucket.org/acme/api.git",
    "https://x-token-auth@bitbucket.org/acme/api.git",
    "git@bitbucket.org:acme/api.git",
    "ssh://git@altssh.bitbucket.org:443/acme/api.git",
  ])
    expect(stdout).toContain(` ${url}\n`);
  expect((await cli(["url", "acme"])).stderr).toMatch(/use workspace\/repository/);
});

describe("git clone", () => {
  test("clones what fits, and brings up to date what is there without touching local work", async () => {
    for (const slug of ["api", "ahead", "dirty", "detached", "blocked", "behind", "other", "old-one"])
      await repository(slug);
    await repository("empty", false);
    mkdirSync(join(home, "other"));
    writeFileSync(join(home, "other", "mine.txt"), "mine");
    const first = await cli(["clone", "acme/*", "!acme/old-*"]);
    expect(first.stdout).toMatch(/cloned {3}acme\/api: main\n/);
    expect(first.stdout).toMatch(/cloned {3}acme\/empty: it is empty\n/);
    expect(first.stdout).toMatch(/skipped {2}acme\/other: the folder contains something other than a clone/);
    expect(first.stdout).toMatch(/8 repositories: 7 cloned, 1 skipped\n$/);
    expect(first.exitCode).toBe(0);
    expect(readFileSync(join(home, "other", "mine.txt"), "utf8")).toBe("mine");
    expect(existsSync(join(home, "old-one"))).toBe(false);

    for (const slug of ["ahead", "dirty", "detached", "blocked", "behind"])
      await commands.commit(slug, { "new.txt": "new" });
    await commands.commit("empty", { "first.txt": "first" });
    await git(join(home, "ahead"), "commit", "--quiet", "--allow-empty", "-m", "Mine");
    writeFileSync(join(home, "dirty", "README.md"), "changed");
    await git(join(home, "detached"), "checkout", "--quiet", "--detach");
    writeFileSync(join(home, "blocked", "new.txt"), "not tracked");
    writeFileSync(join(home, "behind", "untracked.txt"), "stays");
    const before = await git(join(home, "ahead"), "rev-parse", "HEAD");
    const { stdout } = await cli(["clone", "acme/*", "!acme/old-*"]);
    expect(stdout.split("\n").sort().join("\n")).toMatchInlineSnapshot(`
"
8 repositories: 2 updated, 1 current, 4 fetched, 1 skipped
current  acme/api: main
fetched  acme/ahead: main is 1 commit behind origin/main, with 1 commit not pushed
fetched  acme/blocked: main is 1 commit behind origin/main: error: The following untracked working tree files would be overwritten by merge:
fetched  acme/detached: no branch is checked out
fetched  acme/dirty: main is 1 commit behind origin/main, with uncommitted changes
skipped  acme/other: the folder contains something other than a clone
updated  acme/behind: main, 1 commit
updated  acme/empty: main"
`);
    expect(await git(join(home, "ahead"), "rev-parse", "HEAD")).toBe(before);
    expect(readFileSync(join(home, "dirty", "README.md"), "utf8")).toBe("changed");
    expect(readFileSync(join(home, "blocked", "new.txt"), "utf8")).toBe("not tracked");
    expect(readFileSync(join(home, "behind", "new.txt"), "utf8")).toBe("new");
    expect(readFileSync(join(home, "behind", "untracked.txt"), "utf8")).toBe("stays");
    expect(readdirSync(home).filter((name) => name.includes("being-cloned"))).toEqual([]);
  });

  test("lays folders out, chooses projects, and says what failed", async () => {
    await commands.post("/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
    await commands.post("/repositories/acme/api", { is_private: true, project: { key: "PLAT" } });
    await commands.post("/workspaces/acme/projects", { key: "WEB", name: "Web" });
    await commands.post("/repositories/acme/site", { is_private: true, project: { key: "WEB" } });
    emulator.addFault({ kind: "status", status: 503, path: "^/acme/site.git", times: 1 });
    const all = await cli(["clone", "acme/*", "--layout", "project", "--into", "all", "--json"]);
    expect(all.exitCode).toBe(1);
    expect(JSON.parse(all.stdout)).toMatchObject({ counts: { cloned: 1, failed: 1 }, left: 0 });
    expect(all.stdout).toMatch(/503/);
    expect(existsSync(join(home, "all", "PLAT", "api", ".git"))).toBe(true);
    expect(existsSync(join(home, "all", "WEB", "site"))).toBe(false);
    const web = await cli(["clone", "acme/*", "--project", "WEB", "--layout", "workspace", "--dry-run"]);
    expect(web.stdout).toBe(`acme/site  ${join(home, "acme", "site")}\n`);
    expect((await cli(["clone", "*/api"])).stderr).toMatch(/cannot be a pattern/);
    expect((await cli(["clone", "acme/none-*"])).stderr).toMatch(/No repository matches/);
    expect((await cli(["clone", "acme/nothing"])).stderr).toMatch(/does not exist/);
  });

  test("keeps the token out of arguments and files while it runs, and tidies up when it is stopped", async () => {
    await repository("api");
    // It hangs in the middle, after the first request, which is refused, and the helper's response.
    emulator.addFault({ kind: "latency", milliseconds: 170_000, path: "^/acme/api.git", skip: 1, times: 10 });
    const child = spawn(process.execPath, [cliProgram, "git", "clone", "acme/api"], {
      cwd: home,
      env: { ...gitEnv, ...env },
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    const secrets = [
      exampleTokens.admin,
      Buffer.from(`x-bitbucket-api-token-auth:${exampleTokens.admin}`).toString("base64"),
    ];
    const awaited = new Set(["remote-http", "git/credential.js"]);
    while (awaited.size > 0) {
      for (const line of commandLines()) {
        for (const secret of secrets) expect(line).not.toContain(secret);
        for (const one of awaited) if (line.includes(one)) awaited.delete(one);
      }
      await new Promise((go) => setImmediate(go));
    }
    for (const file of filesBelow(home))
      for (const secret of secrets) expect(readFileSync(file, "latin1")).not.toContain(secret);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(readdirSync(home).filter((name) => name.includes("api"))).toEqual([]);
  });
});

test("git remote set rewrites remotes and push URLs, and notes submodules", async () => {
  const folder = join(home, "clones");
  const clone = join(folder, "group", "api");
  mkdirSync(clone, { recursive: true });
  await git(clone, "init", "--quiet");
  const set = (...args: string[]) => git(clone, "config", "--add", ...args);
  await set("remote.origin.url", `${emulator.origin.replace("://", "://alice:s3cret@")}/acme/api.git`);
  await set("remote.origin.pushurl", "git@bitbucket.org:acme/api.git");
  await set("remote.origin.url", "https://github.com/acme/api.git");
  await set("remote.fork.url", `${emulator.origin}/bob/api`);
  await set("remote.backup.url", "/srv/backup.git");
  writeFileSync(
    join(clone, ".gitmodules"),
    '[submodule "lib"]\n\tpath = lib\n\turl = https://bitbucket.org/acme/lib.git\n',
  );
  const config = readFileSync(join(clone, ".git/config"), "utf8");

  const shown = await cli(["remote", "set", "ssh", folder, "--dry-run"]);
  expect(shown.stdout).toMatch(/- http:\/\/alice:\*\*\*@127/);
  expect(shown.stdout).toMatch(/submodule acme\/lib stays/);
  expect(`${shown.stdout}${shown.stderr}`).not.toContain("s3cret");
  expect((await cli(["remote", "set", "ssh", folder])).exitCode).toBe(1);
  expect(readFileSync(join(clone, ".git/config"), "utf8")).toBe(config);

  expect((await cli(["remote", "set", "ssh", folder, "--yes"])).exitCode).toBe(0);
  const urls = async () => (await git(clone, "config", "--get-regexp", "^remote\\.")).split("\n");
  expect(await urls()).toEqual([
    "remote.origin.url git@127.0.0.1:acme/api.git",
    "remote.origin.pushurl git@127.0.0.1:acme/api.git",
    "remote.origin.url https://github.com/acme/api.git",
    "remote.fork.url git@127.0.0.1:bob/api.git",
    "remote.backup.url /srv/backup.git",
  ]);
  expect((await cli(["remote", "set", "https", clone, "--yes"])).exitCode).toBe(0);
  expect((await urls())[0]).toBe(`remote.origin.url ${emulator.origin}/acme/api.git`);
  expect((await cli(["remote", "set", "https", clone])).stdout).toMatch(/0 URLs to rewrite, 3 unchanged/);
  expect(statSync(join(clone, ".git/config")).isFile()).toBe(true);
});
