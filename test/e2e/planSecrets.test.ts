/** The content of a plan, and what it is bound to: secrets in any field, and every file of the YAML. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const secrets = {
  HOOK_URL: "https://ci.example.com/hook?token=hook-url-secret",
  OPEN: "open-variable-secret",
  ABOUT: "description-secret",
  SECURED: "secured-variable-secret",
};
const values =
  /hook-url-secret|open-variable-secret|description-secret|secured-variable-secret|another-secret/;

const yaml = (api: string) => `
workspace: acme
include: [shared.yaml]
defaults: { repository: { deletion: allow } }
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
${api}
`;
const withSecrets = `
    description: { fromEnv: ABOUT }
    webhooks: { ci: { url: { fromEnv: HOOK_URL }, events: [repo:push] } }
    variables:
      OPEN: { value: { fromEnv: OPEN }, secured: false }
      SECURED: { fromEnv: SECURED }
`;
const inTheClear = `
    description: The API
    variables: { OPEN: { value: public, secured: false } }
`;
const shared = "repositories: { web: { project: PLAT } }\n";

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.write("stacks/shared.yaml", shared);
  await project.yaml(yaml(withSecrets));
});
afterAll(() => project.close());

const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  project.cli(args, { ...secrets, ...env });
const file = (name: string) => join(project.folder, name);

async function planned(name: string, env: Record<string, string> = {}): Promise<string> {
  const { output, exitCode } = await cli(["preview", "test", "--verbose", "--out", name], env);
  if (exitCode !== 0) throw new Error(output);
  const shown = await cli(["plan", "show", name]);
  const told = await cli(["report", name, "--print"]);
  return [output, shown.output, told.output, await readFile(file(name), "utf8")].join("\n");
}

test("what the YAML takes from elsewhere is in no plan, whatever field it is for", async () => {
  const created = await planned("create.json");
  expect(created).toMatch(/Webhook api:ci/);
  expect(created).not.toMatch(values);
  expect((await cli(["up", "test", "--plan", "create.json"])).exitCode).toBe(0);
  expect(JSON.stringify([...project.repository("api").variables.values()])).toMatch(/open-variable-secret/);

  const changed = await planned("other.json", { ABOUT: "another-secret", SECURED: "another-secret" });
  expect(changed).toMatch(/2 to update/);
  expect(changed).toMatch(/description: \[secret\] → \[secret\]/);
  expect(changed).not.toMatch(values);
  expect(project.outputs.join("\n")).not.toMatch(values);
  expect(await project.stateFiles()).not.toMatch(values);
});

describe("a plan is refused once", () => {
  const refused = async (message: RegExp) => {
    const { output, exitCode } = await cli(["up", "test", "--plan", "change.json"]);
    expect(output).toMatch(message);
    expect(exitCode).toBe(3);
  };
  beforeAll(async () => {
    await project.yaml(yaml(inTheClear));
    const told = await planned("change.json");
    expect(told).toMatch(/2 to update, 2 to delete/);
    // The previous value is still secret.
    expect(told).not.toMatch(values);
  });
  const config = async () => readFile(file("Pulumi.test.yaml"), "utf8");

  test("a file that is included was changed", async () => {
    await project.write("stacks/shared.yaml", shared.replace("project", "description: Web, project"));
    await refused(/- stacks\/shared\.yaml has changed since the plan was created/);
    await project.write("stacks/shared.yaml", shared);
  });

  test("one was renamed, or added", async () => {
    await rename(file("stacks/shared.yaml"), file("stacks/renamed.yaml"));
    const whole = await readFile(file("stacks/test.yaml"), "utf8");
    await project.yaml(whole.replace("shared.yaml", "renamed.yaml"));
    await refused(
      /renamed\.yaml was added since it was created[\s\S]*shared\.yaml was removed since it was created/,
    );
    await project.write("stacks/shared.yaml", shared.replace("web", "docs"));
    await project.yaml(whole.replace("shared.yaml", "shared.yaml, renamed.yaml"));
    await refused(/renamed\.yaml was added since it was created/);
    await rm(file("stacks/renamed.yaml"));
    await project.write("stacks/shared.yaml", shared);
    await project.yaml(whole);
  });

  test("the stack's configuration was changed", async () => {
    const before = await config();
    await writeFile(file("Pulumi.test.yaml"), `${before.trimEnd()}\nconfig:\n  bitbucket:adopt: "true"\n`);
    await refused(/- Pulumi\.test\.yaml has changed since the plan was created/);
    await writeFile(file("Pulumi.test.yaml"), before);
  });

  test("something of it was made or deleted in the workspace", async () => {
    const [hook] = project.repository("api").hooks.values();
    const path = "/repositories/acme/api/hooks";
    await project.somebody("DELETE", `${path}/${encodeURIComponent(String(hook?.uuid))}`);
    await refused(/Webhook api:ci: the plan would delete it, and that is no longer necessary/);
  });

  test("it is not there, is a folder, or was cut short", async () => {
    for (const [name, message] of [
      ["gone.json", /there is no file gone\.json/],
      ["folder.json", /folder\.json is a folder/],
      ["short.json", /short\.json is not JSON, or is truncated/],
    ] as const) {
      await mkdir(file("folder.json"), { recursive: true });
      await writeFile(file("short.json"), (await readFile(file("change.json"), "utf8")).slice(0, -20));
      const { output, exitCode } = await cli(["up", "test", "--plan", name]);
      expect(output).toMatch(message);
      expect(exitCode).toBe(3);
    }
  });
});

test("of two applies of one plan at once, one carries it out, and the other changes nothing", async () => {
  await planned("twice.json");
  const writes = project.writes.length;
  const both = await Promise.all([
    cli(["up", "test", "--plan", "twice.json"]),
    cli(["up", "test", "--plan", "twice.json"]),
  ]);
  expect(both.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  const changes = project.writes.slice(writes);
  expect(changes).toHaveLength(3);
  expect(new Set(changes).size).toBe(changes.length);
});
