/** The address in a committed stack configuration only gets a credential from the same place. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  const { url } = project.emulator;
  delete project.env.BITBUCKET_API_URL;
  await project.write(
    "Pulumi.test.yaml",
    `config:\n  bitbucket:apiUrl: ${url}\n  bitbucket:workspace: acme\n`,
  );
  await project.yaml("workspace: acme\nprojects: { PLAT: { name: Platform } }\n");
});
afterAll(() => project.close());

const refusal = () =>
  new RegExp(
    `not sent to ${project.emulator.url}[\\s\\S]*bitbucket:apiUrl in the stack's\\s+configuration[\\s\\S]*from\\s+BITBUCKET_TOKEN[\\s\\S]*BITBUCKET_API_URL`,
  );

test.each([
  ["pulumi preview", () => project.preview()],
  ["pulumi up", () => project.up()],
  ["up", () => project.cli(["up", "test", "--yes"])],
  ["preview", () => project.cli(["preview", "test"])],
  ["drift", () => project.cli(["drift", "test"])],
  ["repair", () => project.cli(["repair", "test", "--dry-run"])],
  ["unmanaged", () => project.cli(["unmanaged", "test"])],
  ["api", () => project.cli(["api", "/workspaces/acme"], { PULUMI_STACK: "test" })],
  ["doctor", () => project.cli(["doctor", "test"])],
  ["auth status", () => project.cli(["auth", "status", "test"])],
  ["import", () => project.cli(["import", "acme", "--stack", "test"])],
])("%s sends nothing there", async (_name, run) => {
  const { output, exitCode } = await run();
  expect(output).toMatch(refusal());
  expect(exitCode).not.toBe(0);
  expect(project.emulator.requests).toEqual([]);
});

test("BITBUCKET_API_URL says that it is meant", async () => {
  const env = { BITBUCKET_API_URL: project.emulator.url };
  expect((await project.up(env)).exitCode).toBe(0);
  expect(project.acme.projects.has("PLAT")).toBe(true);
});
