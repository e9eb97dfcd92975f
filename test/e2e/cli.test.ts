/** The command line, as installed. */
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { newUuid } from "../../packages/emulator/src/state";
import { exampleTokens, startEmulator } from "../support/emulator";
import { type FinishedProgram, startProgram } from "../support/startProgram";

jest.setTimeout(180_000);

const root = resolve(__dirname, "..", "..");

function run(args: readonly string[], env: Record<string, string> = {}): Promise<FinishedProgram> {
  return start(process.execPath, [resolve(root, "dist/cli/main.js"), ...args], env);
}

function start(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<FinishedProgram> {
  const own = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", NO_COLOR: "1" };
  return startProgram(program, args, { cwd: root, env: { ...own, ...env } });
}

test("the demo makes the sample, shows the drift, repairs it, and leaves nothing", async () => {
  // An emulator that it starts itself would not be checked against the description: the test of the package
  // does that.
  const emulator = await startEmulator();
  const { exitCode, stdout, stderr } = await run(["demo", "--emulator", emulator.origin], {
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.admin,
  });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect([...(emulator.state.workspaces.get("acme")?.repositories.keys() ?? [])]).toEqual([]);
  await emulator.close();
  expect((await run(["demo", "--emulator", "https://api.bitbucket.org"])).stderr).toMatch(
    /--emulator https:\/\/api\.bitbucket\.org: use the URL of an emulator on this machine/,
  );
  const steps = [
    /\+ 23 created/,
    /changed the description of api\s+deleted a webhook of api/,
    /~ Repository api \(~description\)[\s\S]*\+ Webhook api:ci[\s\S]*1 to create/,
    /preview: no changes\s+23 unchanged/,
    /- 23 deleted/,
  ];
  let rest = stdout;
  for (const step of steps) {
    expect(rest).toMatch(step);
    rest = rest.slice((rest.match(step)?.index ?? 0) + 1);
  }
});

test("what the demo prints for going on works as it is printed, and stops what the demo has left", async () => {
  const { exitCode, stdout, stderr } = await run(["demo", "--keep"]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const [, printed = ""] = stdout.split("Next steps\n");
  expect(printed.trim().split("\n").at(-1)).toMatch(/^kill \d+ {2}#/);
  // The engine asks before it applies, which it cannot without a terminal.
  const env = { NEXT_STEPS: printed, PULUMI_SKIP_CONFIRMATIONS: "true" };
  const next = await start("bash", ["-e", "-c", 'eval "$NEXT_STEPS"'], env);
  // A preview, and an apply with its own.
  expect(next.stdout.match(/^ +23 unchanged$/gm)).toHaveLength(3);
  expect(next.stdout).toMatch(/\{"values": ?\[\{"name":/);
  expect(next.exitCode).toBe(0);
  const address = printed.match(/^export BITBUCKET_API_URL=(.*)$/m)?.[1] ?? "";
  await expect(fetch(address)).rejects.toThrow();
  await rm(printed.match(/^export PULUMI_BACKEND_URL=file:\/\/(.*)$/m)?.[1] ?? "", { recursive: true });
  await rm(join(root, "Pulumi.example.yaml"), { force: true });
});

test("validate says what is wrong and where, without a token", async () => {
  expect((await run(["validate", "company"])).stdout).toMatch(/stacks\/company is valid: 91 resources/);
  const { exitCode, stderr } = await run(["validate", "test/desired/fixtures/odd-keys.yaml"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/odd-keys\.yaml:\d+:\d+/);
  expect((await run(["validate", "nothing"])).stderr).toMatch(/nothing.*example/s);
});

test("caches clear empties the caches of a repository, or the one that is named", async () => {
  const emulator = await startEmulator();
  const env = {
    BITBUCKET_API_URL: emulator.url,
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.admin,
  };
  const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
  await fetch(`${emulator.url}/repositories/acme/api`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: '{"is_private": true}',
  });
  const caches = emulator.state.workspaces.get("acme")?.repositories.get("api")?.caches;
  for (const name of ["node", "docker"]) {
    const uuid = newUuid();
    caches?.set(uuid, { type: "pipeline_cache", uuid, name });
  }
  expect((await run(["caches", "clear", "acme/api", "--name", "node"], env)).stdout).toBe(
    "The cache node of acme/api cleared\n",
  );
  expect([...(caches?.values() ?? [])]).toMatchObject([{ name: "docker" }]);
  expect((await run(["caches", "clear", "acme/api"], env)).exitCode).toBe(0);
  expect(caches?.size).toBe(0);
  expect((await run(["caches", "clear", "api"], env)).stderr).toMatch(/use workspace\/repository/);
  await emulator.close();
});
