/**
 * An import reads the current live state, whatever an earlier one left behind, and continues if nothing can
 * be cached.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

test("an import after a dry run writes what is there by then, with what cannot be seen escaped", async () => {
  const project = await Project.start();
  await project.runOn("yaml");
  try {
    await project.somebody("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
    await project.somebody("POST", "/repositories/acme/api", {
      project: { key: "PLAT" },
      description: "before",
      is_private: true,
    });
    const dry = await project.cli(["import", "acme", "--stack", "test", "--dry-run"]);
    expect(dry.exitCode).toBe(0);
    await project.somebody("PUT", "/repositories/acme/api", { description: "after \u202e\u001b[31m" });
    project.emulator.requests.length = 0;

    // There is a file in place of the cache folder.
    const state = { XDG_STATE_HOME: join(project.folder, "package.json") };
    const { output, exitCode } = await project.cli(["import", "acme", "--stack", "test"], state);
    expect(output).toMatch(/Responses cannot be cached for an interrupted import:/);
    expect(output).not.toMatch(/Resuming an interrupted/);
    expect(exitCode).toBe(0);
    expect(project.emulator.requests.length).toBeGreaterThan(3);
    const yaml = readFileSync(join(project.folder, "stacks", "test.yaml"), "utf8");
    expect(yaml).toMatch(/description: "after \\u202e\\(?:e|x1b|u001b)\[31m"/);
    expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);

    const kept = await project.cli(["import", "acme", "--stack", "test", "--dry-run"]);
    expect(kept.exitCode).toBe(0);
    await project.somebody("PUT", "/repositories/acme/api", { website: "https://acme.example" });
    const again = await project.cli(["import", "acme", "--stack", "test"]);
    expect(again.output).not.toMatch(/Resuming an interrupted/);

    // What an interrupted import has read is old once this tool has written something.
    const expired = { kind: "status", status: 401, skip: 20, times: 1_000_000 } as const;
    project.emulator.addFault(expired);
    expect((await project.cli(["import", "acme", "--stack", "second"])).exitCode).toBe(1);
    project.emulator.clearFaults();
    const change = ["--method", "PUT", "-f", "description=changed by an apply"];
    expect((await project.cli(["api", "repositories/acme/api", ...change])).exitCode).toBe(0);
    const second = await project.cli(["import", "acme", "--stack", "second"]);
    expect(second.output).not.toMatch(/Resuming an interrupted/);
    expect(second.output).toMatch(
      /warning: the stack test declares projects\.PLAT in stacks\/test\.yaml:\d+ and 1 other resource as well/,
    );
    expect(await project.read("stacks/second.yaml")).toMatch(/description: changed by an apply/);
  } finally {
    await project.close();
  }
});
