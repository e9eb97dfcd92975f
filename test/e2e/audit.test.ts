/** `audit` as somebody runs it: without a project, with reports and a baseline, and in a project with `--fix`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(120_000);

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.somebody("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  await project.somebody("POST", "/repositories/acme/api", {
    project: { key: "PLAT" },
    is_private: true,
    fork_policy: "allow_forks",
  });
  await project.somebody("POST", "/repositories/acme/api/hooks", {
    url: "https://ci.example.com/services/a-token-in-the-path",
    description: "CI",
    active: true,
    events: ["repo:push"],
    skip_cert_verification: true,
  });
});
afterAll(() => project.close());

test("finds, reports, accepts and fixes, and writes nothing to Bitbucket", async () => {
  const writes = project.writes.length;
  const reports = ["html", "json", "junit", "markdown", "sarif", "text"].map(
    (name) => `${name}=out/audit.${name}`,
  );
  const found = await project.cli(["audit", "acme", "--report", reports.join(",")]);
  expect(found.stdout).toMatch(/Webhook without certificate verification/);
  expect(found.stdout).toMatch(/Workspace acme: \d+ of 100; 1 high, 2 medium\n/);
  expect(found.exitCode).toBe(2);
  for (const name of ["html", "json", "junit", "markdown", "sarif", "text"])
    expect(readFileSync(join(project.folder, "out", `audit.${name}`), "utf8")).not.toContain(
      "a-token-in-the-path",
    );

  const report = await project.cli(["report", "out/audit.json", "--print"]);
  expect(report.stdout).toMatch(/\*\*Audit of acme\*\*: \d+ of 100; 1 high, 2 medium/);

  const nothing = await project.cli(["audit", "acme", "--repository", "aip"]);
  expect(nothing.output).toMatch(/Nothing in the workspace acme fits aip\./);
  expect(nothing.exitCode).toBe(1);

  const refused = await project.cli(["audit", "acme", "--write-baseline", "baseline.yaml"]);
  expect(refused.output).toMatch(/Say with --reason why the findings may stay/);
  await project.cli(["audit", "acme", "--write-baseline", "baseline.yaml", "--reason", "As of today"]);
  const accepted = await project.cli(["audit", "acme", "--baseline", "baseline.yaml"]);
  expect(accepted.stdout).toMatch(/3 accepted by the baseline\n.*Workspace acme: 100 of 100; no findings/s);
  expect(accepted.exitCode).toBe(0);

  await project.yaml(
    "workspace: acme\nexisting: { projects: [PLAT] }\nrepositories:\n  api: { project: PLAT } # ours\n",
  );
  const fixed = await project.cli(["audit", "acme", "--fix", "public-forks", "webhook-certificate"]);
  expect(fixed.output).toMatch(
    /Not written: PLAT \/ api: webhook CI: the stack does not declare it: import it first/,
  );
  expect(fixed.output).toMatch(/1 finding is fixed in stacks\/test\.yaml/);
  expect(await project.read("stacks/test.yaml")).toBe(
    "workspace: acme\nexisting: { projects: [PLAT] }\nrepositories:\n  api: { project: PLAT, forkPolicy: no_public_forks } # ours\n",
  );
  expect(project.writes).toHaveLength(writes);
});
