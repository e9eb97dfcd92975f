/** Two spellings of one user are the same user, and are refused with both positions. */
import { LiveReader } from "../../src/live";
import { resolveUsers } from "../../src/plan/users";
import { argsOf, load, problems, removeFolders } from "../desired/support/folder";
import { World } from "../kinds/support";

let world: World;
let bob: string;
beforeAll(async () => {
  world = await World.start();
  bob = [...world.emulator.state.users.values()].find(({ nickname }) => nickname === "bob")?.uuid ?? "";
});
afterAll(async () => {
  removeFolders();
  await world.close();
});

async function resolved(text: string) {
  const stack = await load(text);
  return { stack, users: await resolveUsers(stack.resources, new LiveReader(world.client), stack.workspace) };
}

const head =
  "workspace: acme\nprojects: { PLAT: { name: Platform } }\nrepositories:\n  api:\n    project: PLAT\n";

test.each([
  ["a nickname and a UUID", () => ["bob", `"${bob}"`]],
  ["a UUID in two cases", () => [`"${bob}"`, `"${bob.toUpperCase()}"`]],
  ["an e-mail address and a display name", () => ["bob@acme.example", "Bob Builder"]],
])("%s among the default reviewers", async (_name, spellings) => {
  const [first = "", second = ""] = spellings();
  const found = await problems(
    resolved(`${head}    defaultReviewers:\n      - ${first}\n      - ${second}\n`),
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/acme\.yaml:8:9.*repositories\.api\.defaultReviewers\[1\]/);
  expect(found[0]).toContain(
    `"${second.replaceAll('"', "")}" is the same user as "${first.replaceAll('"', "")}" of`,
  );
  expect(found[0]).toMatch(
    /repositories\.api\.defaultReviewers\[0\] in \S+acme\.yaml:7, so both would be the same default reviewer/,
  );
});

test("two permissions of one user, in a repository and in a project", async () => {
  const found = await problems(
    resolved(
      "workspace: acme\nprojects:\n  PLAT:\n    name: Platform\n    userPermissions: { bob: read, bob@acme.example: admin }\nrepositories:\n  api:\n    project: PLAT\n    userPermissions: { bob: read, Bob Builder: write }\n",
    ),
  );
  expect(found).toEqual([
    expect.stringMatching(/acme\.yaml:5.*both would be the same project permission of a user/),
    expect.stringMatching(/acme\.yaml:9.*both would be the same repository permission of a user/),
  ]);
});

test("two spellings in the list of one restriction", async () => {
  const found = await problems(
    resolved(
      `${head}    branchRestrictions:\n      main:\n        kind: push\n        pattern: main\n        users:\n          - alice\n          - bob\n          - "${bob}"\n`,
    ),
  );
  expect(found).toEqual([
    expect.stringMatching(/acme\.yaml:13:13.*is the same user as "bob" of .*acme\.yaml:12/),
  ]);
});

test("the same user elsewhere, and other users beside it, are none", async () => {
  const { stack } = await resolved(
    `${head}    defaultReviewers: [alice, bob]\n    userPermissions: { bob: write }\n  web: { project: PLAT, defaultReviewers: ["${bob}"] }\n`,
  );
  expect(argsOf(stack, "DefaultReviewer", "api:bob")).toBeDefined();
});
