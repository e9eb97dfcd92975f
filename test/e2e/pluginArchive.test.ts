/** The plugin's archive for this machine, unpacked where there is nothing else. */
import { execFile } from "node:child_process";
import { accessSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { Project } from "./support/project";

jest.setTimeout(600_000);
const execute = promisify(execFile);

const names = { linux: "linux", darwin: "darwin", win32: "windows" } as Readonly<Record<string, string>>;
const platform = `${names[process.platform]}-${process.arch === "x64" ? "amd64" : process.arch}`;

/** PATH without the folders that hold Node. */
function withoutNode(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => {
      try {
        accessSync(join(folder, "node"));
        return false;
      } catch {
        return true;
      }
    })
    .join(delimiter);
}

test("a single executable serves the schema and an apply, without Node", async () => {
  const project = await Project.start();
  try {
    const archives = join(project.folder, "archives");
    await execute(process.execPath, ["scripts/plugin-archives.mjs", archives, platform], {
      cwd: project.checkout,
    });
    const [archive = ""] = await readdir(archives);
    expect(archive).toMatch(
      new RegExp(`^pulumi-resource-bitbucket-cloud-v\\d+\\.\\d+\\.\\d+-${platform}\\.tar\\.gz$`),
    );
    const plugin = join(project.folder, "plugin");
    await mkdir(plugin);
    await execute("tar", ["-xzf", join(archives, archive), "-C", plugin]);

    await project.write(
      "Pulumi.yaml",
      stringify({
        name: "bitbucket",
        runtime: "yaml",
        plugins: { providers: [{ name: "bitbucket-cloud", path: plugin }] },
        config: { "bitbucket-cloud:workspace": { value: "acme" } },
        resources: {
          platform: {
            type: "bitbucket-cloud:Project",
            properties: { key: "PLAT", name: "Platform", deletion: "allow" },
          },
        },
      }),
    );
    project.env.PATH = withoutNode(project.env.PATH ?? "");
    await expect(execute("node", ["--version"], { env: project.env })).rejects.toThrow("ENOENT");
    const program = join(plugin, "pulumi-resource-bitbucket-cloud");
    const schema = await project.pulumi(["package", "get-schema", program]);
    expect(schema.output).toContain('"bitbucket-cloud:index:Webhook"');
    const up = await project.up();
    if (up.exitCode !== 0) throw new Error(up.output);
    expect(project.acme.projects.has("PLAT")).toBe(true);
    const destroy = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    if (destroy.exitCode !== 0) throw new Error(destroy.output);
    expect(project.acme.projects.has("PLAT")).toBe(false);
  } finally {
    await project.close();
  }
});
