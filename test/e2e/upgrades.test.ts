/** State that an earlier version wrote is read by this one, and nothing is changed by the upgrade itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const folder = join(__dirname, "..", "upgrades");
const versions = readdirSync(folder);

test("there is a stored state of every released version", () => {
  const changelog = readFileSync(join(__dirname, "..", "..", "CHANGELOG.md"), "utf8");
  const released = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version);
  expect(versions).toEqual(expect.arrayContaining(released));
  expect(versions.length).toBeGreaterThan(0);
});

test.each(versions)("the state of %s shows no change, and goes on from there", async (version) => {
  const kept = (name: string) => readFileSync(join(folder, version, name), "utf8");
  const project = await Project.start();
  Object.assign(project.env, { CI_WEBHOOK_SECRET: "one", DEPLOY_TOKEN: "two" });
  try {
    project.emulator.restore(kept("emulator.json"));
    await project.yaml(kept("stack.yaml"));
    await project.write("Pulumi.test.yaml", kept("Pulumi.test.yaml"));
    await project.write("state.json", kept("state.json"));
    const imported = await project.pulumi(["stack", "import", "--file", "state.json", "--stack", "test"]);
    expect(imported.exitCode).toBe(0);

    const preview = await project.preview(["--expect-no-changes"]);
    expect(preview.output).not.toMatch(/bitbucket:\w+ \S+ (update|replace|create|delete) /);
    expect(preview.exitCode).toBe(0);
    expect(project.writes).toEqual([]);

    await project.yaml(kept("stack.yaml").replace("name: Platform", "name: Platform, upgraded"));
    expect((await project.up()).exitCode).toBe(0);
    expect(project.acme.projects.get("PLAT")?.name).toBe("Platform, upgraded");
    expect(project.writes).toHaveLength(1);
  } finally {
    await project.close();
  }
});
