/** Existing objects, looked up from programs and from YAML. */
import { readText } from "../../src/live";
import { reads } from "../../src/live/lookups";
import { getIpRanges } from "../../src/sdk/lookups";
import { json, Served } from "../bitbucket/support";
import { World } from "../kinds/support";

let world: World;
let at: { workspace: string; repository: string };
beforeAll(async () => {
  world = await World.start();
  const place = await world.parent("environment");
  at = { workspace: "acme", repository: String(place.repository) };
});
afterAll(() => world.close());

test("each lookup gives what the API has, in this project's terms", async () => {
  const { client } = world;
  const me = await reads.currentUser(client);
  expect(me).toMatchObject({ nickname: "alice" });
  expect(await reads.user(client, me.uuid)).toEqual(me);
  expect(await reads.workspace(client, "acme")).toMatchObject({ slug: "acme", name: "Acme" });
  expect((await reads.workspaceMembers(client, "acme")).map((member) => member.nickname).sort()).toEqual([
    "alice",
    "bob",
    "carol",
  ]);
  const repository = await reads.repository(client, at);
  expect(repository).toMatchObject({ uuid: at.repository, mainBranch: "main", isPrivate: true });
  expect(await reads.project(client, { workspace: "acme", key: repository.project ?? "" })).toMatchObject({
    key: repository.project,
  });
  expect(await reads.file(client, { ...at, commit: "main", path: "README.md" })).toBe("Hello");
  expect(await reads.deploymentEnvironments(client, at)).toEqual([
    expect.objectContaining({ name: "Production", type: "Production" }),
  ]);
  expect((await reads.hookEvents(client, "repository")).map(({ event }) => event)).toContain("repo:push");
  expect((await reads.oidcConfiguration(client, "acme")).issuer).toContain("/workspaces/acme/");
  expect((await reads.oidcKeys(client, "acme")).keys).not.toHaveLength(0);
});

test("a file is found on a branch or tag with a slash in its name, which its path cannot hold", async () => {
  const { client } = world;
  const repository = `/repositories/acme/${encodeURIComponent(at.repository)}`;
  const target = { hash: world.commit(at) };
  await client.send({
    method: "POST",
    path: `${repository}/refs/branches`,
    body: { name: "release/1", target },
  });
  await client.send({ method: "POST", path: `${repository}/refs/tags`, body: { name: "build/7", target } });
  for (const commit of ["release/1", "build/7"])
    expect(await reads.file(client, { ...at, commit, path: "README.md" })).toBe("Hello");
  expect(world.emulator.requests.filter(({ path }) => /\/src\/(release|build)/.test(path))).toEqual([]);
});

test("a lookup of what is not there says so", async () => {
  await expect(reads.repository(world.client, { workspace: "acme", repository: "nothing" })).rejects.toThrow(
    /does not exist/,
  );
});

test("an answer of another shape is said with its request, and what it should be", async () => {
  const served = await Served.start([json(200, {}), json(200, { values: [{ uuid: 1 }] }), json(200, [])]);
  const place = { workspace: "acme", repository: "api" };
  await expect(reads.currentUser(served.client)).rejects.toThrow(
    "Bitbucket answered GET /user with a user of an unexpected shape: uuid must be text. ",
  );
  await expect(reads.deploymentEnvironments(served.client, place)).rejects.toThrow(
    /GET \/repositories\/acme\/api\/environments with a deployment environment of an unexpected shape/,
  );
  await expect(reads.oidcConfiguration(served.client, "acme")).rejects.toThrow(
    /openid-configuration with an OpenID configuration of an unexpected shape/,
  );
  await served.close();
});

test("a path in YAML gives a field of the answer, or the answer as text", async () => {
  expect(await readText(world.client, "/workspaces/acme#name")).toBe("Acme");
  expect(
    await readText(world.client, `/repositories/acme/${encodeURIComponent(at.repository)}#mainbranch.name`),
  ).toBe("main");
  expect(
    await readText(
      world.client,
      `/repositories/acme/${encodeURIComponent(at.repository)}/src/main/README.md`,
    ),
  ).toBe("Hello");
  await expect(readText(world.client, "/workspaces/acme#constructor.name")).rejects.toThrow(
    /no field constructor\.name/,
  );
});

test("the addresses are those of Bitbucket, in the direction that is asked for", async () => {
  const items = [
    { cidr: "192.0.2.0/24", product: ["bitbucket"], direction: ["egress"] },
    { cidr: "198.51.100.0/24", product: ["bitbucket", "jira"], direction: ["ingress", "egress"] },
    { cidr: "203.0.113.0/24", product: ["jira"], direction: ["egress"] },
  ];
  const served = await Served.start([json(200, { items })]);
  expect(await getIpRanges({ direction: "egress", url: served.origin })).toEqual([
    "192.0.2.0/24",
    "198.51.100.0/24",
  ]);
  expect(await getIpRanges({ direction: "ingress", url: served.origin })).toEqual(["198.51.100.0/24"]);
  await served.close();
});
