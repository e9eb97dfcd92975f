/** A workspace is identified by its UUID: its slug may change, and be reused by another one. */
import { project, repository, webhook } from "../../src/kinds";
import { OtherWorkspaceError, RenamedWorkspaceError } from "../../src/live";
import { checkWorkspace } from "../../src/plan/workspace";
import { load, problems, removeFolders } from "../desired/support/folder";
import { World } from "../kinds/support";

let world: World;
beforeEach(async () => {
  world = await World.start();
  const { state } = world.emulator;
  const alice = [...state.users.values()].find(({ nickname }) => nickname === "alice")?.uuid ?? "";
  state.workspaces.get("globex")?.members.set(alice, "owner");
  world.emulator.requests.length = 0;
});
afterEach(() => world.close());

const writes = () => world.emulator.requests.filter(({ method }) => method !== "GET").length;
const uuidOf = (slug: string) => world.emulator.state.workspaces.get(slug)?.uuid ?? "";
const inState = (workspace: string, workspaceUuid?: string) => [
  { outputs: { workspace, ...(workspaceUuid ? { workspaceUuid } : {}) } },
];

async function made() {
  const { lifecycle } = world.run();
  const wanted = { workspace: "acme", key: "PLAT", name: "Platform", isPrivate: true, deletion: "allow" };
  const { id, outputs } = await lifecycle.create(project, wanted);
  world.emulator.requests.length = 0;
  return { id, outputs, wanted };
}

test("what is created holds the UUID of its workspace, for one request a run", async () => {
  const { outputs } = await made();
  expect(outputs).toMatchObject({ workspace: "acme", workspaceUuid: uuidOf("acme") });
  const { lifecycle } = world.run();
  const wanted = { workspace: "acme", name: "one", project: "PLAT", isPrivate: true };
  for (const name of ["one", "two", "three"]) await lifecycle.create(repository, { ...wanted, name });
  const looks = world.emulator.requests.filter(({ path }) => /^(\/2\.0)?\/workspaces\/[^/]*$/.test(path));
  expect(looks).toHaveLength(1);
});

test("a state without it gets it with a read, and nothing else differs", async () => {
  const { id, outputs } = await made();
  const { workspaceUuid, ...before } = outputs;
  const current = await world.run().lifecycle.read(project, id, before);
  expect(current?.outputs).toEqual({ ...before, workspaceUuid });
});

test("a workspace that was renamed is read, changed and deleted by its new slug", async () => {
  const { id, outputs, wanted } = await made();
  world.emulator.renameWorkspace("acme", "initech");
  const { lifecycle, live } = world.run();
  const told: string[] = [];
  live.workspaces.onRename((line) => told.push(line));
  const current = await lifecycle.read(project, id, outputs);
  expect(current?.outputs).toEqual({ ...outputs, workspace: "initech" });
  expect(current?.inputs.workspace).toBe("initech");
  const changed = await lifecycle.update(project, id, outputs, {
    ...wanted,
    workspace: "initech",
    name: "Renamed",
  });
  expect(changed.outputs).toMatchObject({ workspace: "initech", workspaceUuid: outputs.workspaceUuid });
  await lifecycle.delete(project, id, outputs);
  expect(world.emulator.state.workspaces.get("initech")?.projects.size).toBe(0);
  expect(told).toEqual([
    "The workspace acme was renamed to initech. It is the same workspace: nothing changes.",
  ]);
});

test("a slug that another workspace has taken leads nowhere: the UUID counts", async () => {
  const { id, outputs, wanted } = await made();
  world.emulator.renameWorkspace("acme", "initech");
  world.emulator.renameWorkspace("globex", "acme");
  world.emulator.requests.length = 0;
  const { lifecycle } = world.run();
  expect((await lifecycle.read(project, id, outputs))?.outputs.workspace).toBe("initech");
  const { lifecycle: later, live } = world.run();
  await expect(later.update(project, id, outputs, { ...wanted, name: "Renamed" })).resolves.toBeDefined();
  await expect(
    checkWorkspace({ workspace: "acme" }, inState("acme", uuidOf("initech")), live),
  ).rejects.toThrow(/belongs to the workspace initech \(\{.*\}\), and acme is another workspace/);
});

test("what belongs to a repository is found by its UUID after a rename, without one of the workspace", async () => {
  const at = await world.parent("repository");
  const wanted = { ...at, url: "https://ci.example.com", events: ["repo:push"], active: true };
  const { id, outputs } = await world.run().lifecycle.create(webhook, wanted);
  expect(outputs.workspaceUuid).toBeUndefined();
  world.emulator.renameWorkspace("acme", "initech");
  const { lifecycle } = world.run();
  expect((await lifecycle.read(webhook, id, outputs))?.outputs).toEqual({ ...outputs, workspace: "initech" });
  const asked = { ...wanted, workspace: "initech" };
  expect((await world.run().lifecycle.matchStateSpelling(webhook, outputs, asked)).workspace).toBe("acme");
  // Another workspace takes the old slug: missing objects do not count as deleted.
  world.emulator.renameWorkspace("globex", "acme");
  await expect(world.run().lifecycle.read(webhook, id, outputs)).rejects.toThrow(
    /is not in acme but in the workspace initech.*not count as deleted/,
  );
  await expect(world.run().lifecycle.matchStateSpelling(webhook, outputs, asked)).rejects.toThrow(
    OtherWorkspaceError,
  );
});

test("on another server with a workspace of that slug, what was in a repository is not gone", async () => {
  const at = await world.parent("repository");
  const wanted = { ...at, url: "https://ci.example.com", events: ["repo:push"], active: true };
  const { id, outputs } = await world.run().lifecycle.create(webhook, wanted);
  const other = await World.start();
  try {
    const held = (workspaceUuid: unknown) => async () => [
      { kind: webhook, id, values: outputs, name: "ci" },
      {
        kind: repository,
        id: String(at.repository),
        values: { workspace: "acme", workspaceUuid },
        name: "api",
      },
    ];
    const elsewhere = () => other.run({ held: held(uuidOf("acme")) }).lifecycle;
    await expect(elsewhere().read(webhook, id, outputs)).rejects.toThrow(OtherWorkspaceError);
    await expect(elsewhere().delete(webhook, id, outputs)).rejects.toThrow(OtherWorkspaceError);
    // In the state's own workspace, it is gone with its repository.
    const own = other.run({ held: held(other.emulator.state.workspaces.get("acme")?.uuid) }).lifecycle;
    expect(await own.read(webhook, id, outputs)).toBeUndefined();
    await own.delete(webhook, id, outputs);
  } finally {
    await other.close();
  }
});

test("another workspace is refused before anything is sent", async () => {
  const { id, outputs, wanted } = await made();
  const { lifecycle } = world.run();
  const asked = { ...wanted, workspace: "globex" };
  await expect(lifecycle.update(project, id, outputs, asked)).rejects.toThrow(OtherWorkspaceError);
  await expect(lifecycle.matchStateSpelling(project, outputs, asked)).rejects.toThrow(
    /belongs to the workspace acme .*globex is another workspace.*create a new stack/,
  );
  const { workspaceUuid: _, ...earlier } = outputs;
  await expect(lifecycle.matchStateSpelling(project, earlier, asked)).rejects.toThrow(OtherWorkspaceError);
  expect(writes()).toBe(0);
});

test("another workspace of the same name is not told to be set", () => {
  const { message } = new OtherWorkspaceError({ slug: "acme", uuid: "{1}" }, "acme");
  expect(message).toMatch(
    /acme \(\{1\}\), and the one with that name is another workspace.*check the API's address/,
  );
  expect(new OtherWorkspaceError({ slug: "acme", uuid: "{1}" }, "globex").message).toMatch(
    /set "workspace: acme"/,
  );
});

test("the slug and the UUID of one workspace are the same", async () => {
  const { outputs, wanted } = await made();
  const { lifecycle } = world.run();
  const byUuid = { ...wanted, workspace: uuidOf("acme") };
  expect((await lifecycle.matchStateSpelling(project, outputs, byUuid)).workspace).toBe("acme");
  const state = { ...outputs, workspace: uuidOf("acme") };
  expect((await lifecycle.matchStateSpelling(project, state, wanted)).workspace).toBe(uuidOf("acme"));
});

describe("the workspace of the YAML", () => {
  const check = (asked: string, state: ReturnType<typeof inState>) =>
    checkWorkspace({ workspace: asked }, state, world.run().live);

  test("is that of the state", async () => {
    await check("acme", []);
    await check("acme", inState("acme", uuidOf("acme")));
    await check("acme", inState("acme"));
    await check(uuidOf("acme"), inState("acme", uuidOf("acme")));
    await check("acme", inState(uuidOf("acme"), uuidOf("acme")));
  });

  test("is another one", async () => {
    for (const state of [inState("acme", uuidOf("acme")), inState("acme"), inState(uuidOf("acme"))])
      for (const asked of ["globex", uuidOf("globex")])
        await expect(check(asked, state)).rejects.toThrow(OtherWorkspaceError);
  });

  test("is refused with its place", async () => {
    const { workspaceAt } = await load("# our workspace\nworkspace: globex\n");
    const checking = checkWorkspace({ workspace: "globex", workspaceAt }, inState("acme"), world.run().live);
    expect(await problems(checking)).toEqual([
      expect.stringMatching(/acme\.yaml:2:12.* workspace: .*globex is another workspace/),
    ]);
    removeFolders();
  });

  test("does not exist, of a state that holds nothing yet", async () => {
    await check("acme", []);
    const { workspaceAt } = await load("workspace: nowhere\n");
    const checking = checkWorkspace({ workspace: "nowhere", workspaceAt }, [], world.run().live);
    expect(await problems(checking)).toEqual([
      expect.stringMatching(
        /acme\.yaml:1:12.* workspace: There is no workspace "nowhere" that this credential can access/,
      ),
    ]);
    removeFolders();
  });

  test("was renamed", async () => {
    const uuid = uuidOf("acme");
    world.emulator.renameWorkspace("acme", "initech");
    await expect(check("acme", inState("acme", uuid))).rejects.toThrow(
      'The workspace acme was renamed to initech. Nothing was changed. Set "workspace: initech".',
    );
    // The state after a refresh.
    await expect(check("acme", inState("initech", uuid))).rejects.toThrow(RenamedWorkspaceError);
    await check("initech", inState("acme", uuid));
  });

  test("cannot be told from that of the state", async () => {
    await expect(check("nowhere", inState("acme"))).rejects.toThrow(/There is no workspace nowhere/);
    world.emulator.renameWorkspace("acme", "initech");
    await expect(check("initech", inState("acme"))).rejects.toThrow(/is unknown whether/);
  });

  test("is told without the right to read workspaces, by what is in it", async () => {
    await world.parent("project");
    world.emulator.addFault({ kind: "status", path: "^/workspaces/[^/?]*$", status: 403, times: 99 });
    await check("acme", inState("acme", uuidOf("acme")));
    await expect(check("globex", inState("acme", uuidOf("acme")))).rejects.toThrow(/is unknown whether/);
    const { live } = world.run();
    expect(await live.workspaces.lookUp("acme")).toEqual({ uuid: uuidOf("acme"), slug: "acme" });
  });
});

test.each([undefined, {}])("an answer that is no workspace names its request: %j", async (body) => {
  const { live } = world.run();
  jest.spyOn(world.client, "get").mockResolvedValue(body);
  await expect(live.workspaces.lookUp("acme")).rejects.toThrow(
    /^Bitbucket answered GET \/workspaces\/acme with a workspace of an unexpected shape: .*newer version/,
  );
});
