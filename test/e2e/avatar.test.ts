/**
 * An avatar on a real engine: uploaded once, identified by its path and digest, and detected when somebody
 * uploads another.
 */
import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const samples = join(__dirname, "..", "kinds", "samples", "avatars");
const yaml = [
  "workspace: acme",
  "projects:",
  "  PLAT: { name: Platform, avatar: ./logo.png, deletion: allow }",
  "repositories:",
  "  api: { project: PLAT, avatar: logo.png, deletion: allow }",
  "",
].join("\n");

test("an avatar of YAML is uploaded, kept by digest, compared, and repaired", async () => {
  const project = await Project.startWithVault();
  const image = (name: string) =>
    cp(join(samples, `${name}.png`), join(project.folder, "stacks", "logo.png"));
  try {
    await project.yaml(yaml.replace("logo.png, deletion", "none.png, deletion"));
    const missing = await project.preview();
    expect(missing.output).toMatch(
      /stacks\/test\.yaml:3:\d+ projects\.PLAT\.avatar: the file \.\/none\.png does not exist/,
    );
    expect(missing.exitCode).not.toBe(0);
    expect(project.writes).toEqual([]);

    await image("one");
    await project.yaml(yaml);
    expect((await project.up()).exitCode).toBe(0);
    const held = await project.stateFiles();
    expect(held).toMatch(/"stacks\/logo\.png \(sha256:[0-9a-f]{64}\) ts:\d+"/);
    expect(held).not.toContain(readFileSync(join(samples, "one.png")).toString("base64"));
    expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);

    const href = `data:image/png;base64,${readFileSync(join(samples, "two.png")).toString("base64")}`;
    await project.somebody("PUT", "/repositories/acme/api", { links: { avatar: { href } } });
    const drift = await project.cli(["drift", "test"]);
    expect(drift.output).toMatch(/avatar/);
    expect(drift.exitCode).toBe(2);
    const repaired = await project.up();
    expect(repaired.output).toMatch(/api.*updated/);
    expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);

    await image("two");
    expect((await project.preview()).output).toMatch(/Platform|PLAT.*update/);
    expect((await project.up()).exitCode).toBe(0);
    expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);

    const destroy = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"], {
      BITBUCKET_ALLOW_DELETIONS: "100",
    });
    expect(destroy.exitCode).toBe(0);
  } finally {
    await project.close();
  }
});

test("an avatar of a program of one's own is relative to the folder of Pulumi.yaml", async () => {
  const project = await Project.startWithVault(
    [
      'const { Project } = require("bitbucket-as-code");',
      'new Project("platform", { workspace: "acme", key: "PLAT", name: "Platform", avatar: process.env.LOGO, deletion: "allow" });',
    ].join("\n"),
  );
  try {
    const missing = await project.up({ LOGO: "images/none.png" });
    expect(missing.output).toMatch(/avatar.*images\/none\.png does not exist/);
    expect(missing.output).not.toMatch(/LocalFileError|\bat \S+ \(/);
    expect(missing.exitCode).not.toBe(0);
    await cp(join(samples, "one.png"), join(project.folder, "images", "logo.png"));
    const LOGO = "images/logo.png";
    expect((await project.up({ LOGO })).exitCode).toBe(0);
    expect(await project.stateFiles()).toMatch(/"images\/logo\.png \(sha256:[0-9a-f]{64}\) ts:\d+"/);
    expect((await project.preview(["--expect-no-changes"], { LOGO })).exitCode).toBe(0);
  } finally {
    await project.close();
  }
});
