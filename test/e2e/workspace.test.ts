/**
 * A stack's workspace is identified by UUID: another one is refused, and a new slug of the same one is no
 * change.
 */
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (workspace: string, description = "The API") => `
workspace: ${workspace}
projects:
  PLAT: { name: Platform, deletion: allow }
repositories:
  api:
    project: PLAT
    description: ${description}
    deletion: allow
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    variables: { LEVEL: info }
    defaultReviewers: [bob]
`;
const everything = { BITBUCKET_ALLOW_DELETIONS: "99" };

/** A project whose user is a member of both workspaces. */
async function start(program?: string): Promise<Project> {
  const project = await Project.startWithVault(program);
  const { state } = project.emulator;
  const alice = [...state.users.values()].find(({ nickname }) => nickname === "alice")?.uuid ?? "";
  state.workspaces.get("globex")?.members.set(alice, "owner");
  return project;
}

/** The engine's last message: it shows each one once before, as it arrives. */
function diagnostics({ output }: { readonly output: string }): string {
  return output.split("Diagnostics:")[1] ?? "";
}

let project: Project;

async function stateOf(): Promise<string> {
  return JSON.stringify(await project.deployment(), undefined, 1);
}

describe("a stack of YAML", () => {
  let begin: () => Promise<void>;
  beforeAll(async () => {
    project = await start();
    await project.yaml(yaml("acme"));
    expect((await project.up()).exitCode).toBe(0);
    begin = await project.keep();
  });
  beforeEach(async () => {
    await begin();
    await project.yaml(yaml("acme"));
  });
  afterAll(() => project.close());

  test("another workspace is refused before the first change, in a preview too", async () => {
    const uuid = project.acme.uuid;
    expect((await stateOf()).match(new RegExp(`"workspaceUuid": "${uuid}"`, "g"))).toHaveLength(2);
    const before = project.writes.length;

    await project.yaml(yaml("globex"));
    const refusal =
      /belongs to the workspace acme \(\{.*\}\), and globex is another workspace\. Nothing was changed/;
    const engine = await project.up(everything);
    expect(diagnostics(engine).match(new RegExp(refusal, "g"))).toHaveLength(1);
    expect(engine.exitCode).not.toBe(0);
    const preview = await project.cli(["preview", "test", "--changed"], everything);
    expect(preview.output).toMatch(refusal);
    expect(preview.exitCode).toBe(1);
    const up = await project.cli(["up", "test", "--yes"], everything);
    expect(up.output).toMatch(refusal);
    expect(up.exitCode).not.toBe(0);
    const drift = await project.cli(["drift", "test"]);
    expect(drift.output).toMatch(refusal);
    expect(drift.exitCode).toBe(1);
    expect((await project.cli(["unmanaged", "test"])).output).toMatch(refusal);
    const repair = await project.cli(["repair", "test", "--dry-run"]);
    expect(repair.output).toMatch(refusal);
    expect(repair.exitCode).toBe(1);
    const state = await stateOf();
    // Its members are others, too.
    await project.yaml(yaml("globex").replace(/.*defaultReviewers.*\n/, ""));
    const imported = await project.cli(["import", "globex", "--stack", "test"]);
    expect(imported.output).toMatch(refusal);
    expect(imported.exitCode).toBe(1);
    expect(await stateOf()).toBe(state);
    expect(project.writes).toHaveLength(before);
    expect(project.emulator.state.workspaces.get("globex")?.repositories.size).toBe(0);
  });

  test("a workspace that was renamed goes on after one line of YAML was edited", async () => {
    const before = project.writes.length;
    project.emulator.renameWorkspace("acme", "initech");

    const renamed =
      /The workspace acme was renamed to initech\. Nothing was changed\. Set "workspace: initech"/g;
    const old = await project.cli(["preview", "test", "--changed"]);
    expect(old.output).toMatch(renamed);
    expect(old.exitCode).toBe(1);

    await project.yaml(yaml("initech"));
    const preview = await project.preview(["--expect-no-changes"]);
    expect(preview.output).toMatch(/6 unchanged/);
    expect(diagnostics(preview).match(/The workspace acme was renamed to initech/g)).toHaveLength(1);
    expect(preview.exitCode).toBe(0);
    const early = await project.cli(["drift", "test", "--fail-on-pending"]);
    expect(early.exitCode).toBe(0);
    expect((await project.cli(["repair", "test", "--dry-run"])).exitCode).toBe(0);
    const up = await project.up();
    expect(up.output).toMatch(/6 unchanged/);
    expect(up.exitCode).toBe(0);
    expect(project.writes).toHaveLength(before);
    const state = await stateOf();
    expect(state).not.toMatch(/"workspace": "acme"/);
    expect(state).toMatch(/"workspace": "initech"/);

    // With the old slug again: the state has the new one.
    await project.yaml(yaml("acme"));
    const again = await project.cli(["preview", "test", "--changed"]);
    expect(again.output).toMatch(/There is no workspace acme.*set\s+"workspace: initech"/s);
    expect(again.exitCode).toBe(1);
    expect(project.writes).toHaveLength(before);

    await project.yaml(yaml("initech", "Another text"));
    expect((await project.up()).exitCode).toBe(0);
    expect(project.writes).toHaveLength(before + 1);
    const drift = await project.cli(["drift", "test"]);
    expect(drift.exitCode).toBe(0);
    const destroyed = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    expect(destroyed.exitCode).toBe(0);
    expect(project.emulator.state.workspaces.get("initech")?.repositories.size).toBe(0);
  });

  test("slug and UUID of one workspace are no change, without a refresh as well", async () => {
    const before = project.writes.length;
    await project.yaml(yaml(`"${project.acme.uuid}"`));
    expect((await project.cli(["drift", "test", "--fail-on-pending"])).exitCode).toBe(0);
    const preview = await project.cli(["preview", "test", "--expect-no-changes"]);
    expect(preview.output).toMatch(/5 unchanged/);
    expect(preview.exitCode).toBe(0);
    const up = await project.pulumi([
      ...["up", "--yes", "--skip-preview", "--refresh=false"],
      ...["--stack", "test"],
    ]);
    expect(up.output).toMatch(/6 unchanged/);
    expect(up.exitCode).toBe(0);
    expect(project.writes).toHaveLength(before);
  });
});

const program = (workspace: string, reviewers: readonly string[]) => `
const { Project, Repository, DefaultReviewer } = require("bitbucket-as-code");
const workspace = ${JSON.stringify(workspace)};
const project = new Project("plat", { workspace, key: "PLAT", name: "Platform", deletion: "allow" });
const api = new Repository("api", { workspace, name: "api", project: "PLAT", deletion: "allow" }, { dependsOn: project });
${reviewers
  .map(
    (user, index) =>
      `new DefaultReviewer("reviewer-${index}", { workspace, repository: api.id, user: ${JSON.stringify(user)} });`,
  )
  .join("\n")}
`;

test("a program of its own is held to its workspace, and may write its users in another way", async () => {
  const reviewers = ["alice", "bob", "carol"];
  project = await start(program("acme", reviewers));
  try {
    expect((await project.up()).exitCode).toBe(0);
    const before = project.writes.length;
    await project.write("index.js", program("globex", reviewers));
    const refused = await project.up();
    expect(refused.output).toMatch(/globex is another workspace\. Nothing was changed/);
    expect(refused.exitCode).not.toBe(0);
    expect(project.writes).toHaveLength(before);

    const users = [...project.emulator.state.users.values()];
    const [alice = "", bob = "", carol = ""] = reviewers.map(
      (name) => users.find(({ nickname }) => nickname === name)?.uuid,
    );
    const isNoChange = async (spellings: readonly string[]) => {
      const writes = project.writes.length;
      await project.write("index.js", program("acme", spellings));
      const up = await project.up();
      expect(up.output).toMatch(/6 unchanged/);
      expect(up.exitCode).toBe(0);
      expect(project.writes).toHaveLength(writes);
    };
    await isNoChange(["Alice Archer", bob.toUpperCase(), "carol@acme.example"]);

    // A second resource for the same user: whether it is new or both are.
    await project.write("index.js", program("acme", [...reviewers, bob]));
    const second = await project.up();
    expect(second.output).toMatch(/another resource of this program has the same user/);
    expect(second.exitCode).not.toBe(0);
    await isNoChange([alice, "bob", carol]);
    expect(project.repository("api").reviewers).toEqual(new Set([alice, bob, carol]));
  } finally {
    await project.close();
  }
});
