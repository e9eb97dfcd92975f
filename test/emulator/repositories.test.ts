import { encoded, type Json, repository, start } from "./support";

const path = "/repositories/acme/api";

test("a repository is made, read, changed and deleted", async () => {
  const { alice } = await start();
  await alice("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  const wanted = {
    description: "The API",
    is_private: true,
    fork_policy: "no_public_forks",
    language: "go",
  };
  const made = await alice("POST", path, { ...wanted, project: { key: "PLAT" } });
  expect(made.status).toBe(200);
  expect(made.body).toMatchObject({ ...wanted, name: "api", slug: "api", full_name: "acme/api", scm: "git" });
  expect(made.body.links.clone).toEqual([
    { name: "https", href: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/acme\/api\.git$/) },
    { name: "ssh", href: "git@bitbucket.org:acme/api.git" },
  ]);
  const changed = await alice("PUT", path, { description: "Changed" });
  expect(changed.body).toMatchObject({ ...wanted, description: "Changed", uuid: made.body.uuid });
  expect((await alice("DELETE", path)).status).toBe(204);
  expect((await alice("GET", path)).status).toBe(404);
});

test("another name is another slug, under the same UUID and with all it has", async () => {
  const { alice } = await start();
  const { uuid } = await repository(alice);
  await alice("POST", `${path}/hooks`, { url: "https://ci.example", events: ["repo:push"] });
  const renamed = await alice("PUT", `/repositories/acme/${encoded(uuid)}`, { name: "Føø  Bar (new)" });
  expect(renamed.body).toMatchObject({ uuid, name: "Føø  Bar (new)", slug: "foo-bar-new" });
  expect(renamed.headers.get("location")).toMatch(/\/2\.0\/repositories\/acme\/foo-bar-new$/);
  expect((await alice("GET", path)).status).toBe(404);
  expect((await alice("GET", "/repositories/acme/foo-bar-new/hooks")).body.values).toHaveLength(1);
  expect((await alice("GET", `/repositories/acme/${encoded(uuid)}`)).body.slug).toBe("foo-bar-new");
});

test("a slug is taken once in a workspace", async () => {
  const { alice } = await start();
  await repository(alice, "api");
  await repository(alice, "web");
  const message = "Repository with this Slug and Owner already exists.";
  const again = await alice("POST", path, {});
  expect([again.status, again.body.error.message]).toEqual([400, message]);
  const renamed = await alice("PUT", "/repositories/acme/web", { name: "API", description: "x" });
  expect([renamed.status, renamed.body.error.message]).toEqual([400, message]);
  expect((await alice("GET", "/repositories/acme/web")).body.description).toBe("");
});

test("a PUT on a slug that is not there makes a repository; on a UUID it does not", async () => {
  const { alice } = await start();
  const { uuid } = await repository(alice);
  await alice("DELETE", path);
  expect((await alice("PUT", `/repositories/acme/${encoded(uuid)}`, { description: "x" })).status).toBe(404);
  const made = await alice("PUT", path, { description: "x", is_private: true });
  expect([made.status, made.body.uuid === uuid]).toEqual([201, false]);
});

test("a repository without a project goes to the oldest, also after that was renamed", async () => {
  const { alice } = await start();
  for (const key of ["FIRST", "SECOND"]) await alice("POST", "/workspaces/acme/projects", { key, name: key });
  await alice("PUT", "/workspaces/acme/projects/FIRST", { key: "STILL", name: "First" });
  const made = await alice("POST", path, { is_private: true });
  expect(made.body.project.key).toBe("STILL");
});

test.each([
  ["/repositories/acme/Upper_Case!", {}, "slug"],
  [`/repositories/acme/${"a".repeat(63)}`, {}, "slug"],
  [path, { fork_policy: "some_forks" }, "fork_policy"],
  [path, { scm: "hg" }, "scm"],
  [path, { is_private: "no" }, "is_private"],
  [path, { project: { key: "NONE" } }, "project"],
  [path, { is_private: false }, "is_private"],
])("%s with %j is refused for its %s", async (at, body, field) => {
  const { alice } = await start();
  await alice("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform", is_private: true });
  const answer = await alice("POST", at, body);
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});

test("the main branch has to be there once anything is", async () => {
  const { alice } = await start();
  await repository(alice);
  const put = (name: string) => alice("PUT", path, { mainbranch: { name } });
  expect((await put("trunk")).body.mainbranch).toMatchObject({ type: "branch", name: "trunk" });
  const form = new URLSearchParams({ "/a.txt": "a", branch: "main" });
  await alice("POST", `${path}/src`, form);
  expect((await put("nowhere")).status).toBe(400);
  expect((await put("main")).body.mainbranch.name).toBe("main");
});

test("what a repository overrides of its project is set by its own endpoint", async () => {
  const { alice } = await start();
  await repository(alice);
  const settings = async () => (await alice("GET", `${path}/override-settings`)).body.override_settings;
  expect(await settings()).toMatchObject({ branching_model: false, default_merge_strategy: false });
  const put = await alice("PUT", `${path}/override-settings`, { branching_model: true });
  expect([put.status, put.text]).toEqual([204, ""]);
  expect(await settings()).toMatchObject({ branching_model: true, default_merge_strategy: false });
});

test("a fork has a slug and a UUID of its own and the files of its parent", async () => {
  const { alice } = await start();
  const parent = await repository(alice, "api", true);
  const fork = await alice("POST", `${path}/forks`, { name: "My API", project: { key: "PLAT" } });
  expect(fork.status).toBe(201);
  expect(fork.body).toMatchObject({ slug: "my-api", parent: { full_name: "acme/api" } });
  expect(fork.body.uuid).not.toBe(parent.uuid);
  expect((await alice("GET", "/repositories/acme/my-api/src/main/README.md")).text).toBe("Hello");
  expect((await alice("GET", `${path}/forks`)).body.values.map((one: Json) => one.slug)).toEqual(["my-api"]);
  await alice("PUT", path, { fork_policy: "no_forks" });
  expect((await alice("POST", `${path}/forks`, { name: "Another" })).status).toBe(400);
});

function numbered(number: number): string {
  return `{00000000-0000-4000-8000-${String(number).padStart(12, "0")}}`;
}

test("thousands are listed, and read by UUID, in little time", async () => {
  const { alice, emulator } = await start();
  const { uuid } = await repository(alice);
  const repositories = emulator.state.workspaces.get("acme")?.repositories;
  const pattern = repositories?.get("api");
  for (let number = 0; pattern && number < 5000; number += 1) {
    const slug = `repository-${number}`;
    repositories?.set(slug, { ...pattern, slug, name: slug, uuid: numbered(number) });
  }
  const began = process.cpuUsage();
  let count = 0;
  for (let next: string | undefined = "/repositories/acme?pagelen=100"; next; ) {
    const { body }: Json = await alice("GET", next);
    count += body.values.length;
    next = body.next;
  }
  for (let number = 0; number < 500; number += 1)
    expect(
      (await alice("GET", `/repositories/acme/${encoded(numbered(number))}?fields=slug`)).body.slug,
    ).toBe(`repository-${number}`);
  expect((await alice("GET", `/repositories/acme/${encoded(uuid)}`)).status).toBe(200);
  const { user, system } = process.cpuUsage(began);
  expect(count).toBe(5001);
  expect((user + system) / 1e6).toBeLessThan(8);
});

test("issues and wikis cannot be turned on: the service removed them in August 2026", async () => {
  const { alice } = await start();
  const on = { has_issues: true, has_wiki: true, is_private: true };
  const off = { has_issues: false, has_wiki: false };
  expect((await alice("POST", path, on)).body).toMatchObject(off);
  expect((await alice("PUT", path, on)).body).toMatchObject(off);
  expect((await alice("GET", path)).body).toMatchObject(off);
  expect((await alice("GET", `${path}/issues`)).status).toBe(404);
});

describe("fork policies", () => {
  test("a public repository must allow forks", async () => {
    const { alice } = await start();
    await alice("POST", "/workspaces/acme/projects", { key: "OPEN", name: "Open", is_private: false });
    for (const fork_policy of ["no_forks", "no_public_forks"])
      expect(await alice("POST", path, { is_private: false, fork_policy })).toMatchObject({
        status: 400,
        body: { error: { fields: { fork_policy: [expect.stringContaining("allow_forks")] } } },
      });
    await alice("POST", path, { is_private: true, fork_policy: "no_forks" });
    expect((await alice("PUT", path, { is_private: false })).status).toBe(400);
    expect((await alice("PUT", path, { is_private: false, fork_policy: "allow_forks" })).status).toBe(200);
    expect((await alice("PUT", path, { no_forks: true })).status).toBe(400);
  });

  test.each([
    [{ no_forks: true }, "no_forks"],
    [{ no_forks: false, no_public_forks: true }, "no_public_forks"],
    [{ no_forks: false, no_public_forks: false }, "allow_forks"],
  ])("an update takes %j", async (flags, policy) => {
    const { alice } = await start();
    await alice("POST", path, { is_private: true, fork_policy: "no_forks" });
    expect((await alice("PUT", path, flags)).body.fork_policy).toBe(policy);
  });

  test("an update may drop fork_policy, and takes the flags in its place", async () => {
    const { alice } = await start({ dropForkPolicy: true });
    expect((await alice("POST", path, { is_private: true, fork_policy: "no_forks" })).body.fork_policy).toBe(
      "no_forks",
    );
    const changed = { fork_policy: "no_public_forks" };
    expect((await alice("PUT", path, changed)).body.fork_policy).toBe("no_forks");
    const flags = { ...changed, no_forks: false, no_public_forks: true };
    expect((await alice("PUT", path, flags)).body.fork_policy).toBe("no_public_forks");
  });
});
