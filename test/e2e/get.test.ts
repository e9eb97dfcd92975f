/** A program reads existing objects without managing them. */
import { Project } from "./support/project";

jest.setTimeout(180_000);

const program = `
const { BranchRestriction, BranchingModel, PipelineVariable, Project, Repository, Webhook, getRepositoryOutput } = require("bitbucket-as-code");
const pulumi = require("@pulumi/pulumi");
const workspace = "acme";
const stage = process.env.STAGE;
if (stage !== "made") {
  const platform = Project.get("platform", "PLAT", { workspace });
  const api = Repository.get("api", "api", { workspace });
  const same = Repository.get("same", api.id, { workspace });
  const hook = Webhook.get("hook", "https://ci.example.com/hook", { workspace, repository: api.uuid });
  const again = Webhook.get("again", hook.uuid, { workspace, repository: api.uuid });
  const rule = BranchRestriction.get("rule", "push to main", { workspace, repository: api.uuid, kind: "push", pattern: "main" });
  const model = BranchingModel.get("model", "model", { workspace, repository: api.uuid });
  const level = PipelineVariable.get("level", "LOG_LEVEL", { workspace, repository: api.uuid });
  if (stage === "gone") Webhook.get("gone", "https://ci.example.com/nowhere", { workspace, repository: api.uuid });
  new Webhook("mine", { workspace, repository: api.uuid, url: pulumi.interpolate\`https://ci.example.com/\${api.slug}/mine\`, events: hook.events });
  exports.read = {
    project: platform.name, repository: api.fullName, clone: api.cloneSsh, isPrivate: api.isPrivate,
    same: pulumi.all([same.id, api.uuid]).apply(([a, b]) => a === b), events: hook.events, active: again.active,
    rule: rule.kind, model: model.development, level: level.value,
    looked: getRepositoryOutput({ workspace, repository: api.uuid }).name, isHook: Webhook.isInstance(hook),
  };
}
`;

const yaml = `
workspace: acme
projects:
  PLAT: { name: Platform, isPrivate: false }
repositories:
  api:
    project: PLAT
    mainBranch: main
    isPrivate: false
    webhooks:
      hook: { url: https://ci.example.com/hook, events: [repo:push, repo:fork] }
    variables:
      LOG_LEVEL: debug
    branchRestrictions:
      main: { kind: push, pattern: main, users: [] }
`;

test("objects are read by id, key and place; refreshed with the state; and left alone when they leave the program", async () => {
  const owner = await Project.startWithVault();
  try {
    await owner.yaml(yaml);
    expect(await owner.up()).toMatchObject({ exitCode: 0 });
    const repository = owner.repository("api");
    await owner.write("index.js", program);
    await owner.pulumi(["stack", "init", "reader"]);
    const reader = (args: readonly string[], STAGE = "") =>
      owner.pulumi([...args, "--stack", "reader"], { STAGE });

    const preview = await reader(["preview"]);
    expect(preview).toMatchObject({ exitCode: 0 });
    const before = owner.writes.length;
    const up = await reader(["up", "--yes", "--skip-preview"]);
    expect(up).toMatchObject({ exitCode: 0 });
    // The webhook of its own is all that is written.
    expect(owner.writes.slice(before)).toHaveLength(1);
    const { output } = await reader(["stack", "output", "read", "--json"]);
    expect(JSON.parse(output)).toEqual({
      project: "Platform",
      repository: "acme/api",
      clone: "git@bitbucket.org:acme/api.git",
      isPrivate: false,
      same: true,
      events: ["repo:fork", "repo:push"],
      active: true,
      rule: "push",
      model: { useMainBranch: true },
      level: "debug",
      looked: "api",
      isHook: true,
    });
    expect(await reader(["preview", "--expect-no-changes"])).toMatchObject({ exitCode: 0 });

    // What changed on the server is seen, and not put right.
    const hook = [...repository.hooks.values()].find((one) => String(one.url).endsWith("/hook"));
    await owner.somebody("PUT", `/repositories/acme/api/hooks/${hook?.uuid}`, {
      url: hook?.url,
      description: "by hand",
      active: false,
      events: ["repo:push"],
    });
    const later = await reader(["up", "--yes", "--skip-preview"]);
    expect(later).toMatchObject({ exitCode: 0 });
    expect(hook?.active).toBe(false);
    expect(JSON.parse((await reader(["stack", "output", "read", "--json"])).output)).toMatchObject({
      active: false,
      events: ["repo:push"],
    });

    const gone = await reader(["preview"], "gone");
    expect(gone.exitCode).not.toBe(0);
    expect(gone.output.replace(/\s+/g, " ")).toContain(
      'Webhook.get: there is no webhook "https://ci.example.com/nowhere"',
    );
    expect(gone.output).not.toMatch(/ {4}at |node_modules/);

    // Only what is managed counts when it leaves the program, and only that is deleted.
    const empty = await owner.pulumi(["up", "--yes", "--skip-preview", "--stack", "reader"], {
      STAGE: "made",
      BITBUCKET_ALLOW_DELETIONS: "1",
    });
    expect(empty).toMatchObject({ exitCode: 0 });
    expect([...repository.hooks.values()].map((one) => String(one.url))).toEqual([
      "https://ci.example.com/hook",
    ]);
    expect(owner.acme.repositories.has("api")).toBe(true);
  } finally {
    await owner.close();
  }
});
