import type { Emulator } from "../../packages/emulator/src";
import { encoded, type Json, repository, start } from "./support";

const path = "/repositories/acme/api/branch-restrictions";
const bobOf = (emulator: Emulator) =>
  [...emulator.state.users.values()].find((user) => user.nickname === "bob")?.uuid ?? "";

describe("branch restrictions", () => {
  test("are made, changed in part, filtered and deleted", async () => {
    const { alice } = await start();
    await repository(alice);
    const made = await alice("POST", path, {
      kind: "require_approvals_to_merge",
      branch_match_kind: "glob",
      pattern: "main",
      value: 2,
    });
    expect(made.status).toBe(201);
    await alice("POST", path, { kind: "force", branch_match_kind: "glob", pattern: "main" });
    await alice("POST", path, {
      kind: "force",
      branch_match_kind: "branching_model",
      branch_type: "release",
      pattern: "",
    });
    const one = `${path}/${made.body.id}`;
    expect((await alice("PUT", one, { value: 3 })).body).toMatchObject({
      kind: "require_approvals_to_merge",
      pattern: "main",
      value: 3,
    });
    const found = async (query: string) => (await alice("GET", `${path}?${query}`)).body.values.length;
    expect([
      await found("kind=force"),
      await found("pattern=main"),
      await found("kind=force&pattern=main"),
    ]).toEqual([2, 2, 1]);
    expect((await alice("DELETE", one)).status).toBe(204);
    expect((await alice("GET", one)).status).toBe(404);
  });

  test.each([
    ["of the same kind and pattern", { branch_match_kind: "glob", pattern: "main" }],
    [
      "of the same kind and branch type",
      { branch_match_kind: "branching_model", branch_type: "release", pattern: "" },
    ],
  ])("%s cannot be there twice", async (_name, match) => {
    const { alice } = await start();
    await repository(alice);
    expect((await alice("POST", path, { kind: "delete", ...match })).status).toBe(201);
    expect((await alice("POST", path, { kind: "delete", ...match })).status).toBe(409);
    expect((await alice("POST", path, { kind: "force", ...match })).status).toBe(201);
  });

  test.each([
    ["kind", { kind: "no_such_kind", branch_match_kind: "glob", pattern: "main" }],
    ["pattern", { kind: "force", branch_match_kind: "glob", pattern: "" }],
    ["branch_type", { kind: "force", branch_match_kind: "branching_model", branch_type: "spike" }],
    ["value", { kind: "require_approvals_to_merge", branch_match_kind: "glob", pattern: "main" }],
    [
      "groups",
      { kind: "force", branch_match_kind: "glob", pattern: "main", groups: [{ slug: "developers" }] },
    ],
    ["groups", { kind: "push", branch_match_kind: "glob", pattern: "main", groups: [{ slug: "nobody" }] }],
  ])("are refused for a wrong %s", async (field, body) => {
    const { alice } = await start();
    await repository(alice);
    const answer = await alice("POST", path, body);
    expect([answer.status, Object.keys(answer.body.error.fields)]).toEqual([400, [field]]);
  });

  test("except users who can write, and groups, told with their names", async () => {
    const { alice, emulator } = await start();
    await repository(alice);
    const bob = bobOf(emulator);
    const body = { kind: "push", branch_match_kind: "glob", pattern: "main", users: [{ uuid: bob }] };
    expect((await alice("POST", path, body)).status).toBe(400);
    await alice("PUT", `/repositories/acme/api/permissions-config/users/${encoded(bob)}`, {
      permission: "write",
    });
    // Found on the real service.
    expect((await alice("POST", path, { ...body, groups: [] })).status).toBe(500);
    const made = await alice("POST", path, { ...body, groups: [{ slug: "developers" }] });
    expect(made.body.users).toMatchObject([{ uuid: bob, display_name: "Bob Builder" }]);
    expect(made.body.groups).toMatchObject([{ slug: "developers", name: "Developers" }]);
  });
});

describe("branching models", () => {
  const settings = "/repositories/acme/api/branching-model/settings";
  const ofProject = "/workspaces/acme/projects/PLAT/branching-model/settings";

  test.each([settings, ofProject])("are always there and change in part: %s", async (at) => {
    const { alice } = await start();
    await repository(alice, "api", true);
    const before = (await alice("GET", at)).body;
    expect(before.development).toMatchObject({ use_mainbranch: true });
    const changed = await alice("PUT", at, {
      production: { enabled: true, use_mainbranch: true },
      branch_types: [
        { kind: "feature", prefix: "feat/" },
        { kind: "hotfix", enabled: false },
      ],
    });
    expect(changed.status).toBe(200);
    expect(changed.body.development).toEqual(before.development);
    expect(changed.body.production).toMatchObject({ enabled: true, use_mainbranch: true });
    const types = changed.body.branch_types as Json[];
    expect(types.find((type) => type.kind === "feature").prefix).toBe("feat/");
    // `enabled` is omitted if it is true.
    expect(types.map((type) => type.enabled)).toEqual([undefined, undefined, undefined, false]);
  });

  test("are refused whole where a branch is not there or a prefix begins another", async () => {
    const { alice } = await start();
    await repository(alice, "api", true);
    const before = (await alice("GET", settings)).body;
    const put = async (body: object) => (await alice("PUT", settings, body)).status;
    expect(await put({ development: { use_mainbranch: false, name: "nowhere" } })).toBe(400);
    expect(
      await put({
        branch_types: [
          { kind: "feature", prefix: "f/" },
          { kind: "bugfix", prefix: "f/b/" },
        ],
      }),
    ).toBe(400);
    expect(await put({ branch_types: [{ kind: "spike", prefix: "s/" }] })).toBe(400);
    expect((await alice("GET", settings)).body).toEqual(before);
  });

  test("of a project apply until the repository overrides them", async () => {
    const { alice } = await start();
    await repository(alice, "api", true);
    await alice("PUT", ofProject, { branch_types: [{ kind: "feature", prefix: "p/" }] });
    const prefix = async () =>
      (await alice("GET", "/repositories/acme/api/effective-branching-model")).body.branch_types[0].prefix;
    expect(await prefix()).toBe("p/");
    await alice("PUT", "/repositories/acme/api/override-settings", { branching_model: true });
    expect(await prefix()).toBe("feature/");
    const own = await alice("GET", "/repositories/acme/api/branching-model");
    expect(own.body.development).toMatchObject({ name: "main", branch: { name: "main" } });
  });
});
