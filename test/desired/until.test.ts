/** `until`: when it ends, when that is announced, and its possible mistakes. */
import { load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const at = (now: string) => ({ now: new Date(now) });
const limited = `
workspace: acme
repositories:
  api:
    userPermissions:
      bob@acme.example: { permission: write, until: 2026-11-30 }
      eve@acme.example: read
`;
const names = async (now: string) =>
  (await load(limited, at(now))).resources.flatMap(({ kind, args }) =>
    kind.name === "RepositoryUserPermission" ? [args.user] : [],
  );
const warnings = async (text: string, now: string) =>
  (await load(text, at(now))).warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);

test("a permission is desired to the end of its last day in UTC, and not a second longer", async () => {
  expect(await names("2026-11-30T23:59:59.999Z")).toEqual(["bob@acme.example", "eve@acme.example"]);
  expect(await names("2026-12-01T00:00:00.000Z")).toEqual(["eve@acme.example"]);
});

test("those who edit the YAML keep it", async () => {
  const { resources } = await load(limited, { ...at("2027-01-01T00:00:00Z"), keepExpired: true });
  expect(resources.map(({ until }) => until)).toEqual([undefined, "2026-11-30", undefined]);
});

test("its end is announced a week before, by name, and said after", async () => {
  expect(await warnings(limited, "2026-11-22T23:59:59Z")).toEqual([]);
  expect(await warnings(limited, "2026-11-23T00:00:00Z")).toEqual([
    "6:53 ends with 2026-11-30 (UTC), in 7 days: an apply from 2026-12-01 on deletes repository permission of a user api:bob@acme.example (write)",
  ]);
  expect(await warnings(limited, "2026-11-29T12:00:00Z")).toEqual([
    expect.stringContaining("ends with 2026-11-30 (UTC), tomorrow:"),
  ]);
  expect(await warnings(limited, "2026-11-30T12:00:00Z")).toEqual([
    expect.stringContaining("ends with 2026-11-30 (UTC), today:"),
  ]);
  expect(await warnings(limited, "2026-12-05T00:00:00Z")).toEqual([
    "6:53 ended with 2026-11-30 (UTC): no longer desired, and deleted by the next apply if it is still there: repository permission of a user api:bob@acme.example (write)",
  ]);
});

test("a rule gives many repositories a last day with one announcement, and a repository sets its own or none", async () => {
  const text = `
workspace: acme
rules: [{ match: "*", groupPermissions: { contractors: { permission: read, until: 2026-11-30 } } }]
projects: { PLAT: { name: P, groupPermissions: { contractors: { permission: admin, until: "2026-11-01" } } } }
repositories:
  a: {}
  b: {}
  c: { groupPermissions: { contractors: { until: 2027-06-01 } } }
  d: { groupPermissions: { contractors: { until: null } } }
`;
  const { resources } = await load(text, at("2026-12-01T00:00:00Z"));
  expect(
    resources.flatMap(({ kind, name, until }) => (kind.canExpire ? [`${name} ${until ?? "always"}`] : [])),
  ).toEqual(["c:contractors 2027-06-01", "d:contractors always"]);
  expect(await warnings(text, "2026-12-01T00:00:00Z")).toEqual([
    expect.stringMatching(/^3:\d+ .*a:contractors \(read\), .*b:contractors \(read\)$/),
    expect.stringMatching(/^4:\d+ .*project permission of a group PLAT:contractors \(admin\)$/),
  ]);
});

test("what is no day, and other resources, are refused at their place", async () => {
  expect(
    await problems(
      load(`
workspace: acme
repositories:
  a:
    until: 2027-01-01
    userPermissions:
      b: { permission: read, until: 2027-02-30 }
      c: { permission: read, until: soon }
      d: { permission: read, until: [2027-01-01] }
      e: { permission: read, until: 2027-01-01T00:00:00Z }
`),
    ),
  ).toEqual([
    'stacks/acme.yaml:5:5 repositories.a.until: unknown property "until" of a repository',
    'stacks/acme.yaml:7:37 repositories.a.userPermissions.b.until: must be the last day on which it is desired, as 2027-01-31, not "2027-02-30"',
    'stacks/acme.yaml:8:37 repositories.a.userPermissions.c.until: must be the last day on which it is desired, as 2027-01-31, not "soon"',
    "stacks/acme.yaml:9:37 repositories.a.userPermissions.d.until: must be the last day on which it is desired, as 2027-01-31, not a list",
    'stacks/acme.yaml:10:37 repositories.a.userPermissions.e.until: must be the last day on which it is desired, as 2027-01-31, not "2027-01-01T00:00:00Z"',
  ]);
});
