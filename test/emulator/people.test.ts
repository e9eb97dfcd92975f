import { encoded, repository, start } from "./support";

async function ready() {
  const { alice, emulator } = await start();
  await repository(alice);
  const bob = [...emulator.state.users.values()].find((user) => user.nickname === "bob");
  if (!bob) throw new Error("no bob");
  return { alice, bob };
}

describe.each([
  ["repository", "/repositories/acme/api", "none"],
  ["project", "/workspaces/acme/projects/PLAT", "none"],
])("permissions of a %s", (level, base) => {
  test("of users and groups are set, changed, listed and removed", async () => {
    const { alice, bob } = await ready();
    for (const [holder, id] of [
      ["users", encoded(bob.uuid)],
      ["users", bob.account_id],
      ["groups", "developers"],
    ] as const) {
      const one = `${base}/permissions-config/${holder}/${id}`;
      expect((await alice("GET", one)).body.permission).toBe("none");
      const set = await alice("PUT", one, { permission: "read" });
      expect([set.status, set.body.permission]).toEqual([200, "read"]);
      expect((await alice("PUT", one, { permission: "admin" })).body.permission).toBe("admin");
      const listed = await alice("GET", `${base}/permissions-config/${holder}`);
      expect(listed.body.values).toHaveLength(1);
      expect((await alice("DELETE", one)).status).toBe(204);
      expect((await alice("DELETE", one)).status).toBe(404);
    }
  });

  test("none and what is not known are refused, and so are strangers", async () => {
    const { alice, bob } = await ready();
    const put = async (id: string, permission: string) =>
      (await alice("PUT", `${base}/permissions-config/${id}`, { permission })).status;
    expect(await put(`users/${encoded(bob.uuid)}`, "none")).toBe(400);
    expect(await put(`users/${encoded(bob.uuid)}`, "create-repo")).toBe(level === "project" ? 200 : 400);
    expect(await put("groups/no-such-group", "read")).toBe(404);
    expect(await put("users/nobody", "read")).toBe(404);
  });
});

test("default reviewers are added and removed one by one, and told with where they come from", async () => {
  const { alice, bob } = await ready();
  const carol = (await alice("GET", "/workspaces/acme/members?q=user.nickname%3D%22carol%22")).body.values[0]
    .user;
  const ofRepository = "/repositories/acme/api/default-reviewers";
  const ofProject = "/workspaces/acme/projects/PLAT/default-reviewers";
  for (let round = 0; round < 2; round += 1)
    expect((await alice("PUT", `${ofRepository}/${encoded(bob.uuid)}`)).status).toBe(200);
  await alice("PUT", `${ofProject}/${encoded(carol.uuid)}`);
  expect((await alice("GET", ofRepository)).body.values).toMatchObject([{ uuid: bob.uuid }]);
  const effective = (await alice("GET", "/repositories/acme/api/effective-default-reviewers")).body.values;
  expect(effective).toMatchObject([
    { reviewer_type: "repository", user: { uuid: bob.uuid } },
    { reviewer_type: "project", user: { uuid: carol.uuid } },
  ]);
  expect((await alice("DELETE", `${ofRepository}/${encoded(bob.uuid)}`)).status).toBe(204);
  // A user who is not a reviewer is a 404 for a repository and a 400 for a project.
  expect((await alice("GET", `${ofRepository}/${encoded(bob.uuid)}`)).status).toBe(404);
  expect((await alice("GET", `${ofProject}/${encoded(bob.uuid)}`)).status).toBe(400);
});

test("workspaces, members and users are told by slug, UUID or account id", async () => {
  const { alice, bob } = await ready();
  const workspace = await alice("GET", "/workspaces/acme");
  expect((await alice("GET", `/workspaces/${encoded(workspace.body.uuid)}`)).body).toEqual(workspace.body);
  const members = (await alice("GET", "/workspaces/acme/members")).body.values;
  expect(members.map((one: { user: { nickname: string } }) => one.user.nickname)).toEqual([
    "alice",
    "bob",
    "carol",
  ]);
  expect((await alice("GET", `/workspaces/acme/members/${encoded(bob.uuid)}`)).body.user.nickname).toBe(
    "bob",
  );
  expect((await alice("GET", `/users/${bob.account_id}`)).body.uuid).toBe(bob.uuid);
  expect((await alice("GET", "/users/bob")).status).toBe(404);
  expect((await alice("GET", "/user/workspaces/acme/permission")).body.permission).toBe("owner");
});
