/** Downloads: their bytes come from a local file, and an upload by somebody else is not mistaken for it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../../src/desired";
import { download } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { argsOf, folderWith, load, problems, removeFolders } from "../desired/support/folder";
import { lacking } from "../support/hostile";
import { World } from "./support";

let world: World;
let place: Properties;
let folder: string;
let path: string;
beforeEach(async () => {
  world = await World.behindHostile();
  place = await world.parent("repository");
  folder = folderWith({ "one.bin": one, "two.bin": two });
  path = `/repositories/acme/${encodeURIComponent(String(place.repository))}/downloads`;
});
afterEach(async () => {
  removeFolders();
  await world.close();
});

const one = Buffer.from([0, 0xff, 0xfe, 13, 10, 0x80, 1]);
/** As long as the first. */
const two = Buffer.from([0, 0xff, 0xfe, 13, 10, 0x80, 2]);

const inputs = (file: string, more: Properties = {}) => {
  const checked = check(download, {}, { ...place, name: "tool 1.bin", file: join(folder, file), ...more });
  expect(checked.issues).toEqual([]);
  return checked.inputs;
};

/** Changes by somebody else. */
const upload = (content: Buffer) =>
  world.client.send({
    method: "POST",
    path,
    form: {},
    uploads: [{ field: "files", name: "tool 1.bin", content: async () => new Uint8Array(content) }],
  });

async function onServer(): Promise<Buffer> {
  const { body } = await world.client.open(`${path}/tool%201.bin`);
  return Buffer.concat(await body.toArray());
}

const count = (method: string, end: RegExp) =>
  world.emulator.requests.filter((request) => request.method === method && end.test(request.path)).length;
const uploads = () => count("POST", /downloads$/);
const fetches = () => count("GET", /downloads\/tool/);

test("every byte arrives, and the state holds the digest and none of them", async () => {
  const { lifecycle } = world.run();
  const wanted = inputs("one.bin");
  const made = await lifecycle.create(download, wanted);
  expect(await onServer()).toEqual(one);
  expect(made.outputs).toMatchObject({
    file: expect.stringMatching(/one\.bin \(sha256:[0-9a-f]{64}\)$/),
    size: one.length,
  });
  const kept = JSON.stringify([wanted, made.outputs]);
  for (const encoding of ["base64", "hex", "latin1"] as const)
    expect(kept).not.toContain(one.toString(encoding));
  await lifecycle.update(download, made.id, made.outputs, inputs("two.bin"));
  expect(await onServer()).toEqual(two);
});

test("it is not fetched while nobody else uploaded it, and the same bytes elsewhere are no change", async () => {
  const made = await world.run().lifecycle.create(download, inputs("one.bin"));
  world.emulator.requests.splice(0);
  const now = await world.run().lifecycle.read(download, made.id, made.outputs);
  expect(now?.outputs).toEqual(made.outputs);
  expect(fetches()).toBe(0);
  writeFileSync(join(folder, "copy.bin"), one);
  expect(diff(download, made.outputs, inputs("copy.bin")).fields).toEqual([]);
});

test.each([
  ["the same bytes: no drift", one, []],
  ["others, as many: drift", two, ["file"]],
])("uploaded again by somebody else, %s", async (_name, content, fields) => {
  const wanted = inputs("one.bin");
  const made = await world.run().lifecycle.create(download, wanted);
  for (const repository of world.emulator.state.workspaces.get("acme")?.repositories.values() ?? []) {
    for (const held of repository.downloads?.values() ?? []) {
      held.created_on = "2026-01-01T00:00:00.000000+00:00";
      held.content = content.toString("base64");
    }
  }
  world.emulator.requests.splice(0);
  const { lifecycle } = world.run();
  const now = await lifecycle.read(download, made.id, made.outputs);
  expect(diff(download, now?.outputs ?? {}, wanted).fields).toEqual(fields);
  expect(fetches()).toBe(1);
  if (fields.length === 0) return;
  await lifecycle.update(download, made.id, now?.outputs ?? {}, wanted);
  expect(await onServer()).toEqual(one);
});

test("one of the same name and size that holds something else is left alone without consent", async () => {
  await upload(two);
  await expect(world.run().lifecycle.create(download, inputs("one.bin"))).rejects.toThrow(/exists \(id/);
  expect(uploads()).toBe(1);
  expect(await onServer()).toEqual(two);
  await world.run().lifecycle.create(download, inputs("one.bin", { adopt: true }));
  expect(await onServer()).toEqual(one);
});

test("one that holds the same is taken over without an upload", async () => {
  await upload(one);
  const made = await world.run().lifecycle.create(download, inputs("one.bin"));
  expect(uploads()).toBe(1);
  expect((await world.run().lifecycle.read(download, made.id, made.outputs))?.outputs).toEqual(made.outputs);
});

test("bytes that arrive as others are named at once, and uploaded again by the next run", async () => {
  const made = await world.run().lifecycle.create(download, inputs("one.bin"));
  world.emulator.addFault({
    kind: "not-applied",
    method: "POST",
    path: "/downloads",
    field: "files",
    value: "other",
  });
  const updated = await world.run().lifecycle.update(download, made.id, made.outputs, inputs("two.bin"));
  expect(world.told.join()).toMatch(/accepted this change and did not apply it: file/);
  expect(diff(download, updated.outputs, inputs("two.bin")).fields).toEqual(["file"]);
});

test("an upload is believed where its bytes cannot be read again, and looks new", async () => {
  const made = await world.run().lifecycle.create(download, inputs("one.bin"));
  world.emulator.addFault({ kind: "status", status: 403, method: "GET", path: "/downloads/tool", times: 9 });
  const updated = await world.run().lifecycle.update(download, made.id, made.outputs, inputs("two.bin"));
  expect(diff(download, updated.outputs, inputs("two.bin")).fields).toEqual([]);
});

test("one that no list shows is neither written over nor gone", async () => {
  const made = await world.run().lifecycle.create(download, inputs("one.bin"));
  world.hostile.trick = lacking(/downloads$/, () => true);
  expect((await world.run().lifecycle.read(download, made.id, made.outputs))?.outputs.file).toBe(
    made.outputs.file,
  );
  await expect(world.run().lifecycle.create(download, inputs("two.bin"))).rejects.toThrow(/exists \(id/);
  expect(uploads()).toBe(1);
});

test("one whose content cannot be had is not taken over", async () => {
  await upload(one);
  world.emulator.addFault({ kind: "status", status: 404, method: "GET", path: "/downloads/tool" });
  await expect(world.run().lifecycle.create(download, inputs("one.bin"))).rejects.toThrow(/downloads\/tool/);
  expect(uploads()).toBe(1);
});

test.each(["drop-before", "drop-after"] as const)(
  "an upload whose answer was lost (%s) counts as done only where the bytes are there",
  async (kind) => {
    const made = await world.run().lifecycle.create(download, inputs("one.bin"));
    world.emulator.addFault({ kind, method: "POST", path: "/downloads" });
    const updated = await world.run().lifecycle.update(download, made.id, made.outputs, inputs("two.bin"));
    expect(await onServer()).toEqual(two);
    expect((await world.run().lifecycle.read(download, made.id, updated.outputs))?.outputs).toEqual(
      updated.outputs,
    );
  },
);

test("a file that changes, or goes, after the preview is not sent", async () => {
  const wanted = inputs("one.bin");
  writeFileSync(join(folder, "one.bin"), two);
  await expect(world.run().lifecycle.create(download, wanted)).rejects.toThrow(
    /one\.bin changed during this run, and was not sent/,
  );
  rmSync(join(folder, "one.bin"));
  await expect(world.run().lifecycle.create(download, wanted)).rejects.toThrow(/one\.bin does not exist/);
  expect(uploads()).toBe(0);
});

describe("in YAML", () => {
  const stack = (file: string) =>
    `workspace: acme\nexisting: { projects: [PLAT] }\nrepositories:\n  api:\n    project: PLAT\n    downloads:\n      tool.bin: ${file}\n`;

  test("the path is that from the YAML file", async () => {
    const root = folderWith({ "stacks/acme.yaml": stack("files/tool.bin"), "stacks/files/tool.bin": one });
    const loaded = await loadStack(join(root, "stacks/acme.yaml"));
    expect(argsOf(loaded, "Download", "api:tool.bin")).toEqual({
      name: "tool.bin",
      file: expect.stringMatching(/^stacks\/files\/tool\.bin \(sha256:[0-9a-f]{64}\)$/),
    });
  });

  test("what cannot be read is told with its place", async () => {
    expect(await problems(load(stack("files/none.bin")))).toEqual([
      expect.stringMatching(
        /acme\.yaml:7:17.*repositories\.api\.downloads\["tool\.bin"\]: the file .*files\/none\.bin does not exist/s,
      ),
    ]);
    mkdirSync(join(folder, "sub"));
    expect(await problems(load(stack(join(folder, "sub"))))).toEqual([
      expect.stringMatching(/sub is not a file/),
    ]);
    expect(await problems(load(stack('""')))).toEqual([expect.stringMatching(/must not be empty/)]);
  });
});
