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

test("what is wrong with a resource of a program is told in words, without its values", async () => {
  const secret = "s3cret-that-is-too-long-".repeat(8);
  const project = await Project.start(`
const { BranchRestriction, PipelineVariable, Webhook, keepSecret } = require("bitbucket-as-code");
const repository = "{11111111-0000-4000-8000-000000000000}";
const at = { workspace: "acme", repository };
// The engine stops at the first one that is wrong.
const wrong = {
  hook: () => new Webhook("hook", { ...at, url: "https://ci.example.com", events: "repo:push", active: "yes", secret: process.env.SECRET }),
  bare: () => new Webhook("bare", { ...at, url: "https://ci.example.com/2", secret: keepSecret }),
  later: () => new PipelineVariable("later", { ...at, key: "LATER", value: keepSecret, secured: true }),
  typo: () => new Webhook("typo", { ...at, url: "https://ci.example.com", events: ["repo:fork", "repo:psh"], skipCertVerificaton: true }),
  rule: () => new BranchRestriction("rule", { ...at, kind: "push", pattern: "main", users: 5 }),
};
wrong[process.env.WRONG]();
`);
  try {
    for (const [which, messages] of [
      [
        "hook",
        ["events must be a list", "active must be true or false", "secret must have at most 128 characters"],
      ],
      ["bare", ["events is needed", "secret is not supplied yet"]],
      ["later", ["value is not supplied yet"]],
      ["rule", ["users must be a list"]],
      [
        "typo",
        [
          'events[1] is none of the 29 values that are allowed. Did you mean "repo:push"?',
          'skipCertVerificaton is not a field of a webhook. Did you mean "skipCertVerification"?',
        ],
      ],
    ] as const) {
      const { output, exitCode } = await project.preview([], { SECRET: secret, WRONG: which });
      expect(exitCode).not.toBe(0);
      const said = output.replace(/\s+/g, " ");
      for (const message of messages) expect(said).toContain(`has a problem: ${message}`);
      expect(said).not.toMatch(/<nil>|\{&?\{|not supplied, keep|Invalid input|expected|s3cret/);
    }
    expect(project.writes).toEqual([]);
  } finally {
    await project.close();
  }
});
