/** A credential without the scopes: every command that asks Bitbucket something says which ones it takes. */
import { Project } from "./support/project";

jest.setTimeout(300_000);

const yaml = `
workspace: acme
projects: { PLAT: { name: Platform } }
repositories:
  api:
    project: PLAT
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
`;

let project: Project;
let writes: number;
/** An environment with a token that has these scopes alone. */
let withScopes: (...scopes: string[]) => Record<string, string>;

beforeAll(async () => {
  project = await Project.start();
  await project.yaml(yaml);
  expect((await project.up()).exitCode).toBe(0);
  writes = project.writes.length;
  const alice = [...project.emulator.state.users.values()].find(({ nickname }) => nickname === "alice");
  withScopes = (...scopes) => ({
    BITBUCKET_TOKEN: project.emulator.createToken({
      name: "narrow",
      kind: "api_token",
      scopes,
      user: alice?.uuid,
    }).secret,
  });
});
afterAll(() => project.close());

const repositories = "read:repository:bitbucket";

test.each([
  [["drift", "test"], [], repositories],
  [["drift", "test"], [repositories, "read:project:bitbucket"], "read:webhook:bitbucket"],
  [["preview", "test"], [repositories, "read:project:bitbucket"], "read:webhook:bitbucket"],
  [["up", "test", "--yes", "--skip-preview"], [], repositories],
  [["import", "acme", "--stack", "other", "--dry-run"], [], repositories],
  [
    ["import", "acme", "--stack", "other", "--dry-run"],
    [repositories, "read:project:bitbucket"],
    "read:webhook:bitbucket",
  ],
  [["unmanaged", "test"], [], repositories],
  [["repair", "test", "--yes"], [], repositories],
  [["forget", "test", "api", "--yes"], [], ""],
  [["caches", "clear", "acme/api"], ["read:user:bitbucket"], "write:pipeline:bitbucket"],
  [["git", "clone", "acme/*"], [], repositories],
  [["migrate", "audit", "--workspace", "acme"], [], repositories],
  [["migrate", "audit", "--workspace", "acme", "--repositories", "api"], [], repositories],
  [["api", "repositories/acme"], [], repositories],
  [
    ["report", "plan.json", "--comment", "--repository", "acme/api", "--pull-request", "1"],
    [],
    "read:pullrequest:bitbucket",
  ],
  [
    ["report", "plan.json", "--status", "--repository", "acme/api", "--commit", "abcdef0123456789"],
    [],
    repositories,
  ],
] as const)("%j with the scopes %j asks for %s", async (args, scopes, missing) => {
  if (args[0] === "report") await project.cli(["preview", "test", "--out", "plan.json"]);
  const { output, exitCode } = await project.cli([...args], withScopes(...scopes));
  expect(output).toContain(missing);
  expect(output).toMatch(/missing: /);
  expect(output).toMatch(/id\.atlassian\.com|make a new/i);
  expect(output).not.toMatch(/\n {4}at /);
  expect(exitCode).toBe(1);
  expect(project.writes).toHaveLength(writes);
});
