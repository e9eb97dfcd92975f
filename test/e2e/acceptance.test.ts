/** The acceptance run with a real engine, against an emulator instead of the service. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markWorkspace } from "../../acceptance/rehearsal";
import { readResults } from "../../acceptance/resultsFile";
import { Project } from "./support/project";

jest.setTimeout(240_000);

test("a stack is applied, changed, repaired and destroyed through the guard, and nothing is left", async () => {
  const project = await Project.start();
  try {
    await markWorkspace(project.emulator.url, "acme");
    const before = readdirSync(tmpdir());
    const { exitCode, output } = await project.command(process.execPath, [
      ...["-r", join(project.checkout, "scripts", "register.cjs")],
      join(project.checkout, "acceptance", "main.ts"),
      ...["--workspace", "acme", "--kinds", "Project", "--probes", "none"],
      ...["--engine", "--output", project.folder],
    ]).result;
    expect(output).not.toMatch(/refused by the guard/);
    expect(output).toMatch(/^ {2}Stack \(a real engine\): 6 passed$/m);
    expect(exitCode).toBe(0);
    const { operations } = readResults(join(project.folder, "acceptance", "results.json"));
    expect(operations.filter(({ kind }) => kind === "Stack").map(({ operation }) => operation)).toEqual([
      "up",
      "preview without a change",
      "up after a change",
      "preview after drift",
      "up after drift",
      "destroy",
    ]);
    expect([...project.acme.projects.keys()]).toEqual(["BAC_ACCEPTANCE"]);
    expect(project.acme.repositories.size).toBe(0);
    // Including the state.
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("acceptance-"))).toEqual(
      before.filter((name) => name.startsWith("acceptance-")),
    );
  } finally {
    await project.close();
  }
});
