/** `renamedFrom`: where it is allowed, and its possible mistakes. */
import { load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

test("anything with a key can say which it had, in a profile as well", async () => {
  const { resources } = await load(`
workspace: acme
profiles: { service: { webhooks: { build: { renamedFrom: ci, url: "https://ci.example.com", events: [repo:push] } } } }
projects: { PLAT: { name: Platform, renamedFrom: OLD } }
repositories:
  api: { profiles: [service], renamedFrom: "1", environments: { Live: { renamedFrom: Prod, type: Production } } }
`);
  expect(resources.map(({ name, renamedFrom }) => `${name} < ${renamedFrom}`)).toEqual([
    "PLAT < OLD",
    "api < 1",
    "api:Live < Prod",
    "api:build < ci",
  ]);
});

test("null says that it is no rename, and an empty value as well", async () => {
  const { resources } = await load(`
workspace: acme
repositories: { a: { renamedFrom: null }, b: { renamedFrom: }, c: {} }
`);
  expect(resources.map(({ renamedFrom }) => renamedFrom)).toEqual([null, null, undefined]);
});

test("what is no key, or the key itself, is refused at its place", async () => {
  expect(
    await problems(
      load(`
workspace: acme
defaults: { repository: { renamedFrom: x } }
repositories:
  a: { renamedFrom: [b] }
  b: { renamedFrom: b }
`),
    ),
  ).toEqual([
    'stacks/acme.yaml:3:27 defaults.repository.renamedFrom: unknown property "renamedFrom" of a repository',
    "stacks/acme.yaml:5:21 repositories.a.renamedFrom: must be its previous key, not a list",
    "stacks/acme.yaml:6:21 repositories.b.renamedFrom: must be its previous key, not its current one",
  ]);
});
