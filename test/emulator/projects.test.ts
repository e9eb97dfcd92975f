import { repository, start } from "./support";

const path = "/workspaces/acme/projects";

test("a project is made, read, changed and deleted", async () => {
  const { alice } = await start();
  const made = await alice("POST", path, {
    key: "PLAT",
    name: "Platform",
    description: "Roads",
    is_private: true,
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    type: "project",
    key: "PLAT",
    name: "Platform",
    description: "Roads",
    is_private: true,
  });
  const changed = await alice("PUT", `${path}/PLAT`, { name: "Platform 2" });
  expect(changed.body).toMatchObject({ uuid: made.body.uuid, name: "Platform 2", description: "Roads" });
  expect((await alice("GET", `${path}/PLAT`)).body).toEqual(changed.body);
  expect((await alice("DELETE", `${path}/PLAT`)).status).toBe(204);
  expect((await alice("GET", `${path}/PLAT`)).status).toBe(404);
});

test("a PUT where no project is makes a new one", async () => {
  const { alice } = await start();
  const answer = await alice("PUT", `${path}/NEW`, { name: "New" });
  expect([answer.status, answer.body.key]).toEqual([201, "NEW"]);
});

test("another key in the body renames the project, with its repositories", async () => {
  const { alice } = await start();
  const { uuid } = (await repository(alice)).project;
  const renamed = await alice("PUT", `${path}/PLAT`, { key: "ROADS", name: "Roads" });
  expect([renamed.status, renamed.body.uuid, renamed.body.key]).toEqual([200, uuid, "ROADS"]);
  expect(renamed.headers.get("location")).toMatch(/\/2\.0\/workspaces\/acme\/projects\/ROADS$/);
  expect((await alice("GET", `${path}/PLAT`)).status).toBe(404);
  expect((await alice("GET", "/repositories/acme/api")).body.project).toMatchObject({ key: "ROADS", uuid });
});

test("a project with repositories cannot be deleted", async () => {
  const { alice } = await start();
  await repository(alice);
  expect((await alice("DELETE", `${path}/PLAT`)).status).toBe(403);
  await alice("DELETE", "/repositories/acme/api");
  expect((await alice("DELETE", `${path}/PLAT`)).status).toBe(204);
});

test.each([
  [{ key: "_A", name: "A low line first" }, "key"],
  [{ key: "1A", name: "A digit first" }, "key"],
  [{ key: "A-B", name: "A dash" }, "key"],
  [{ key: "OLD", name: "Taken" }, "key"],
  [{ key: "NEW" }, "name"],
  [{ key: "NEW", name: "New", is_private: "yes" }, "is_private"],
])("%j is refused for its %s", async (body, field) => {
  const { alice } = await start();
  await alice("POST", path, { key: "OLD", name: "Old" });
  const answer = await alice("POST", path, body);
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});

test("a refused change changes nothing", async () => {
  const { alice } = await start();
  await alice("POST", path, { key: "PLAT", name: "Platform", is_private: false });
  await alice("POST", "/repositories/acme/open", { is_private: false, project: { key: "PLAT" } });
  const before = (await alice("GET", `${path}/PLAT`)).body;
  const answer = await alice("PUT", `${path}/PLAT`, { key: "OTHER", name: "Other", is_private: true });
  expect(answer.status).toBe(400);
  expect((await alice("GET", `${path}/PLAT`)).body).toEqual(before);
  expect(before.has_publicly_visible_repos).toBe(true);
});

test("a key may hold lower-case letters", async () => {
  const { alice } = await start();
  expect((await alice("POST", path, { key: "Plat_1", name: "Mixed case" })).body.key).toBe("Plat_1");
  expect((await alice("GET", `${path}/Plat_1`)).body.name).toBe("Mixed case");
});

test("a repository can count in its project for a while after its deletion", async () => {
  const { alice } = await start({ lateRepositoryDeletion: 2 });
  await repository(alice);
  await alice("DELETE", "/repositories/acme/api");
  const answers = [];
  for (let number = 0; number < 3; number += 1) answers.push((await alice("DELETE", `${path}/PLAT`)).status);
  expect(answers).toEqual([403, 403, 204]);
});
