/** Every kind, as the example of its own declaration, in one stack on a real engine. */
import { kinds } from "../../src/kinds";
import type { Kind } from "../../src/kinds/kind";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const indent = (text: string) => text.replace(/^(?=.)/gm, "    ");

/** The examples of the kinds that belong to a parent, but for those that are parents themselves. */
function examples(parent: string, without: readonly string[] = []): string[] {
  const chosen = (kind: Kind) =>
    kind.parents.includes(parent as never) && kind.provides === undefined && !without.includes(kind.name);
  return kinds.filter(chosen).map((kind) => kind.yaml.example);
}

test("the examples of all kinds are made, show no change, and are destroyed", async () => {
  const project = await Project.start();
  Object.assign(project.env, { CI_WEBHOOK_SECRET: "one", DEPLOY_TOKEN: "two" });
  try {
    // What needs commits, and a secret of `pass`, is in stacks of its own.
    const special = [
      "Branch",
      "Tag",
      "RepositoryFile",
      "BranchRestriction",
      "PipelineSchedule",
      "PipelineSshKeyPair",
      "PipelinesConfig",
    ];
    const yaml = [
      "workspace: acme",
      "defaults: { repository: { deletion: allow }, project: { deletion: allow } }",
      "projects:\n  PLAT:\n    name: Platform",
      ...examples("project").map(indent),
      "repositories:\n  api:\n    project: PLAT\n    pipelinesEnabled: true",
      ...examples("repository", special).map(indent),
      "    branchRestrictions:\n      no-force: { kind: force, pattern: main }",
      ...examples("workspace"),
    ];
    await project.yaml(`${yaml.join("\n")}\n`);
    const up = await project.up();
    expect(up.output).not.toMatch(/error/);
    expect(up.exitCode).toBe(0);
    const preview = await project.preview(["--expect-no-changes"]);
    expect(preview.output).not.toMatch(/bitbucket:\w+ \S+ (update|replace|create) /);
    expect(preview.exitCode).toBe(0);
    const destroy = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"], {
      BITBUCKET_ALLOW_DELETIONS: "100",
    });
    expect(destroy.output).not.toMatch(/error/);
    expect(project.acme.repositories.size).toBe(0);
    expect(project.acme.projects.size).toBe(0);
  } finally {
    await project.close();
  }
});
