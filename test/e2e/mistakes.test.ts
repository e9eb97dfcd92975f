/** The response to bad input: a clear message, an exit code other than 0, and nothing half-done. */
import { exampleTokens } from "../../packages/emulator/src";
import { Project, type Result } from "./support/project";

jest.setTimeout(120_000);

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
});
afterAll(() => project.close());
beforeEach(async () => {
  await project.runOn("yaml");
  await project.startOver();
  project.emulator.requests.length = 0;
  project.emulator.reset();
});

const valid = "workspace: acme\nrepositories:\n  api: { deletion: allow }\n";

test("wrong YAML is reported whole, with file, line and what was meant, before any request", async () => {
  // The program on Node reports it itself. Of what a compiler prints: compiled.test.ts.
  await project.runOn("nodejs");
  await project.yaml(
    "workspace: acme\nrepositories:\n  api:\n    webhoks: {}\n    forkPolicy: never\n    project: NOPE\n",
  );
  const { output, exitCode } = await project.preview();
  expect(output).toMatch(/stacks\/test\.yaml:4:5 .*webhoks.*webhooks/);
  expect(output).toMatch(/stacks\/test\.yaml:5:17 repositories\.api\.forkPolicy/);
  expect(output).toMatch(/stacks\/test\.yaml:6:14 repositories\.api\.project/);
  expect(output).not.toMatch(/ at \w.*\(/);
  expect(exitCode).not.toBe(0);
  expect(project.emulator.requests).toEqual([]);
});

test.each([
  ["no token", { BITBUCKET_TOKEN: "", BITBUCKET_EMAIL: "" }, /There is no Bitbucket token/],
  ["a malformed token", { BITBUCKET_TOKEN: "two words" }, /white space or a line break: copy/],
  ["an app password", { BITBUCKET_TOKEN: exampleTokens.appPassword }, /app password/],
  [
    "an expired token",
    { BITBUCKET_TOKEN: exampleTokens.expired },
    /did not accept the credential[\s\S]*Basic/,
  ],
  [
    "a token of the wrong type",
    { BITBUCKET_TOKEN_TYPE: "workspace" },
    /did not accept the credential[\s\S]*Bearer/,
  ],
  ["an unreachable host", { BITBUCKET_API_URL: "http://127.0.0.1:9/2.0" }, /no response from 127\.0\.0\.1:9/],
  ["a host without TLS", { BITBUCKET_API_URL: "http://api.example.com/2.0" }, /must start with https/],
])("%s is reported, and nothing is made", async (name, env, message) => {
  await project.yaml(valid);
  const runs: Result[] = [await project.cli(["preview", "test"], env)];
  // One that is found without a request, and one that the server rejects.
  if (["no token", "an expired token"].includes(name)) runs.push(await project.up(env));
  for (const { output, exitCode } of runs) {
    expect(output.replace(/\s+/g, " ")).toMatch(message);
    expect(output).not.toMatch(/ at \w.*\(.*:\d+:\d+\)/);
    expect(exitCode).not.toBe(0);
  }
  expect(project.acme.repositories.size).toBe(0);
});

test("a missing scope stops an up before the first write, and says what it is for", async () => {
  await project.yaml(`${valid}webhooks:\n  audit: { url: https://audit.example.com, events: [repo:push] }\n`);
  const { output, exitCode } = await project.up({ BITBUCKET_TOKEN: exampleTokens.withoutWebhooks });
  expect(output).toMatch(/write:webhook:bitbucket is missing: to create a webhook/);
  expect(exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
});

test("an access token is told what it can never do", async () => {
  await project.yaml(
    `${valid}    \n`.replace("{ deletion: allow }", "{ deletion: allow, userPermissions: { bob: write } }"),
  );
  const { output, exitCode } = await project.up({
    BITBUCKET_TOKEN: exampleTokens.workspace,
    BITBUCKET_TOKEN_TYPE: "workspace",
  });
  expect(output).toMatch(/permission requires a user's API token/);
  expect(exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
});

test("a user who cannot be found is reported with the place in the YAML", async () => {
  await project.yaml("workspace: acme\nrepositories:\n  api:\n    defaultReviewers:\n      - nobody\n");
  const { output, exitCode } = await project.cli(["preview", "test", "--changed"]);
  expect(output).toMatch(/stacks\/test\.yaml:5:9 .*"nobody" was not found/);
  expect(exitCode).not.toBe(0);
});

test("a name that is taken is refused with the way to adopt it, and adopted where that is written", async () => {
  await project.somebody("POST", "/repositories/acme/api", {
    description: "somebody else's",
    is_private: true,
  });
  await project.yaml(valid);
  const refused = await project.up();
  expect(refused.output).toMatch(/exists .* differs from its declaration in description/);
  expect(refused.output).toContain('"adopt: true"');
  expect(refused.exitCode).not.toBe(0);
  expect(project.repository("api").description).toBe("somebody else's");

  await project.yaml(valid.replace("deletion", "adopt: true, deletion"));
  expect((await project.up()).exitCode).toBe(0);
  expect(project.repository("api").description).toBe("");
  expect((await project.cli(["preview", "test", "--expect-no-changes"])).exitCode).toBe(0);
});

describe("a protected repository", () => {
  const rest = "variables: { KEPT: one }\n";
  const hook = "      ci: { url: https://ci.example.com/, events: [repo:push] }\n";
  const yaml = (hooks: string, variables: string) =>
    `workspace: acme\n${rest}repositories:\n  api:\n    environments:\n      Production: { type: Production, variables: { ${variables} } }\n    webhooks:\n${hooks}      other: { url: https://other.example.com/, events: [repo:push] }\n`;
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await project.runOn("yaml");
    await project.startOver();
    project.emulator.reset();
    await project.yaml(yaml(hook, "A: one, B: two"));
    expect((await project.up()).exitCode).toBe(0);
    restore = await project.keep();
  });
  beforeEach(() => restore());

  test("is neither deleted nor lost sight of", async () => {
    await project.yaml(`workspace: acme\n${rest}`);
    const { output, exitCode } = await project.up();
    expect(output).toMatch(/protect/);
    expect(exitCode).not.toBe(0);
    expect(project.repository("api")).toBeDefined();
    const plain = await project.preview();
    expect(plain.output).toMatch(
      /repository acme\/api is protected from deletion.*set deletion: "allow" on it/,
    );
    expect(plain.exitCode).not.toBe(0);
    const told = await project.cli(["preview", "test"]);
    expect(told.output).toMatch(
      /repository acme\/api is protected from deletion.*set deletion: "allow" on it/,
    );
    expect(told.exitCode).toBe(1);
    expect(told.output).not.toContain("unprotect");
  });

  test("takes nothing along that is refused, and what is in it can be left out", async () => {
    await project.yaml(yaml("", "A: one"));
    const told = await project.cli(["preview", "test", "--changed"]);
    expect(told.output).toMatch(/- PipelineVariable api:Production:B/);
    expect(told.output).toMatch(/- Webhook api:ci/);
    expect((await project.up()).exitCode).toBe(0);
    expect([...project.repository("api").hooks.values()].map(({ description }) => description)).toEqual([
      "other",
    ]);

    // Neither its members nor the repository are deleted, in whatever order the engine would process them.
    project.emulator.requests.length = 0;
    await project.yaml("workspace: acme\n");
    const refused = await project.up();
    expect(refused.output).toMatch(/repository acme\/api is protected from deletion.*Nothing was changed/s);
    expect(refused.exitCode).not.toBe(0);
    const command = await project.cli(["destroy", "test", "--yes"]);
    expect(command.output).toMatch(/repository acme\/api is protected from deletion.*Nothing was changed/s);
    expect(command.output).not.toMatch(/^ +at /m);
    expect(command.exitCode).toBe(1);
    expect((await project.stateFiles()).match(/bitbucket-cloud:index:Webhook::/g)?.length).toBeGreaterThan(0);
    const destroyed = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    expect(destroyed.exitCode).not.toBe(0);
    expect(project.writes).toEqual([]);

    await project.yaml(yaml("", "A: one").replace("  api:\n", "  api:\n    deletion: allow\n"));
    expect((await project.up()).exitCode).toBe(0);
    await project.yaml("workspace: acme\n");
    expect((await project.up({ BITBUCKET_ALLOW_DELETIONS: "6" })).exitCode).toBe(0);
    expect(project.acme.repositories.size).toBe(0);
  });
});
