/** Git's own protocol, with real git. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { treeObjects } from "../../packages/emulator/src/gitObjects";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { type Done, git, run, scratch } from "../support/git";
import { type Ask, repository, start } from "./support";

jest.setTimeout(60_000);

const repo = "/repositories/acme/api";

function urlAs(emulator: Emulator, user: string, secret: string, path = "acme/api.git"): string {
  return `${emulator.origin.replace("://", `://${user}:${secret}@`)}/${path}`;
}

const apiUser = "x-bitbucket-api-token-auth";

function lsRemote(url: string): Promise<Done> {
  return run("git", ["ls-remote", url]);
}

/** A repository with a file, cloned by Alice. */
async function cloned(): Promise<{ emulator: Emulator; alice: Ask; folder: string; url: string }> {
  const { emulator, alice } = await start();
  await repository(alice, "api", true);
  const url = urlAs(emulator, apiUser, exampleTokens.admin);
  const folder = join(scratch(), "api");
  await git(scratch(), "clone", "--quiet", url, folder);
  return { emulator, alice, folder, url };
}

test("what was committed over REST is cloned with the same hashes, in any tree", async () => {
  const { emulator, alice } = await start();
  await repository(alice);
  const form = new FormData();
  for (const [name, value] of [
    ["README.md", "Hällo\n"],
    ["src/a.ts", "a"],
    ["src.ts", "sorted before the folder"],
    ["src-x/deep/er/b", ""],
  ] as const)
    form.set(`/${name}`, value);
  form.set("logo.bin", new Blob([new Uint8Array([0, 255, 254, 10, 0])]), "logo.bin");
  form.set("message", "First, and Ünicode");
  form.set("author", "Zoë <zoe@example.com>");
  form.set("branch", "trunk");
  const made = await alice("POST", `${repo}/src`, form);
  const hash = made.headers.get("location")?.split("/").at(-1);
  await alice("POST", `${repo}/refs/tags`, { name: "v1", target: { hash: "trunk" }, message: "One" });
  await alice("POST", `${repo}/refs/branches`, { name: "feature/x", target: { hash: "trunk" } });

  const folder = join(scratch(), "api");
  await git(scratch(), "clone", urlAs(emulator, "alice", exampleTokens.admin), folder);
  expect(await git(folder, "rev-parse", "HEAD")).toBe(hash);
  expect(await git(folder, "fsck", "--strict", "--full")).toBe("");
  expect(await git(folder, "log", "-1", "--format=%an <%ae>|%B")).toBe(
    "Zoë <zoe@example.com>|First, and Ünicode",
  );
  expect(await git(folder, "branch", "--show-current")).toBe("trunk");
  expect(await git(folder, "branch", "--remotes", "--format=%(refname:short)")).toMatch(/origin\/feature\/x/);
  expect(await git(folder, "tag", "-n")).toBe("v1              One");
  expect([...readFileSync(join(folder, "logo.bin"))]).toEqual([0, 255, 254, 10, 0]);
  expect(readFileSync(join(folder, "src-x/deep/er/b"), "utf8")).toBe("");
  // REST continues from the same state.
  expect((await alice("GET", `${repo}/commit/${hash}`)).body).toMatchObject({
    hash,
    message: "First, and Ünicode",
    author: { raw: "Zoë <zoe@example.com>" },
  });
});

test("the hash of any tree is the one that git gives it", async () => {
  const folder = scratch();
  await git(folder, "init", "--quiet");
  const name = fc.stringMatching(/^[a-z.-]{1,4}$/).filter((text) => !/^\.*$|^\.git$/.test(text));
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(path, fc.string({ unit: "grapheme" }), { maxKeys: 6 }), async (held) => {
      const files = new Map(
        Object.entries(held).filter(
          ([one]) => !Object.keys(held).some((other) => other.startsWith(`${one}/`)),
        ),
      );
      await git(folder, "read-tree", "--empty");
      for (const [file, content] of files) {
        const { stdout } = await run("git", ["hash-object", "-w", "--stdin"], {
          cwd: folder,
          input: content,
        });
        await git(folder, "update-index", "--add", "--cacheinfo", `100644,${stdout.trim()},${file}`);
      }
      expect(treeObjects(files).at(-1)?.hash).toBe(await git(folder, "write-tree"));
    }),
    { numRuns: 8 },
  );
});

test("what is pushed is what REST shows: branches, commits, files, the main branch", async () => {
  const { emulator, alice } = await start();
  await repository(alice);
  const folder = scratch();
  await git(folder, "init", "--quiet", "--initial-branch", "develop");
  writeFileSync(join(folder, "run.sh"), "echo", { mode: 0o755 });
  writeFileSync(join(folder, "bitbucket-pipelines.yml"), "pipelines: {}\n");
  // Larger than what git sends in one piece.
  writeFileSync(
    join(folder, "large.bin"),
    Buffer.alloc(3_000_000, 7).map((_, at) => (at * 7919) ^ (at >> 5)),
  );
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "-m", "First");
  await git(folder, "commit", "--quiet", "--allow-empty", "-m", "Second");
  await git(folder, "tag", "-a", "v1", "-m", "One");
  await git(
    folder,
    "push",
    "--quiet",
    urlAs(emulator, apiUser, exampleTokens.admin),
    "develop",
    "develop:feature/a",
    "v1",
  );
  const head = await git(folder, "rev-parse", "HEAD");

  expect((await alice("GET", repo)).body.mainbranch).toEqual({ type: "branch", name: "develop" });
  const branches = (await alice("GET", `${repo}/refs/branches`)).body.values;
  expect(branches).toMatchObject([
    { name: "develop", target: { hash: head, message: "Second" } },
    { name: "feature/a", target: { hash: head } },
  ]);
  expect((await alice("GET", `${repo}/refs/tags/v1`)).body).toMatchObject({
    message: "One",
    target: { hash: head },
  });
  const commits = (await alice("GET", `${repo}/commits`)).body.values;
  expect(commits.map((one: { message: string }) => one.message)).toEqual(["Second", "First"]);
  expect((await alice("GET", `${repo}/commits/develop?exclude=${commits[1].hash}`)).body.values).toHaveLength(
    1,
  );
  expect((await alice("GET", `${repo}/src/develop/bitbucket-pipelines.yml`)).text).toBe("pipelines: {}\n");
  expect((await alice("GET", `${repo}/src/develop/?pagelen=100`)).body.values).toMatchObject([
    { path: "bitbucket-pipelines.yml", size: 14, attributes: [] },
    { path: "large.bin", size: 3_000_000 },
    { path: "run.sh", attributes: ["executable"] },
  ]);
  expect((await alice("GET", `${repo}/src/${head.slice(0, 8)}/none`)).status).toBe(404);

  // And the other way round: a commit over REST is fetched, and keeps files that it did not touch.
  const form = new FormData();
  form.set("/run.sh", "echo 2");
  form.set("/docs/new file.md", "new");
  form.append("files", "/large.bin");
  form.set("branch", "develop");
  expect((await alice("POST", `${repo}/src`, form)).status).toBe(201);
  await alice("DELETE", `${repo}/refs/branches/feature%2Fa`);
  await git(folder, "pull", "--quiet", "--ff-only", urlAs(emulator, apiUser, exampleTokens.admin), "develop");
  expect(
    (await git(folder, "ls-files", "--stage")).split("\n").map((line) => line.replace(/^(\d+).*\t/, "$1 ")),
  ).toEqual(["100644 bitbucket-pipelines.yml", "100644 docs/new file.md", "100755 run.sh"]);
  expect(
    await git(folder, "ls-remote", "--heads", urlAs(emulator, apiUser, exampleTokens.admin)),
  ).not.toMatch(/feature/);
});

describe("credentials", () => {
  test("go with the user names of the service, and with no others", async () => {
    const { emulator, alice } = await start();
    await repository(alice, "api", true);
    const uuid = [...(emulator.state.workspaces.get("acme")?.repositories.values() ?? [])][0]?.uuid ?? "";
    const one = emulator.createToken({
      name: "one",
      kind: "repo_access_token",
      scopes: ["repository"],
      workspace: "acme",
      repository: uuid,
    });
    const accepted = [
      [apiUser, exampleTokens.admin],
      ["alice", exampleTokens.admin],
      ["x-token-auth", exampleTokens.workspace],
      ["x-token-auth", one.secret],
    ] as const;
    for (const [user, secret] of accepted)
      expect((await lsRemote(urlAs(emulator, user, secret))).exitCode).toBe(0);
    const refused = [
      ["alice%40acme.example", exampleTokens.admin],
      ["bob", exampleTokens.admin],
      ["x-token-auth", exampleTokens.admin],
      [apiUser, exampleTokens.workspace],
      [apiUser, exampleTokens.expired],
      [apiUser, exampleTokens.revoked],
      [apiUser, "no-such-token"],
    ] as const;
    for (const [user, secret] of refused) {
      const { exitCode, stderr } = await lsRemote(urlAs(emulator, user, secret));
      expect([exitCode, stderr]).toEqual([128, expect.stringMatching(/Authentication failed/)]);
    }
    expect(emulator.requests.at(-1)).toMatchObject({
      path: expect.stringMatching(/^\/acme\/api\.git/),
      status: 401,
    });
  });

  test("that are app passwords are told that those are gone", async () => {
    const { emulator, alice } = await start();
    await repository(alice, "api", true);
    const { stderr } = await lsRemote(urlAs(emulator, "alice", exampleTokens.appPassword));
    expect(stderr).toMatch(/remote: CHANGE-3222[\s\S]*must be replaced with API tokens[\s\S]*error: 410/);
  });

  test("are asked for a private repository, and for writing any", async () => {
    const { emulator, alice } = await start();
    await repository(alice, "api", true);
    const open = `${emulator.origin}/acme/api.git`;
    const asked = await fetch(`${open}/info/refs?service=git-upload-pack`);
    expect([asked.status, asked.headers.get("www-authenticate")]).toEqual([
      401,
      'Basic realm="Bitbucket.org HTTP"',
    ]);
    // Nobody learns which repositories exist.
    expect((await fetch(`${emulator.origin}/acme/none.git/info/refs?service=git-upload-pack`)).status).toBe(
      401,
    );
    await alice("PUT", "/workspaces/acme/projects/PLAT", { is_private: false });
    expect((await alice("PUT", repo, { is_private: false })).status).toBe(200);
    expect((await lsRemote(open)).exitCode).toBe(0);
    expect((await fetch(`${open}/info/refs?service=git-receive-pack`)).status).toBe(401);
  });

  test("reach what their owner may see, and write where they have the scope and the permission", async () => {
    const { emulator, alice, folder } = await cloned();
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "More");
    const push = (user: string, secret: string) =>
      run("git", ["push", urlAs(emulator, user, secret), "main"], { cwd: folder });
    // Bob is a member without any permission here.
    const bob = urlAs(emulator, apiUser, exampleTokens.member);
    expect((await lsRemote(bob)).stderr).toMatch(/You may not have access[\s\S]*not found/);
    const reader = await push(apiUser, exampleTokens.reader);
    expect(reader.stderr).toMatch(/lack one or more required privilege scopes[\s\S]*403/);
    const uuid = [...emulator.state.users.values()].find((one) => one.nickname === "bob")?.uuid ?? "";
    const permission = `${repo}/permissions-config/users/${encodeURIComponent(uuid)}`;
    await alice("PUT", permission, { permission: "read" });
    expect((await lsRemote(bob)).exitCode).toBe(0);
    expect((await push(apiUser, exampleTokens.member)).stderr).toMatch(/403/);
    await alice("PUT", permission, { permission: "write" });
    expect((await push(apiUser, exampleTokens.member)).exitCode).toBe(0);
    // Bob is one of the developers and has their permissions.
    await alice("DELETE", permission);
    expect((await lsRemote(bob)).stderr).toMatch(/not found/);
    const ofGroup = `${repo}/permissions-config/groups/developers`;
    await alice("PUT", ofGroup, { permission: "read" });
    expect((await lsRemote(bob)).exitCode).toBe(0);
    expect((await push(apiUser, exampleTokens.member)).stderr).toMatch(/403/);
    await alice("PUT", ofGroup, { permission: "write" });
    const restriction = { kind: "push", branch_match_kind: "glob", pattern: "main", users: [] };
    const made = await alice("POST", `${repo}/branch-restrictions`, { ...restriction, groups: [] });
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "By a developer");
    expect((await push(apiUser, exampleTokens.member)).stderr).toMatch(/Permission denied to update/);
    await alice("PUT", `${repo}/branch-restrictions/${made.body.id}`, {
      ...restriction,
      groups: [{ slug: "developers" }],
    });
    expect((await push(apiUser, exampleTokens.member)).exitCode).toBe(0);
    // A token of another repository cannot distinguish this one from a missing one.
    const other = emulator.createToken({
      name: "other",
      kind: "repo_access_token",
      scopes: ["repository:write"],
      workspace: "acme",
      repository: "{none}",
    });
    expect((await lsRemote(urlAs(emulator, "x-token-auth", other.secret))).stderr).toMatch(/not found/);
  });
});

test("branch restrictions hold for pushes", async () => {
  const { alice, folder, url } = await cloned();
  const restrict = (kind: string, pattern: string, more = {}) =>
    alice("POST", `${repo}/branch-restrictions`, { kind, branch_match_kind: "glob", pattern, ...more });
  await restrict("push", "main", { users: [], groups: [] });
  await restrict("force", "release/*");
  await restrict("delete", "release/*");
  await git(folder, "commit", "--quiet", "--allow-empty", "-m", "More");
  const push = async (...refs: string[]) =>
    (await run("git", ["push", url, ...refs], { cwd: folder })).stderr;
  expect(await push("main")).toMatch(
    /Permission denied to update branch main[\s\S]*pre-receive hook declined/,
  );
  expect(await push("main:release/1")).toMatch(/new branch/);
  expect(await push("+main~1:release/1")).toMatch(
    /Permission denied to rewrite the history of branch release\/1/,
  );
  expect(await push(":release/1")).toMatch(/Permission denied to delete branch release\/1/);
  expect(await push("+main~1:refs/heads/other")).toMatch(/new branch/);
  expect(await push(":other")).toMatch(/deleted/);
});

test("large answers stream, shallow and partial clones work, and the old protocol is refused", async () => {
  const { emulator, url, folder } = await cloned();
  for (let at = 0; at < 20; at += 1)
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", `Number ${at}`);
  await git(folder, "push", "--quiet", url, "main");
  const shallow = join(scratch(), "shallow");
  await git(scratch(), "clone", "--quiet", "--depth", "3", url, shallow);
  expect(await git(shallow, "rev-list", "--count", "HEAD")).toBe("3");
  const partial = join(scratch(), "partial");
  await git(scratch(), "clone", "--quiet", "--filter=blob:none", url, partial);
  expect(readFileSync(join(partial, "README.md"), "utf8")).toBe("Hello");
  expect((await fetch(`${emulator.origin}/acme/api.git/info/refs`)).status).toBe(403);
  expect((await fetch(`${emulator.origin}/acme/api.git/config`)).status).toBe(404);
});

test("a renamed repository is at its new URL only, a fork holds what was pushed, a deleted one is gone", async () => {
  const { emulator, alice, folder, url } = await cloned();
  await git(folder, "commit", "--quiet", "--allow-empty", "-m", "Pushed");
  await git(folder, "push", "--quiet", url, "main");
  const head = await git(folder, "rev-parse", "HEAD");
  await alice("POST", `${repo}/forks`, { name: "copy", workspace: { slug: "acme" } });
  expect((await lsRemote(urlAs(emulator, apiUser, exampleTokens.admin, "acme/copy.git"))).stdout).toMatch(
    head,
  );
  await alice("PUT", repo, { name: "gateway" });
  expect((await lsRemote(url)).stderr).toMatch(/not found/);
  const renamed = urlAs(emulator, apiUser, exampleTokens.admin, "acme/gateway.git");
  expect((await lsRemote(renamed)).stdout).toMatch(head);
  await alice("DELETE", "/repositories/acme/gateway");
  expect((await lsRemote(renamed)).exitCode).toBe(128);
});

test("a snapshot, a state file and a reset include what was pushed", async () => {
  const stateFile = join(scratch(), "state.json");
  const { emulator, alice } = await start({ stateFile });
  await repository(alice, "api", true);
  const url = urlAs(emulator, apiUser, exampleTokens.admin);
  const folder = join(scratch(), "api");
  await git(scratch(), "clone", "--quiet", url, folder);
  const push = async () => {
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "Pushed");
    await git(folder, "push", "--quiet", url, "main");
    return git(folder, "rev-parse", "HEAD");
  };
  const first = await push();
  const snapshot = emulator.snapshot();
  const second = await push();
  await emulator.close();

  const again = await startEmulator({ stateFile });
  const at = urlAs(again, apiUser, exampleTokens.admin);
  expect((await lsRemote(at)).stdout).toMatch(second);
  again.restore(snapshot);
  expect((await lsRemote(at)).stdout).toMatch(new RegExp(`${first}\tHEAD`));
  const commits = await fetch(`${again.url}${repo}/commits`, {
    headers: {
      authorization: `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`,
    },
  });
  expect(((await commits.json()) as { values: { hash: string }[] }).values[0]?.hash).toBe(first);
  again.reset();
  expect((await lsRemote(at)).exitCode).toBe(128);
  await again.close();
});

test("a connection that is lost, and one that is refused, are told by git", async () => {
  const { emulator, url } = await cloned();
  emulator.addFault({ kind: "drop-before", path: "^/acme/api.git" });
  expect((await lsRemote(url)).exitCode).toBe(128);
  emulator.addFault({ kind: "status", status: 503, path: "git-upload-pack$" });
  expect((await lsRemote(url)).stderr).toMatch(/503/);
  expect((await lsRemote(url)).exitCode).toBe(0);
});
