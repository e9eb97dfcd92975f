import { encoded, publicKey, repository, start } from "./support";

const repositoryKeys = "/repositories/acme/api/deploy-keys";
const projectKeys = "/workspaces/acme/projects/PLAT/deploy-keys";

describe.each([
  ["repository", repositoryKeys],
  ["project", projectKeys],
])("deploy keys of a %s", (_name, path) => {
  test("come back without the comment, which stands apart", async () => {
    const { alice } = await start();
    await repository(alice);
    const made = await alice("POST", path, { key: `${publicKey(1)} me@host`, label: "CI" });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ key: publicKey(1), comment: "me@host", label: "CI" });
    const one = `${path}/${made.body.id}`;
    expect((await alice("GET", one)).body).toEqual(made.body);
    expect((await alice("DELETE", one)).status).toBe(204);
    expect((await alice("GET", path)).body.values).toEqual([]);
  });

  test("are refused where they are no keys, twice in one place, or somebody's own", async () => {
    const { alice } = await start();
    await repository(alice);
    const add = async (key: string) => (await alice("POST", path, { key, label: "x" })).status;
    expect(await add("no key")).toBe(400);
    expect(await add(publicKey(1))).toBe(200);
    expect(await add(`${publicKey(1)} another comment`)).toBe(400);
    const { body: me } = await alice("GET", "/user");
    const own = `/users/${encoded(me.uuid)}/ssh-keys`;
    expect((await alice("POST", own, { key: publicKey(2), label: "Mine" })).status).toBe(201);
    expect(await add(publicKey(2))).toBe(400);
    const taken = await alice("POST", own, { key: publicKey(1), label: "Mine" });
    expect([taken.status, taken.body.error.message]).toEqual([
      400,
      "Someone has already registered that SSH key.",
    ]);
  });

  test("may open several places, and stay reserved after they are deleted if told to", async () => {
    const { alice } = await start({ reserveDeletedKeys: true });
    await repository(alice);
    await repository(alice, "web");
    const made = await alice("POST", path, { key: publicKey(1), label: "x" });
    expect((await alice("POST", "/repositories/acme/web/deploy-keys", { key: publicKey(1) })).status).toBe(
      200,
    );
    await alice("DELETE", `${path}/${made.body.id}`);
    const again = await alice("POST", path, { key: publicKey(1), label: "x" });
    expect([again.status, again.body.error.message]).toEqual([400, expect.stringContaining("30 days")]);
  });
});

test("a repository's deploy key can be given another label and no other key; a project's has no update", async () => {
  const { alice } = await start();
  await repository(alice);
  const { body } = await alice("POST", repositoryKeys, { key: publicKey(1), label: "Old" });
  const one = `${repositoryKeys}/${body.id}`;
  expect((await alice("PUT", one, { key: publicKey(1), label: "New" })).body).toMatchObject({
    id: body.id,
    label: "New",
  });
  const refused = await alice("PUT", one, { key: publicKey(2), label: "Newer" });
  expect([refused.status, refused.body.error.message]).toEqual([
    400,
    expect.stringContaining("can't modify"),
  ]);
  const ofProject = await alice("POST", projectKeys, { key: publicKey(3), label: "x" });
  expect((await alice("PUT", `${projectKeys}/${ofProject.body.id}`, { label: "y" })).status).toBe(404);
});

test("a user's own SSH and GPG keys are managed by nobody else", async () => {
  const { alice, emulator } = await start();
  const { body: me } = await alice("GET", "/user");
  const ssh = `/users/${encoded(me.uuid)}/ssh-keys`;
  const made = await alice("POST", ssh, { key: `${publicKey(1)} laptop`, label: "Laptop" });
  expect(made.body).toMatchObject({ key: publicKey(1), comment: "laptop" });
  expect((await alice("PUT", `${ssh}/${encoded(made.body.uuid)}`, { label: "Old laptop" })).body.label).toBe(
    "Old laptop",
  );
  expect((await alice("DELETE", `${ssh}/${encoded(made.body.uuid)}`)).status).toBe(204);
  const bob = [...emulator.state.users.values()].find((user) => user.nickname === "bob");
  expect((await alice("GET", `/users/${encoded(bob?.uuid ?? "")}/ssh-keys`)).status).toBe(403);

  const gpg = `/users/${me.account_id}/gpg-keys`;
  const key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: X\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----";
  const added = await alice("POST", gpg, { key, name: "Signing" });
  expect([added.status, added.body.key]).toEqual([201, undefined]);
  const shown = await alice("GET", `${gpg}/${added.body.fingerprint}?fields=%2Bkey`);
  expect(shown.body.key).toContain("AAAA");
  expect((await alice("POST", gpg, { key, name: "Again" })).status).toBe(400);
});
