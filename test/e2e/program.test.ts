/** The typed classes, from a user's own program. */
import { Project } from "./support/project";

jest.setTimeout(120_000);

const program = `
const { Project, Repository, Webhook, PipelineVariable, DeploymentEnvironment } = require("bitbucket-as-code");
const pulumi = require("@pulumi/pulumi");
const workspace = "acme";
const platform = new Project("platform", { workspace, key: "PLAT", name: "Platform", deletion: "allow" });
const api = new Repository("api", { workspace, name: "Api Gateway", project: platform.key, deletion: "allow" });
new Webhook("ci", { workspace, repository: api.uuid, url: pulumi.interpolate\`https://ci.example.com/\${api.slug}\`, events: ["repo:push"] });
const production = new DeploymentEnvironment("production", { workspace, repository: api.uuid, name: "Production", type: "Production" });
new PipelineVariable("token", {
  workspace, repository: api.uuid, environment: production.uuid, key: "TOKEN", value: process.env.TOKEN, secured: true,
});
exports.slug = api.slug;
exports.clone = api.cloneSsh;
exports.isRepository = Repository.isInstance(api) && !Project.isInstance(api);
`;

test("typed classes take outputs of each other, and give what the server made", async () => {
  const project = await Project.start(program);
  const TOKEN = "t0ken-of-the-program";
  try {
    const up = await project.up({ TOKEN });
    expect(up.output).toMatch(/slug *: "api-gateway"/);
    expect(up.output).toMatch(/clone *: "git@bitbucket\.org:acme\/api-gateway\.git"/);
    expect(up.output).toMatch(/isRepository *: true/);
    expect(up.exitCode).toBe(0);
    const repository = project.repository("api-gateway");
    expect([...repository.hooks.values()].map((hook) => hook.url)).toEqual([
      "https://ci.example.com/api-gateway",
    ]);
    expect((await project.preview(["--expect-no-changes"], { TOKEN })).exitCode).toBe(0);
    expect(await project.stateFiles()).not.toContain(TOKEN);
    expect(
      (await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"], { TOKEN })).exitCode,
    ).toBe(0);
    expect(project.acme.repositories.size).toBe(0);
  } finally {
    await project.close();
  }
});
