/** Adopts objects that somebody created by hand. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (adopt: string, ofRepository = "") => `
workspace: acme
${adopt}
projects:
  PLAT: { name: Platform, description: Ours }
repositories:
  api:
    project: PLAT
    description: The public API
    ${ofRepository}
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    variables: { LEVEL: info, NEW: made }
  web: { project: PLAT }
`;

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
});
afterAll(() => project.close());

const fresh = async () => {
  await project.startOver();
  project.acme.repositories.clear();
  project.acme.projects.clear();
  await project.somebody("POST", "/workspaces/acme/projects", { key: "PLAT", name: "By hand" });
  await project.somebody("POST", "/repositories/acme/api", {
    project: { key: "PLAT" },
    description: "By hand",
    is_private: true,
  });
  await project.somebody("POST", "/repositories/acme/api/hooks", {
    url: "https://ci.example.com/hook",
    description: "old",
    active: false,
    events: ["issue:created"],
  });
  await project.somebody("POST", "/repositories/acme/api/pipelines_config/variables", {
    key: "LEVEL",
    value: "debug",
  });
};

// Each front end looks for what exists with code of its own.
test.each(["nodejs", "yaml"] as const)(
  "what exists and differs is left alone, and the ways to adopt it are named: runtime %s",
  async (runtime) => {
    await project.runOn(runtime);
    await fresh();
    await project.yaml(yaml(""));
    const preview = await project.preview();
    expect(preview.output).toMatch(
      /warning: exists .* and differs in name, description: an apply would stop before changing it/,
    );
    expect(preview.output).toMatch(/Webhook \(api:ci\):\s+warning: exists/);
    const up = await project.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(
      /Project \(?PLAT\)?.*:\s+(?:warning: .*\n +)?error: .*exists \(id .*differs .* in name, description/,
    );
    expect(up.output).toMatch(
      /"adopt: true" on it \(in YAML, also on its repository or on the whole stack\).*BITBUCKET_ADOPT=1/,
    );
    expect(project.acme.projects.get("PLAT")?.name).toBe("By hand");
  },
);

test("a repository's consent holds for what is in it, and for nothing else", async () => {
  await fresh();
  await project.yaml(yaml("", "adopt: true").replace("Platform, description: Ours", "By hand"));
  const before = project.repository("api");
  const [hook] = [...before.hooks.values()];
  const up = await project.up();
  expect(up.output).toMatch(/project PLAT in acme: existed as declared, and was adopted/);
  expect(up.output).toMatch(/repository api in acme: adopted, with changes to description/);
  expect(up.output).toMatch(/\d+ requests to Bitbucket/);
  expect(up.exitCode).toBe(0);
  expect(project.repository("api")).toMatchObject({ uuid: before.uuid, description: "The public API" });
  expect([...project.repository("api").hooks.values()]).toMatchObject([
    { uuid: hook?.uuid, description: "ci", active: true, events: ["repo:push"] },
  ]);
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});

test("consent for the whole stack: the command line tells what was adopted from what was made", async () => {
  await fresh();
  await project.yaml(yaml("adopt: true"));
  project.emulator.requests.length = 0;
  const preview = await project.cli(["preview", "test"]);
  expect(preview.output).toMatch(/» Webhook api:ci\n/);
  expect(preview.output).toMatch(
    /Webhook api:ci: exists: to be adopted, with changes to description, events, active/,
  );
  expect(preview.output).toMatch(/2 to create, 4 to adopt, 0 unchanged/);
  expect(project.writes).toEqual([]);
  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toMatch(/» Project PLAT\n/);
  expect(up.output).toMatch(/» PipelineVariable api:LEVEL\n/);
  expect(up.output).toMatch(/\+ PipelineVariable api:NEW\n/);
  expect(up.output).toMatch(/2 created, 4 adopted, 0 unchanged/);
  expect(up.exitCode).toBe(0);
});

test("consent for one run", async () => {
  await fresh();
  await project.yaml(yaml(""));
  const up = await project.cli(["up", "test", "--yes", "--skip-preview", "--adopt", "--json"]);
  expect(up.exitCode).toBe(0);
  const outcome = JSON.parse(up.output.slice(up.output.indexOf("{"), up.output.lastIndexOf("}") + 1));
  expect(outcome.counts).toMatchObject({ create: 2, adopt: 4 });
  expect(project.acme.projects.get("PLAT")?.description).toBe("Ours");
});

test("the first preview, before there is a Pulumi stack, says what exists and what an apply would stop at", async () => {
  await fresh();
  await project.pulumi(["stack", "rm", "test", "--yes", "--force", "--preserve-config"]);
  await project.yaml(yaml("adopt: true"));
  const before = project.writes.length;
  const same = await project.cli(["preview", "test"]);
  expect(same.output).toMatch(/Webhook api:ci: exists: to be adopted, with changes to description/);
  expect(same.output).toMatch(/2 to create, 4 to adopt, 0 unchanged/);
  // Nor is there an engine that could run.
  expect((await project.cli(["preview", "test", "--engine"])).output).toMatch(/2 to create, 4 to adopt/);

  await project.yaml(yaml("").replace("NEW: made", "NEW: { fromEnv: NEW_VALUE, ifMissing: keep }"));
  const other = await project.cli(["preview", "test"]);
  expect(other.output).toMatch(/Project PLAT: exists .* differs in name, description: an apply would stop/);
  expect(other.output).toMatch(/error: PipelineVariable api:NEW is refused: value is not supplied yet/);
  expect(other.exitCode).toBe(1);
  const up = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(up.output).toMatch(
    /1 secret value is not supplied yet, and required .*\n.*environment variable NEW_VALUE/,
  );
  expect(up.output).toMatch(/Nothing was changed/);
  expect(up.exitCode).toBe(1);
  expect(project.writes).toHaveLength(before);
});
