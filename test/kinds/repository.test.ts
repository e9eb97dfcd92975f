import { repository } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { slugOf } from "../../src/kinds/slug";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { World } from "./support";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.parent("project");
  await world.parent("project");
});
afterAll(() => world.close());

async function create(args: Properties) {
  const { inputs, issues } = check(repository, {}, { workspace: "acme", ...args });
  expect(issues).toEqual([]);
  return { inputs, created: await world.run().lifecycle.create(repository, inputs) };
}

const held = (slug: string) => world.emulator.state.workspaces.get("acme")?.repositories.get(slug);

test("a fork is made of its parent, and is then managed like any other", async () => {
  await create({ name: "library", project: "P1", language: "go" });
  const { created } = await create({
    name: "library-fork",
    forkOf: "acme/library",
    project: "P2",
    deletion: "allow",
  });
  expect(held("library-fork")).toMatchObject({ parent: "acme/library", project: "P2" });
  expect(created.outputs.fullName).toBe("acme/library-fork");
});

test("a protected repository is not deleted, and the message says how it can be", async () => {
  const { created } = await create({ name: "precious", project: "P1" });
  await expect(world.run().lifecycle.delete(repository, created.id, created.outputs)).rejects.toThrow(
    /repository acme\/precious is protected from deletion.*deletion: "allow" on it, apply that, and then remove it/,
  );
  expect(held("precious")).toBeDefined();
});

test("archiving makes it private and moves it, and deletes nothing", async () => {
  const { created } = await create({
    name: "old",
    project: "P1",
    isPrivate: false,
    deletion: "archive",
    archiveProject: "P2",
  });
  await world.run().lifecycle.delete(repository, created.id, created.outputs);
  expect(held("old")).toMatchObject({ is_private: true, project: "P2" });
});

test("a slug that Bitbucket would not make is refused before any request", async () => {
  const { inputs } = await create({ name: "First Name", slug: "chosen", project: "P1" });
  const { issues } = check(repository, inputs, { ...inputs, name: "Second Name" });
  expect(issues).toEqual([{ path: ["slug"], message: expect.stringContaining('or set "second-name"') }]);
});

test.each([
  ["My Repository", "my-repository"],
  ["føøbar", "foobar"],
  ["Élan & Co.", "elan-co."],
  ["  a -- b  ", "a-b"],
  ["x".repeat(62), "x".repeat(62)],
])("%j gets the slug %j", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test("a name is looked up by the slug that the server makes of it", async () => {
  const { created } = await create({ name: "Crème brûlée", project: "P1" });
  const again = await create({ name: "Crème brûlée", project: "P1" });
  expect(again.created.id).toBe(created.id);
  expect(held("creme-brulee")?.uuid).toBe(created.id);
});

test("issues and wikis can be read, and set to false", async () => {
  const wanted = { name: "no-wiki", project: "P1", hasIssues: false, hasWiki: false };
  const { created, inputs } = await create(wanted);
  expect(created.outputs).toMatchObject({ hasIssues: false, hasWiki: false });
  const current = await world.run().lifecycle.read(repository, created.id, created.outputs);
  expect(diff(repository, current?.outputs ?? {}, inputs).changes).toBe(false);
  for (const [field, what] of [
    ["hasIssues", "issue trackers"],
    ["hasWiki", "wikis"],
  ] as const) {
    const { issues } = check(repository, {}, { workspace: "acme", name: "x", [field]: true });
    expect(issues).toEqual([
      {
        path: [field],
        message: expect.stringMatching(`cannot be true: Bitbucket removed ${what} on 2026-08-20. Remove`),
      },
    ]);
  }
});

test("a name without Latin letters is fine where a slug stands beside it, and nowhere else", async () => {
  const { created } = await create({ name: "日本語", slug: "nihongo", project: "P1" });
  expect(created.outputs).toMatchObject({ name: "日本語", fullName: "acme/nihongo" });
  const { issues } = check(repository, {}, { workspace: "acme", name: "日本語" });
  expect(issues).toEqual([{ path: ["name"], message: expect.stringContaining("also set the slug,") }]);
});

test("a public repository takes no policy against forks", () => {
  for (const forkPolicy of ["no_forks", "no_public_forks"]) {
    const { issues } = check(repository, {}, { workspace: "acme", name: "x", isPrivate: false, forkPolicy });
    expect(issues).toMatchObject([{ path: ["forkPolicy"], with: ["isPrivate"] }]);
  }
  expect(
    check(repository, {}, { workspace: "acme", name: "x", isPrivate: false, forkPolicy: "allow_forks" })
      .issues,
  ).toEqual([]);
});
