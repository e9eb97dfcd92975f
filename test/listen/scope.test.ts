/** Whose events are taken: looked up at the start, and remembered for a start without Bitbucket. */
import { loadStack } from "../../src/desired";
import { publishLook } from "../../src/listen/insights";
import { findScope } from "../../src/listen/scope";
import { LiveReader } from "../../src/live";
import { folderWith, removeFolders as removeStacks } from "../desired/support/folder";
import { World } from "../kinds/support";
import { newFolder, removeFolders } from "./support";

let world: World;
let uuid: string;
beforeAll(async () => {
  world = await World.start();
  const { repository } = await world.parent("repository");
  uuid = String(repository);
});
afterAll(async () => {
  removeFolders();
  removeStacks();
  await world.close();
});

async function find(folder: string, yaml = "workspace: acme\nlisten: { desiredState: repository-1 }\n") {
  const stack = await loadStack(`${folderWith({ "stacks/acme.yaml": yaml })}/stacks/acme.yaml`);
  const warnings: string[] = [];
  const connection = { client: world.client, reader: new LiveReader(world.client) };
  return { scope: await findScope(stack, folder, connection, (line) => warnings.push(line)), warnings };
}

test("the UUIDs are those of the API, and those of an earlier start while it cannot be asked", async () => {
  const folder = newFolder();
  const acme = world.emulator.state.workspaces.get("acme");
  const { scope } = await find(folder);
  expect(scope).toEqual({ workspace: acme?.uuid, desiredState: uuid });
  world.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/workspaces/acme" });
  const later = await find(folder);
  expect(later.scope).toEqual(scope);
  expect(later.warnings).toEqual([expect.stringMatching(/The UUIDs of an earlier start are used\.$/)]);
  world.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/workspaces/acme" });
  await expect(find(newFolder())).rejects.toThrow(/GET \/workspaces\/acme/);
  world.emulator.clearFaults();
  await expect(find(folder, "workspace: acme\nlisten: { desiredState: gone }\n")).rejects.toThrow(
    /repositories\/acme\/gone/,
  );
});

test("a look is posted on the head of the repository with the YAML, under its own name", async () => {
  const severities = { critical: 0, high: 0, medium: 0, low: 0 };
  const cases = { drift: 0, deleted: 0, recreated: 0, unmanaged: 0, pending: 0, unreadable: 0 };
  const report = {
    version: 1 as const,
    stack: "acme",
    workspace: "acme",
    shards: ["acme"],
    at: "2026-11-27T00:00:00.000Z",
    seconds: 1,
    requests: 3,
    compared: 1,
    unchanged: 1,
    complete: true,
    fingerprint: "",
    counts: { cases, severities },
    findings: [],
    undetectable: [],
    warnings: [],
  };
  const target = { workspace: "acme", slug: "repository-1", folder: "" };
  await publishLook(world.client, target, { outcome: "in sync", name: "api", requests: 3, report });
  const found = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])][0];
  const [[commit, reports] = ["", new Map()]] = [...(found?.reports ?? [])];
  expect(commit).toBe(found?.branches.get("main"));
  expect([...reports.values()].map(({ fields }) => fields)).toMatchObject([
    { title: "Drift of acme: api", result: "PASSED" },
  ]);
});
