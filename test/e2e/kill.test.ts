/** The next apply completes one that was killed at any moment, without duplicates. */
import { until } from "./support/processes";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const repositories = Array.from(
  { length: 6 },
  (_, index) => `
  service-${index}:
    project: PLAT
    pipelinesEnabled: true
    webhooks: { ci: { url: "https://ci${index}.example.com/hook", events: [repo:push] } }
    variables: { LOG_LEVEL: info, REGION: eu }
    environments: { Production: { type: Production, adminOnly: true } }`,
);

test("after four kills at different moments, an up ends in the desired state, with nothing made twice", async () => {
  const project = await Project.startWithVault();
  await project.runOn("yaml");
  try {
    await project.yaml(
      `workspace: acme\nprojects: { PLAT: { name: Platform } }\nrepositories:${repositories.join("")}\n`,
    );
    // The kills depend on the state, not the clock: each one hits another moment of the work.
    for (const requests of [3, 9, 17, 26]) {
      const { child, result } = project.start(["up", "--yes", "--skip-preview", "--stack", "test"]);
      let ended = false;
      void result.then(() => {
        ended = true;
      });
      await until(() => ended || project.writes.length >= requests);
      if (child.pid && !ended) process.kill(-child.pid, "SIGKILL");
      await result;
      await project.unlock();
    }
    const up = await project.up();
    expect(up.output).not.toMatch(/error/);
    expect(up.exitCode).toBe(0);
    expect(project.acme.repositories.size).toBe(6);
    for (const repository of project.acme.repositories.values()) {
      expect(repository.pipelinesEnabled).toBe(true);
      expect([...repository.hooks.values()].map((hook) => hook.url)).toHaveLength(1);
      expect([...repository.variables.values()].map((variable) => variable.key).sort()).toEqual([
        "LOG_LEVEL",
        "REGION",
      ]);
      expect([...repository.environments.values()].map((one) => one.adminOnly)).toEqual([true]);
    }
    expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
  } finally {
    await project.close();
  }
});
