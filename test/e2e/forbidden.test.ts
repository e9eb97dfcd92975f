/** A credential without the scopes: every command that sends requests names the ones it requires. */
import { Project } from "./support/project";

jest.setTimeout(300_000);

/** The writes that were not refused. */
function written(): readonly string[] {
  return project.emulator.requests
    .filter(({ method, status }) => method !== "GET" && status < 400)
    .map(({ method, path }) => `${method} ${path}`);
}

const yaml = `
workspace: acme
projects: { PLAT: { name: Platform } }
repositories:
  api:
    project: PLAT
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
`;

let project: Project;
let before: readonly string[];
/** An environment with a token that has only these scopes. */
let withScopes: (...scopes: string[]) => Record<string, string>;

beforeAll(async () => {
  project = await Project.start();
  await project.yaml(yaml);
  expect((await project.up()).exitCode).toBe(0);
  before = written();
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
const some = [repositories, "read:project:bitbucket", "read:workspace:bitbucket"];
const pullRequest = ["--repository", "acme/api", "--pull-request", "1"];

test.each([
  [["drift", "test"], [], repositories],
  [["drift", "test", "--strict"], some, "read:webhook:bitbucket"],
  [["preview", "test"], some, "read:webhook:bitbucket"],
  [["preview", "test"], [], repositories],
  [["up", "test", "--yes", "--skip-preview"], [], repositories],
  [["import", "acme", "--stack", "other", "--dry-run"], [], "read:workspace:bitbucket"],
  [["unmanaged", "test", "--expect-none"], [], repositories],
  [["repair", "test", "--yes"], [], repositories],
  [["caches", "clear", "acme/api"], ["read:user:bitbucket"], "write:pipeline:bitbucket"],
  [["git", "clone", "acme/*"], [], repositories],
  [["migrate", "audit", "--workspace", "acme"], [], repositories],
  [["api", "repositories/acme"], [], repositories],
  [["report", "plan.json", "--comment", ...pullRequest], [], "read:pullrequest:bitbucket"],
  [["plan", "pull", "test", "--out", "pulled.json", ...pullRequest.slice(0, 2)], [], repositories],
] as const)("%j with the scopes %j asks for %s", async (args, scopes, missing) => {
  if (args[0] === "report") await project.cli(["preview", "test", "--out", "plan.json"]);
  const { output, exitCode } = await project.cli([...args], withScopes(...scopes));
  expect(output.replace(/\s+/g, " ")).toMatch(
    new RegExp(`(requires( the scopes)?( \\S+,)*|lacks the scope|needs) ${missing}`),
  );
  expect(output).not.toMatch(/\n {4}at /);
  // A drift report says with 4 that something is unknown.
  expect(exitCode).toBe(args.some((arg) => arg === "--strict") ? 4 : 1);
  expect(written()).toEqual(before);
});

test("an import goes on without what the credential may not read, and says so", async () => {
  const { output, exitCode } = await project.cli(
    ["import", "acme", "--stack", "other", "--dry-run"],
    withScopes(...some),
  );
  expect(output).toMatch(/Not imported:[\s\S]* webhooks of .*: could not be read.* read:webhook:bitbucket/);
  expect(exitCode).toBe(0);
});

test("an error in a refresh is shown at its resource, and not printed by Pulumi's host as well", async () => {
  const { output, exitCode } = await project.preview([], withScopes(...some));
  expect(output).toMatch(/Webhook \(api:ci\):\s+error: .*read:webhook:bitbucket/);
  // The host prints the message, a colon, and the stack, of which there is none.
  expect(output).not.toMatch(/\.: *$/m);
  expect(exitCode).not.toBe(0);
});
