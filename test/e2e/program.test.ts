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
  const project = await Project.startWithVault(program);
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
  const project = await Project.startWithVault(`
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
      ["bare", ["events is required", "secret is not supplied yet"]],
      ["later", ["value is not supplied yet"]],
      ["rule", ["users must be a list"]],
      [
        "typo",
        [
          'events[1] is not one of the 29 allowed values. Did you mean "repo:push"?',
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

test("a preview says what exists where the program is to create, and in what it differs", async () => {
  const project = await Project.startWithVault(`
const { Repository, Webhook } = require("bitbucket-as-code");
const workspace = "acme";
const api = new Repository("api", { workspace, name: "api", description: "declared" });
new Webhook("ci", { workspace, repository: api.uuid, url: "https://ci.example.com/x", events: ["repo:push"] });
new Webhook("fresh", { workspace, repository: api.uuid, url: "https://ci.example.com/fresh", events: ["repo:push"] });
`);
  try {
    await project.somebody("POST", "/repositories/acme/api", { name: "api", description: "by hand" });
    await project.somebody("POST", "/repositories/acme/api/hooks", {
      url: "https://ci.example.com/x",
      description: "",
      active: true,
      events: ["repo:push"],
    });
    const before = project.writes.length;
    const preview = await project.preview();
    expect(preview).toMatchObject({ exitCode: 0 });
    const said = preview.output.replace(/\s+/g, " ");
    expect(said).toMatch(/Repository \(api\): warning: exists \(id \{[^}]+\}\) and differs in description/);
    // What it advises can be written in a program.
    expect(said).toMatch(
      /"adopt: true" in its arguments.*BITBUCKET_ADOPT=1 for one run, or run "pulumi config set bitbucket:adopt true"/,
    );
    expect(said).not.toContain("for the whole stack");
    // Its place is an output that a preview does not know: the repository's id is that of the one that exists.
    expect(said).toMatch(/Webhook \(ci\): exists: to be adopted unchanged/);
    expect(said).not.toMatch(/Webhook \(fresh\)/);
    expect(project.writes).toHaveLength(before);
    // And it works.
    await project.configure("bitbucket:adopt", "true");
    expect((await project.preview()).output.replace(/\s+/g, " ")).toMatch(
      /Repository \(api\): exists: to be adopted, with changes to description/,
    );
  } finally {
    await project.close();
  }
});
