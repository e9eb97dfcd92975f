/** Renamed keys, renamed and moved repositories: recognized, and not deleted and recreated. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

interface Written {
  /** The key of the repository, and its other content. */
  readonly api: string;
  readonly environment?: string;
  readonly shards?: string;
  readonly project?: string;
}

// Repositories and projects are protected from deletion, which must not affect a rename.
const yaml = ({ api, environment = "Production:", shards = "", project = "PLAT" }: Written) => `
workspace: acme
${shards}
projects:
  PLAT: { name: Platform }
  DATA: { name: Data }
repositories:
  ${api}
    project: ${project}
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    environments:
      ${environment}
        type: Production
        variables: { REGION: eu }
`;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
  await project.runOn("yaml");
  await project.yaml(yaml({ api: "api:" }));
  const up = await project.up();
  expect(up.exitCode).toBe(0);
});
afterAll(() => project.close());
beforeEach(() => {
  project.emulator.requests.length = 0;
});

const ids = (slug: string) => {
  const { uuid, hooks, environments } = project.repository(slug);
  return [
    uuid,
    ...hooks.keys(),
    ...environments.keys(),
    ...[...environments.values()].flatMap((one) => [...one.variables.keys()]),
  ];
};

test("keys that were renamed in the YAML alone, of a repository and of an environment in it", async () => {
  const before = ids("api");
  await project.yaml(yaml({ api: "core:\n    name: api", environment: "live:\n        name: Production" }));
  const preview = await project.preview(["--expect-no-changes"]);
  expect(preview.output).toContain(
    "Repository core is what the state has as api: it continues under its new name",
  );
  expect(preview.output).toContain("DeploymentEnvironment core:live is what the state has as api:Production");
  expect(preview.exitCode).toBe(0);
  expect((await project.up()).exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  expect(ids("api")).toEqual(before);
  const again = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(again.output).not.toContain("is what the state has as");
  expect(again.exitCode).toBe(0);
});

test("a new key that makes a new name: a hint, and with renamedFrom a rename in place", async () => {
  const before = ids("api");
  await project.yaml(yaml({ api: "backend:" }));
  const hinted = await project.cli(["preview", "test"]);
  expect(hinted.output).toContain('set "renamedFrom: core" on backend');
  expect(hinted.exitCode).not.toBe(0);
  const stopped = await project.up();
  expect(stopped.output).toMatch(/set "renamedFrom: core" on backend[\s\S]*Nothing was changed/);
  expect(stopped.exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
  await project.yaml(yaml({ api: "backend:\n    renamedFrom: core", environment: "Production:" }));
  const up = await project.up();
  expect(up.output).not.toMatch(/\b(?:created|deleted|replaced)\b/);
  expect(up.exitCode).toBe(0);
  expect(ids("backend")).toEqual(before);
  expect(project.writes).toEqual([expect.stringMatching(/^PUT \/repositories\/acme\//)]);
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
});

test("a repository that somebody renamed and moved, once the YAML says the same", async () => {
  await project.somebody("PUT", "/repositories/acme/backend", { name: "Payments", project: { key: "DATA" } });
  project.emulator.requests.length = 0;
  const drift = await project.preview();
  expect(drift.output).toMatch(/Repository backend update \[diff: .*name/);
  await project.yaml(yaml({ api: "payments:\n    name: Payments", project: "DATA" }));
  const preview = await project.preview(["--expect-no-changes"]);
  expect(preview.output).toContain("Repository payments is what the state has as backend");
  expect(preview.exitCode).toBe(0);
  expect((await project.up()).exitCode).toBe(0);
  expect(project.writes).toEqual([]);
});

test("a new key that belongs into another shard takes the state there, of the program on Node", async () => {
  // That program recognizes what was renamed, and what has moved, with code of its own.
  await project.runOn("nodejs");
  expect((await project.up()).exitCode).toBe(0);
  const before = ids("payments");
  await project.yaml(
    yaml({
      api: "ledger:\n    name: Payments",
      project: "DATA",
      shards: "shards: { patterns: { books: led* } }",
    }),
  );
  const preview = await project.cli(["preview", "test", "--expect-no-changes"]);
  expect(preview.output).toMatch(/6 unchanged, 1 to move between shards/);
  expect(preview.exitCode).toBe(0);
  const changed = await project.cli(["preview", "test", "--changed", "--expect-no-changes"]);
  expect(changed.output).toMatch(/1 to move between shards/);
  expect(changed.exitCode).toBe(0);
  const direct = await project.preview();
  expect(direct.output).toMatch(/holds 4 resources that now belong to another shard/);
  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toMatch(/moving the state of Repository ledger from test to test\.books/);
  expect(up.exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  expect(ids("payments")).toEqual(before);
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
});
