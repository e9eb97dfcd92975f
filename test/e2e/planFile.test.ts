/** A reviewed plan is applied unchanged, or not at all. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const yaml = (level = "info", shards = "") => `
workspace: acme
${shards}
projects:
  PLAT: { name: Platform }
repositories:
  api:
    project: PLAT
    description: The API
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push], secret: { fromEnv: HOOK } } }
    variables: { LEVEL: ${level}, TOKEN: { fromEnv: TOKEN } }
  web: { project: PLAT, description: The web site }
`;
const secrets = { HOOK: "hook-secret-1", TOKEN: "token-secret-1" };

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  // Plans of a program on Node: pipelines.test.ts.
  await project.runOn("yaml");
  await project.yaml(yaml());
});
afterAll(() => project.close());

const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  project.cli(args, { ...secrets, ...env });
const file = (name: string) => join(project.folder, name);
const plan = async (name: string) => JSON.parse(await readFile(file(name), "utf8"));

test("a plan of a new stack is carried out, and holds no secret", async () => {
  const preview = await cli(["preview", "test", "--out", "plan.json"]);
  expect(preview.output).toMatch(/6 to create/);
  expect(preview.exitCode).toBe(0);
  expect(project.writes).toEqual([]);
  const text = await readFile(file("plan.json"), "utf8");
  expect(text).not.toMatch(/hook-secret|token-secret/);
  const { changes, signature } = await plan("plan.json");
  expect(signature.key).toBe("passphrase");
  expect(changes).toContainEqual(
    expect.objectContaining({
      operation: "create",
      name: "api:TOKEN",
      position: expect.objectContaining({ file: "stacks/test.yaml", line: 11 }),
      fields: expect.arrayContaining([{ field: "value", new: "[secret]" }]),
    }),
  );
  const up = await cli(["up", "test", "--plan", "plan.json"]);
  expect(up.output).toMatch(/6 created/);
  expect(up.exitCode).toBe(0);
  expect(project.acme.repositories.size).toBe(2);
});

describe("a plan of a change", () => {
  let writes: number;
  beforeAll(async () => {
    await project.yaml(yaml("debug"));
    expect((await cli(["preview", "test", "--out", "change.json"])).exitCode).toBe(0);
    expect((await plan("change.json")).changes).toEqual([
      expect.objectContaining({
        operation: "update",
        kind: "PipelineVariable",
        name: "api:LEVEL",
        fields: [{ field: "value", old: "info", new: "debug" }],
      }),
    ]);
    writes = project.writes.length;
  });
  afterEach(() => {
    expect(project.writes).toHaveLength(writes);
  });

  test("is refused once the YAML was edited", async () => {
    await project.yaml(yaml("trace"));
    const { output, exitCode } = await cli(["up", "test", "--plan", "change.json"]);
    expect(output).toMatch(
      /Nothing was changed\.\n {2}- stacks\/test\.yaml has changed since the plan was created/,
    );
    expect(exitCode).toBe(3);
    await project.yaml(yaml("debug"));
  });

  test("is refused once it was tampered with, by whoever does not have the key", async () => {
    const whole = await plan("change.json");
    whole.changes[0].fields[0].new = "something else";
    await writeFile(file("tampered.json"), JSON.stringify(whole));
    const changed = await cli(["up", "test", "--plan", "tampered.json"]);
    expect(changed.output).toMatch(/its signature does not match: it was changed after it was created,/);
    expect(changed.exitCode).toBe(3);

    whole.signature.key = "none";
    await writeFile(file("tampered.json"), JSON.stringify(whole));
    const unsigned = await cli(["up", "test", "--plan", "tampered.json"]);
    expect(unsigned.output).toMatch(/not signed with a key, and the stack's passphrase is set/);
    expect(unsigned.exitCode).toBe(3);

    const other = await cli(["up", "test", "--plan", "change.json"], { BITBUCKET_PLAN_KEY: "another" });
    expect(other.output).toMatch(/signed with the stack's passphrase, and BITBUCKET_PLAN_KEY is set/);
    expect(other.exitCode).toBe(3);
  });

  test("is refused for another address of the API, and for another workspace of the same name", async () => {
    const address = project.emulator.url.replace("127.0.0.1", "localhost");
    const elsewhere = await cli(["up", "test", "--plan", "change.json"], { BITBUCKET_API_URL: address });
    expect(elsewhere.output).toContain(
      `created for ${project.emulator.url}, and the current API is ${address}`,
    );
    expect(elsewhere.exitCode).toBe(3);

    const { state } = project.emulator;
    const [owner = ""] = project.acme.members.keys();
    state.workspaces.get("globex")?.members.set(owner, "owner");
    project.emulator.renameWorkspace("acme", "initech");
    project.emulator.renameWorkspace("globex", "acme");
    const other = await cli(["up", "test", "--plan", "change.json"]);
    expect(other.output).toMatch(/it was created for the workspace \{\S+\}, and acme is \{\S+\}/);
    expect(other.exitCode).toBe(3);
    project.emulator.renameWorkspace("acme", "globex");
    project.emulator.renameWorkspace("initech", "acme");
  });

  test("is refused with the same exit code where it cannot be checked: nothing was changed", async () => {
    const writes = project.writes.length;
    const refused = {
      exitCode: 3,
      output: expect.stringMatching(/The plan was refused\. Nothing was changed\./),
    };
    const apply = (env: Readonly<Record<string, string>>) =>
      cli(["up", "test", "--plan", "change.json"], env);
    const rejected = await apply({ BITBUCKET_TOKEN: "not-a-token-of-anybody" });
    expect(rejected).toMatchObject(refused);
    expect(rejected.output).toMatch(/it could not be checked: .*[\s\S]*apply the same plan again/);
    expect(await apply({ TOKEN: "" })).toMatchObject(refused);
    project.emulator.addFault({ kind: "status", status: 403, path: "/hooks", times: 1000 });
    expect(await apply({})).toMatchObject(refused);
    project.emulator.clearFaults();
    expect(project.writes).toHaveLength(writes);
  });

  test("is refused once a secret has another value, without telling either", async () => {
    const { output, exitCode } = await cli(["up", "test", "--plan", "change.json"], {
      TOKEN: "token-secret-2",
    });
    expect(output).toMatch(/the secret of PipelineVariable api:TOKEN value has a different value/);
    expect(output).not.toMatch(/token-secret/);
    expect(exitCode).toBe(3);
  });

  test("is refused once something was changed in the workspace that it leaves alone, or would change", async () => {
    await project.somebody("PUT", "/repositories/acme/web", { description: "by hand" });
    writes += 1;
    const { output, exitCode } = await cli(["up", "test", "--plan", "change.json"]);
    expect(output).toMatch(
      /Repository web: the plan does not change it, and now requires to change description from "by hand" to "The web site"/,
    );
    expect(exitCode).toBe(3);
    await project.somebody("PUT", "/repositories/acme/web", { description: "The web site" });
    writes += 1;
  });
});

test("the same plan is carried out once everything is as it was, and only its changes are", async () => {
  const writes = project.writes.length;
  const { output, exitCode } = await cli(["up", "test", "--plan", "change.json"]);
  expect(output).toMatch(/~ PipelineVariable api:LEVEL \(value\)[\s\S]*1 updated, 5 unchanged/);
  expect(exitCode).toBe(0);
  expect(project.writes.slice(writes)).toEqual([
    expect.stringMatching(/^PUT \S+\/pipelines_config\/variables\//),
  ]);
  // It has been applied: a second time, it no longer matches.
  const again = await cli(["up", "test", "--plan", "change.json"]);
  expect(again.output).toMatch(/api:LEVEL: the plan would change value .* no longer necessary/);
  expect(again.exitCode).toBe(3);
});

test("plans of the shards, made side by side, are joined and carried out as one", async () => {
  await project.yaml(yaml("trace", "shards: { patterns: { front: web } }"));
  const key = { BITBUCKET_PLAN_KEY: "a key of its own" };
  for (const [part, name] of [
    ["test", "base.json"],
    ["test.front", "front.json"],
  ] as const) {
    const preview = await cli(["preview", "test", "--only", part, "--out", name], key);
    if (preview.exitCode !== 0) throw new Error(preview.output);
  }
  const alone = await cli(["up", "test", "--plan", "base.json"], key);
  expect(alone.output).toMatch(/it covers only test, not all of test[\s\S]*plan join/);
  expect(alone.exitCode).toBe(3);
  const missing = await cli(["plan", "join", "test", "base.json", "--out", "joined.json"], key);
  expect(missing.output).toMatch(/there is none for test\.front/);
  expect(missing.exitCode).toBe(3);
  const joined = await cli(["plan", "join", "test", "base.json", "front.json", "--out", "joined.json"], key);
  expect(joined.output).toMatch(/1 to update, 5 unchanged, 1 to move between shards/);
  expect(joined.exitCode).toBe(0);

  const writes = project.writes.length;
  const up = await cli(["up", "test", "--plan", "joined.json"], key);
  expect(up.output).toMatch(/1 updated, 5 unchanged, 1 moved between shards/);
  expect(up.exitCode).toBe(0);
  expect(project.writes).toHaveLength(writes + 1);
});
