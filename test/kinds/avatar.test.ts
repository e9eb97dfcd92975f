/** Avatars: uploaded from a file, compared by digest, and by what Bitbucket's link shows of later uploads. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiRequest } from "../../src/bitbucket";
import { project, repository } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import type { WriteResult } from "../../src/provider/lifecycle";
import { World } from "./support";

const image = (name: string) => readFileSync(join(__dirname, "samples", "avatars", `${name}.png`));

let world: World;
let folder: string;
let file: string;
let count = 0;
const sent: ApiRequest[] = [];
beforeAll(async () => {
  world = await World.start();
  const send = world.client.send.bind(world.client);
  jest.spyOn(world.client, "send").mockImplementation((request) => {
    sent.push(request);
    return send(request);
  });
  await world.parent("project");
});
afterAll(() => world.close());
beforeEach(() => {
  world.emulator.clearFaults();
  folder = mkdtempSync(join(tmpdir(), "avatar-"));
  file = join(folder, "logo.png");
  writeFileSync(file, image("one"));
  count += 1;
});
afterEach(() => rmSync(folder, { recursive: true }));

function inputsOf(kind: Kind, more: Properties = {}): Record<string, unknown> {
  const own =
    kind === project ? { key: `A${count}`, name: `A${count}` } : { name: `a${count}`, project: "P1" };
  const { inputs, issues } = check(
    kind,
    {},
    { workspace: "acme", ...own, avatar: file, deletion: "allow", ...more },
  );
  expect(issues).toEqual([]);
  return inputs;
}

function problemsWith(avatar: string): string {
  return check(project, {}, { workspace: "acme", key: "X", name: "X", avatar })
    .issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
    .join();
}

async function read(kind: Kind, created: WriteResult, inputs: Properties) {
  const current = await world.run().lifecycle.read(kind, created.id, created.outputs);
  return { outputs: current?.outputs ?? {}, fields: diff(kind, current?.outputs ?? {}, inputs).fields };
}

/** The bodies of all writes since the last call. */
function sentBodies(): string[] {
  return sent.splice(0).map((request) => JSON.stringify(request.body ?? {}));
}

/** The bodies that uploaded an avatar since the last call. */
function uploads(): string[] {
  return sentBodies().filter((body) => body.includes("data:image/"));
}

const pathOf = (kind: Kind) =>
  kind === project ? `/workspaces/acme/projects/A${count}` : `/repositories/acme/a${count}`;

/** Somebody uploads an image in Bitbucket itself. */
async function uploadedByHand(kind: Kind): Promise<void> {
  const href = `data:image/png;base64,${image("two").toString("base64")}`;
  await world.client.send({
    method: "PUT",
    path: pathOf(kind),
    body: { name: kind === project ? `A${count}` : `a${count}`, links: { avatar: { href } } },
  });
  sent.length = 0;
}

describe.each([
  ["project", project as Kind],
  ["repository", repository as Kind],
])("the avatar of a %s", (_name, kind) => {
  async function made(more: Properties = {}) {
    sent.length = 0;
    const inputs = inputsOf(kind, more);
    return { inputs, created: await world.run().lifecycle.create(kind, inputs) };
  }

  test("is uploaded, and the state holds its path and digest, not the image", async () => {
    const { inputs, created } = await made();
    expect(uploads()).toEqual([expect.stringContaining(image("one").toString("base64"))]);
    expect(created.outputs.avatar).toMatch(/logo\.png \(sha256:[0-9a-f]{64}\) ts:\d+$/);
    expect(JSON.stringify(created.outputs)).not.toContain("base64");
    expect((await read(kind, created, inputs)).fields).toEqual([]);
  });

  test("is uploaded again when the file's content changes, and not when it only moves", async () => {
    const { inputs, created } = await made();
    uploads();
    const elsewhere = join(folder, "elsewhere.gif");
    writeFileSync(elsewhere, image("one"));
    expect(diff(kind, created.outputs, inputsOf(kind, { avatar: elsewhere })).fields).toEqual([]);
    writeFileSync(file, image("two"));
    const next = inputsOf(kind);
    expect(diff(kind, created.outputs, next).fields).toEqual(["avatar"]);
    expect(diff(kind, created.outputs, inputs).fields).toEqual([]);
    const updated = await world.run().lifecycle.update(kind, created.id, created.outputs, next);
    expect(uploads()).toEqual([expect.stringContaining(image("two").toString("base64"))]);
    expect((await read(kind, updated, next)).fields).toEqual([]);
  });

  test("is left out of updates of other fields", async () => {
    const { created } = await made();
    uploads();
    const next = inputsOf(kind, { description: "Other" });
    const updated = await world.run().lifecycle.update(kind, created.id, created.outputs, next);
    expect(uploads()).toEqual([]);
    expect((await read(kind, updated, next)).fields).toEqual([]);
  });

  test("is drift when somebody uploads another, and is uploaded again", async () => {
    const { inputs, created } = await made();
    await uploadedByHand(kind);
    const seen = await read(kind, created, inputs);
    expect(seen.fields).toEqual(["avatar"]);
    const repaired = await world.run().lifecycle.update(kind, created.id, seen.outputs, inputs);
    expect(uploads()).toHaveLength(1);
    expect((await read(kind, repaired, inputs)).fields).toEqual([]);
  });

  test("is left alone where it is not declared", async () => {
    const { inputs, created } = await made({ avatar: undefined });
    await uploadedByHand(kind);
    expect((await read(kind, created, inputs)).fields).toEqual([]);
    await world
      .run()
      .lifecycle.update(kind, created.id, created.outputs, { ...inputs, description: "Other" });
    expect(uploads()).toEqual([]);
  });

  test("is uploaded to an object that is adopted", async () => {
    await made({ avatar: undefined });
    uploads();
    const inputs = inputsOf(kind, { adopt: true });
    const adopted = await world.run().lifecycle.create(kind, inputs);
    // The create, which is refused, and the update.
    expect(uploads()).toHaveLength(2);
    expect((await read(kind, adopted, inputs)).fields).toEqual([]);
  });

  test("is not claimed to differ where the link shows nothing of an upload", async () => {
    const { inputs, created } = await made();
    const held = String(created.outputs.avatar).replace(/ ts:\d+$/, "");
    const state = { ...created, outputs: { ...created.outputs, avatar: held } };
    await uploadedByHand(kind);
    expect((await read(kind, state, inputs)).fields).toEqual([]);
  });

  test("is not sent where the file changed after it was read", async () => {
    const inputs = inputsOf(kind);
    writeFileSync(file, image("two"));
    await expect(world.run().lifecycle.create(kind, inputs)).rejects.toThrow(
      /logo\.png changed during this run, and was not sent/,
    );
  });
});

test("a state that has the digest without brackets is no change, and is uploaded where it differs", async () => {
  const inputs = inputsOf(project);
  const created = await world.run().lifecycle.create(project, inputs);
  const outputs = { ...created.outputs, avatar: String(created.outputs.avatar).replace(/[()]/g, "") };
  expect(outputs.avatar).toMatch(/logo\.png sha256:[0-9a-f]{64} ts:\d+$/);
  expect((await read(project, { ...created, outputs }, inputs)).fields).toEqual([]);
  uploads();
  const next = { ...inputs, description: "Other" };
  await world.run().lifecycle.update(project, created.id, outputs, next);
  expect(uploads()).toEqual([]);
  writeFileSync(file, image("two"));
  expect(diff(project, outputs, inputsOf(project)).fields).toEqual(["avatar"]);
});

test("a repository without an upload shows its language in the link, which is no upload", async () => {
  const inputs = inputsOf(repository, { avatar: undefined, language: "go" });
  const created = await world.run().lifecycle.create(repository, inputs);
  expect(created.outputs).not.toHaveProperty("avatar");
});

test("a fork gets its avatar after it was made", async () => {
  const parent = await world.parent("repository");
  const uuid = encodeURIComponent(String(parent.repository));
  const { full_name } = (await world.client.get(`/repositories/acme/${uuid}`)) as { full_name: string };
  sent.length = 0;
  const inputs = inputsOf(repository, { forkOf: full_name });
  const created = await world.run().lifecycle.create(repository, inputs);
  const forked = sent.filter(({ path }) => path.endsWith("/forks"));
  expect(JSON.stringify(forked)).not.toContain("data:image");
  expect(uploads()).toHaveLength(1);
  expect(created.outputs.avatar).toMatch(/ ts:\d+$/);
});

test("what cannot be an avatar is refused before any request, with its reason", () => {
  expect(problemsWith(join(folder, "none.png"))).toMatch(
    /^avatar: the file none\.png does not exist \(.*none\.png\)$/,
  );
  expect(problemsWith(folder)).toMatch(/^avatar: .* is not a file$/);
  writeFileSync(file, "<svg/>");
  expect(problemsWith(file)).toMatch(/^avatar: the file logo\.png is not a PNG, JPEG or GIF image/);
  writeFileSync(file, Buffer.concat([image("one"), Buffer.alloc(1024 * 1024)]));
  expect(problemsWith(file)).toMatch(
    /^avatar: the file logo\.png has \d+ bytes, and an avatar can have at most 1048576/,
  );
  writeFileSync(file, Buffer.from("ffd8ffe000104a46", "hex"));
  expect(problemsWith(file)).toBe("");
  writeFileSync(file, "GIF89a");
  expect(problemsWith(file)).toBe("");
});
