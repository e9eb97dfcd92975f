/** Unmodified third-party clients: each response is checked against the description on its way. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bitbucket } from "bitbucket";
import { exampleTokens } from "../support/emulator";
import { askpass, run, scratch } from "../support/git";
import { callAll } from "./strangers/npmBitbucket";
import { basic, start } from "./support";

jest.setTimeout(120_000);

const workspace = "acme";

test("the npm client `bitbucket` makes, reads, changes and deletes what a repository has", async () => {
  const { emulator, alice } = await start();
  const { projects, repositories, webhooks, pipelines, workspaces, users, source, refs, ...others } =
    new Bitbucket({
      baseUrl: emulator.url,
      auth: { username: exampleTokens.email, password: exampleTokens.admin },
      notice: false,
    });
  expect((await users.getAuthedUser({})).data.display_name).toBe("Alice Archer");
  expect((await workspaces.getWorkspace({ workspace })).data.name).toBe("Acme");
  await projects.createProject({ workspace, _body: { type: "project", key: "PLAT", name: "Platform" } });
  const repo_slug = "api";
  const made = await repositories.create({
    workspace,
    repo_slug,
    _body: { type: "repository", scm: "git", is_private: true, project: { type: "project", key: "PLAT" } },
  });
  expect([made.status, made.data.full_name]).toEqual([200, "acme/api"]);

  // It only sends forms with a library of its own choice.
  await alice(
    "POST",
    "/repositories/acme/api/src",
    new URLSearchParams({ "/README.md": "Hello", message: "Start", branch: "main" }),
  );
  expect((await source.read({ workspace, repo_slug, commit: "main", path: "README.md" })).data).toBe("Hello");
  const branches = await refs.listBranches({ workspace, repo_slug });
  expect(branches.data.values?.map(({ name }) => name)).toEqual(["main"]);

  for (let number = 0; number < 12; number += 1) {
    await repositories.createWebhook({
      workspace,
      repo_slug,
      _body: {
        type: "webhook_subscription",
        url: `https://ci${number}.example.com/`,
        description: `CI ${number}`,
        active: true,
        events: ["repo:push"],
      },
    } as Parameters<typeof repositories.createWebhook>[0]);
  }
  const first = await webhooks.listForRepo({ workspace, repo_slug });
  expect(first.data.values).toHaveLength(10);
  expect(others.hasNextPage(first.data)).toBe(true);
  const second = await others.getNextPage(first.data);
  expect(second.data.values).toHaveLength(2);
  const uid = String(first.data.values?.[0]?.uuid);
  const changed = await repositories.updateWebhook({
    workspace,
    repo_slug,
    uid,
    _body: { type: "webhook_subscription", description: "Changed" },
  } as Parameters<typeof repositories.updateWebhook>[0]);
  expect(changed.data.description).toBe("Changed");
  expect((await repositories.deleteWebhook({ workspace, repo_slug, uid })).status).toBe(204);

  const variable = await pipelines.createVariable({
    workspace,
    repo_slug,
    _body: { type: "pipeline_variable", key: "TOKEN", value: "hush", secured: true },
  });
  expect([variable.status, variable.data.secured, variable.data.value]).toEqual([201, true, undefined]);
  const restriction = await others.branchrestrictions.create({
    workspace,
    repo_slug,
    _body: { type: "branchrestriction", kind: "force", branch_match_kind: "glob", pattern: "main" },
  });
  expect(restriction.status).toBe(201);

  await expect(repositories.get({ workspace, repo_slug: "nowhere" })).rejects.toMatchObject({
    status: 404,
    error: { type: "error", error: { message: expect.stringContaining("nowhere") } },
  });
  expect((await repositories.delete({ workspace, repo_slug })).status).toBe(204);
  expect((await repositories.list({ workspace })).data.values).toEqual([]);
});

test("97 of a hundred calls of the npm client work; the others ask for what the service has not", async () => {
  const { emulator } = await start();
  const client = new Bitbucket({
    baseUrl: emulator.url,
    auth: { username: exampleTokens.email, password: exampleTokens.admin },
    notice: false,
    // The client's own library sends no FormData of Node's.
    request: { fetch },
  });
  const outcomes = await callAll(client);
  expect(outcomes).toHaveLength(100);
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([
    // No step tests anything here.
    { name: "pipelines.getPipelineTestReports", error: expect.stringMatching(/^404/) },
    // Removed in April and in August 2026.
    { name: "workspaces.getWorkspaces", error: expect.stringMatching(/^410/) },
    { name: "issue_tracker.list", error: expect.stringMatching(/^404/) },
  ]);
});

test("curl works as in the examples of Bitbucket's documentation, and git clones and pushes", async () => {
  const { emulator } = await start();
  const folder = scratch();
  const user = `${exampleTokens.email}:${exampleTokens.admin}`;
  const curl = async (...args: string[]) => {
    // Not as an argument, which everybody on the machine could see.
    const done = await run("curl", ["--silent", "--show-error", "--config", "-", ...args], {
      cwd: folder,
      input: `user = "${user}"\n`,
    });
    expect([done.exitCode, done.stderr]).toEqual([0, ""]);
    return done.stdout;
  };
  const json = ["--header", "Content-Type: application/json"];
  await curl(
    ...json,
    "--data",
    '{"key":"PLAT","name":"Platform"}',
    `${emulator.url}/workspaces/acme/projects`,
  );
  const made = await curl(
    ...json,
    "--data",
    '{"scm":"git","is_private":true,"project":{"key":"PLAT"}}',
    `${emulator.url}/repositories/acme/api`,
  );
  expect(JSON.parse(made).full_name).toBe("acme/api");
  writeFileSync(join(folder, "logo.bin"), Buffer.from([0, 255, 254, 10]));
  await curl(
    "--form",
    "README.md=Hello",
    "--form",
    "images/logo.bin=@logo.bin",
    "--form",
    "branch=main",
    `${emulator.url}/repositories/acme/api/src`,
  );
  await curl("--output", "back.bin", `${emulator.url}/repositories/acme/api/src/main/images/logo.bin`);
  expect((await run("cmp", ["logo.bin", "back.bin"], { cwd: folder })).exitCode).toBe(0);

  const address = new URL(emulator.origin);
  address.username = "x-bitbucket-api-token-auth";
  const git = async (cwd: string, ...args: string[]) => {
    const done = await run("git", args, { cwd, env: askpass(exampleTokens.admin) });
    expect([args[0], done.exitCode, done.exitCode === 0 ? "" : done.stderr]).toEqual([args[0], 0, ""]);
    return done.stdout;
  };
  await git(folder, "clone", "--quiet", `${address.href}acme/api.git`, "clone");
  const clone = join(folder, "clone");
  writeFileSync(join(clone, "CHANGES.md"), "New\n");
  await git(clone, "add", ".");
  await git(clone, "commit", "--quiet", "--message", "Pushed");
  await git(clone, "push", "--quiet", "origin", "main");
  const hash = (await git(clone, "rev-parse", "HEAD")).trim();
  const commit = JSON.parse(await curl(`${emulator.url}/repositories/acme/api/commit/main`));
  expect([commit.hash, commit.message.trim()]).toEqual([hash, "Pushed"]);
  const gone = await curl("--write-out", "%{http_code}", `${emulator.url}/no-such-thing`);
  expect(gone).toBe('{"type":"error","error":{"message":"Resource not found"}}404');
});

test("a program that knows api.bitbucket.org alone is led to the emulator, and to no other host", async () => {
  const { emulator, alice } = await start();
  const script = join(__dirname, "../../scripts/as-bitbucket-org.mjs");
  const input = `user = "${exampleTokens.email}:${exampleTokens.admin}"\n`;
  const through = (...args: string[]) =>
    run(process.execPath, [script, emulator.origin, "curl", "--config", "-", ...args], { input });
  const answer = await through("--silent", "https://api.bitbucket.org/2.0/workspaces/acme");
  expect(JSON.parse(answer.stdout).name).toBe("Acme");
  // All links lead through the proxy again, over TLS; a client cannot override that.
  for (let number = 0; number < 11; number += 1)
    await alice("POST", `/repositories/acme/api-${number}`, { is_private: true });
  const pretending = ["X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example.com"];
  const listed = await through(
    ...["--silent", ...pretending.flatMap((header) => ["--header", header])],
    "https://api.bitbucket.org/2.0/repositories/acme",
  );
  const page = JSON.parse(listed.stdout);
  expect(new URL(page.next).origin).toBe("https://api.bitbucket.org");
  const origins = [...listed.stdout.matchAll(/https?:\/\/[^/"]+/g)].map(([origin]) => origin);
  expect(new Set(origins)).toEqual(new Set(["https://api.bitbucket.org", "https://bitbucket.org"]));
  const second = await through("--silent", page.next);
  expect(JSON.parse(second.stdout).values).toHaveLength(1);
  const clear = await through("--silent", page.next.replace("https:", "http:"));
  expect(clear.stdout).toBe("HTTPS only\n");
  const elsewhere = await through("--silent", "--show-error", "https://registry.example.com/");
  expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([56, expect.stringContaining("403")]);
});

test("links have the scheme and the host that the client used, whatever it says was forwarded", async () => {
  const { emulator } = await start();
  const answer = await fetch(`${emulator.url}/workspaces/acme`, {
    headers: {
      authorization: basic(exampleTokens.email, exampleTokens.admin),
      "x-forwarded-proto": "https",
      "x-forwarded-host": "api.bitbucket.org",
    },
  });
  const { links } = (await answer.json()) as { links: Record<string, { href: string }> };
  expect(Object.keys(links).sort()).toEqual([
    "avatar",
    "html",
    "members",
    "owners",
    "projects",
    "repositories",
    "self",
    "snippets",
  ]);
  for (const { href } of Object.values(links)) expect(href.startsWith(`${emulator.origin}/`)).toBe(true);
});
