/** A change that Bitbucket accepts without applying it is reported at once, and again when it recurs. */
import { takeViolations } from "../support/violations";
import { Project } from "./support/project";

jest.setTimeout(300_000);

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
});
afterAll(() => project.close());

const yaml = (fields: string) => `
workspace: acme
projects: { PLAT: { name: Platform, isPrivate: false } }
repositories:
  api: { project: PLAT, ${fields} }
`;

/** The repository in the state. */
async function outputs(): Promise<Record<string, unknown>> {
  const { resources } = await project.deployment();
  return resources?.find(({ type }) => type.endsWith(":Repository"))?.outputs ?? {};
}

const forEver = 1_000_000;
const now = (field: string) =>
  new RegExp(
    `repository api in acme: Bitbucket accepted this change and did not apply it: ${field}\\. Check in Bitbucket`,
  );
const before = (field: string) =>
  new RegExp(`Bitbucket accepted this change in an earlier apply and did not apply it: ${field}\\.`);
const flat = (output: string) => output.replace(/\s+/g, " ");

test("a fork policy that is dropped is a warning with exit code 0, and comes back with its reason", async () => {
  await project.yaml(yaml("forkPolicy: allow_forks"));
  expect((await project.up()).exitCode).toBe(0);
  await project.yaml(yaml("forkPolicy: no_forks"));
  project.emulator.addFault({
    kind: "not-applied",
    method: "PUT",
    path: "^/repositories/acme/[^/]+$",
    field: "fork_policy",
    times: forEver,
  });

  const up = await project.up();
  expect(up.exitCode).toBe(0);
  expect(flat(up.output)).toMatch(now("forkPolicy"));
  expect(up.output).toMatch(/warning: .*repository api in acme/);
  expect((await outputs()).forkPolicy).toBe("allow_forks");

  const preview = await project.preview();
  expect(flat(preview.output)).toMatch(before("forkPolicy"));
  expect(preview.output).toMatch(/1 to update/);
  const cli = await project.cli(["preview", "test"]);
  expect(cli.stdout).toMatch(/~ Repository api \(forkPolicy\)/);
  expect(cli.stdout).toMatch(/warning: repository api in acme: .*in an earlier apply and did not apply it/);
  expect(cli.exitCode).toBe(0);

  const drift = await project.cli(["drift", "test"]);
  expect(drift.exitCode).toBe(0);
  expect(drift.stdout).toMatch(
    /forkPolicy: allow_forks → no_forks \(accepted by Bitbucket earlier and not applied\)/,
  );
  const again = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(again.exitCode).toBe(0);
  expect(again.stdout).not.toMatch(/in an earlier apply/);
  expect(again.stdout).toMatch(
    /warning: repository api in acme: .*accepted this change and did not apply it/,
  );

  project.emulator.clearFaults();
  takeViolations();
  const applied = await project.up();
  expect(applied.exitCode).toBe(0);
  expect(project.repository("api").fork_policy).toBe("no_forks");
  const calm = await project.preview(["--expect-no-changes"]);
  expect(calm.exitCode).toBe(0);
  expect(calm.output).not.toMatch(/did not apply/);
  expect(await outputs()).not.toHaveProperty("notApplied");
});

test("a repository that stays public is an error, the state says what is true, and the next run goes on", async () => {
  await project.yaml(yaml("isPrivate: false, forkPolicy: allow_forks"));
  expect((await project.up()).exitCode).toBe(0);
  await project.yaml(yaml("isPrivate: true, forkPolicy: allow_forks"));
  project.emulator.addFault({
    kind: "not-applied",
    method: "PUT",
    path: "^/repositories/acme/[^/]+$",
    field: "is_private",
    times: forEver,
  });
  const up = await project.up();
  expect(up.exitCode).not.toBe(0);
  // The engine names the resource itself.
  expect(flat(up.output)).toMatch(
    /[:*] Bitbucket accepted this change and did not apply it: isPrivate\. Check in/,
  );
  expect(up.output).not.toMatch(/repository api in acme: Bitbucket/);
  expect((await outputs()).isPrivate).toBe(false);
  const cli = await project.cli(["up", "test", "--yes", "--skip-preview"]);
  expect(cli.exitCode).toBe(1);
  expect(cli.stdout).toMatch(/error: [\s\S]*accepted this change and did not apply it: isPrivate/);

  project.emulator.clearFaults();
  takeViolations();
  const applied = await project.up();
  expect(applied.exitCode).toBe(0);
  expect(project.repository("api").is_private).toBe(true);
  expect((await project.preview(["--expect-no-changes"])).exitCode).toBe(0);
});
