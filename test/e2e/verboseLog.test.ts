/** A pipeline stores its logs, and the engine's verbose log contains secrets. */
import { Project } from "./support/project";

jest.setTimeout(240_000);

const programs = {
  "the program for YAML": undefined,
  "somebody's own program": `
const { Project } = require("bitbucket-as-code");
new Project("PLAT", { workspace: "acme", key: "PLAT", name: "Platform" });
`,
};

test.each(Object.entries(programs))(
  "%s stops in a pipeline whose engine logs verbosely",
  async (_name, program) => {
    const project = await Project.start(program);
    try {
      await project.yaml("workspace: acme\nprojects: { PLAT: { name: Platform } }\n");
      const log = ["-v=9", "--logtostderr"];
      const stopped = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test", ...log], {
        CI: "true",
      });
      expect(stopped.exitCode).not.toBe(0);
      expect(stopped.output.replace(/\s+/g, " ")).toContain(
        "The engine's verbose log is enabled (-v=9), and this is a pipeline (CI is set)",
      );
      expect(project.emulator.requests).toEqual([]);
      const usual = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"], {
        CI: "true",
      });
      expect(usual.exitCode).toBe(0);
    } finally {
      await project.close();
    }
  },
);
