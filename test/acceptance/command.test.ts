/** Runs the command as a person does, in a separate process: refused, killed, interrupted, and completed. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseFlags } from "../../acceptance/flags";
import { readResults } from "../../acceptance/resultsFile";
import { exampleTokens } from "../support/emulator";
import { quickStart } from "../support/quickStart";
import { takeViolations } from "../support/violations";
import { MarkedWorld } from "./world";

const root = resolve(__dirname, "..", "..");
const some = ["--kinds", "Webhook", "--probes", "website-kept"];

let world: MarkedWorld;
let folder: string;
beforeEach(async () => {
  world = await MarkedWorld.start();
  folder = mkdtempSync(join(tmpdir(), "acceptance-"));
});
afterEach(async () => {
  // Probes deliberately request what the API's description lacks.
  takeViolations();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ["-r", "./scripts/register.cjs", "acceptance/main.ts", "--output", folder, ...args],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        ...quickStart,
        BITBUCKET_API_URL: world.emulator.url,
        BITBUCKET_EMAIL: exampleTokens.email,
        BITBUCKET_TOKEN: exampleTokens.admin,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece: Buffer) => {
      output += piece.toString();
    });
  const ended = new Promise<Ended>((done) => child.on("close", (code) => done({ code, output })));
  return { child, ended };
}

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  start(args, env).ended;

/** Waits until a condition holds, or the process has ended. */
async function until(child: ChildProcess, holds: () => boolean): Promise<void> {
  while (!holds() && child.exitCode === null) await new Promise((next) => setTimeout(next, 5));
}

/** Other people's objects in the workspace, created by hand, some with similar names. */
async function somebodyElse(): Promise<() => unknown> {
  const send = (method: "POST", path: string, body: unknown) => world.client.send({ method, path, body });
  await send("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  await send("POST", "/workspaces/acme/projects", { key: "BACACC", name: "Looks alike" });
  await send("POST", `/repositories/acme/bacacc${"0".repeat(16)}-mine`, {
    is_private: true,
    project: { key: "PLAT" },
  });
  await send("POST", "/repositories/acme/api", { is_private: true, project: { key: "PLAT" } });
  await send("POST", "/workspaces/acme/hooks", {
    url: "https://example.com/bacacc",
    description: "bacacc",
    events: ["repo:push"],
  });
  await send("POST", "/workspaces/acme/pipelines-config/variables", { key: "BACACC_MINE", value: "kept" });
  return () => {
    const acme = world.emulator.state.workspaces.get("acme");
    return JSON.parse(
      JSON.stringify([acme?.projects, acme?.repositories, acme?.hooks, acme?.variables], (_key, value) =>
        value instanceof Map ? [...value] : value,
      ),
    );
  };
}

test("a workspace that was not marked is refused before any write, with the way to mark it", async () => {
  await world.client.send({ method: "GET", path: "/user" });
  const acme = world.emulator.state.workspaces.get("acme");
  acme?.projects.clear();
  const before = world.emulator.requests.length;
  const { code, output } = await run(["--workspace", "acme", ...some]);
  expect(code).toBe(1);
  expect(output).toMatch(
    /^The workspace acme is not marked for acceptance runs: it has no project BAC_ACCEPTANCE .*Nothing was written\..*create a project by hand \("Create project" at https:\/\/bitbucket\.org\/acme\/workspace\/projects\/\) with the name "Acceptance of bitbucket-as-code" and the key BAC_ACCEPTANCE/m,
  );
  expect(output).not.toMatch(/^ +at /m);
  expect(world.emulator.requests.slice(before).map(({ method }) => method)).toEqual(["GET"]);
});

test("a project with the key and another name is no mark", async () => {
  await world.client.send({
    method: "PUT",
    path: "/workspaces/acme/projects/BAC_ACCEPTANCE",
    body: { name: "Somebody's" },
  });
  const before = world.emulator.requests.length;
  await expect(world.run()).rejects.toThrow("its project BAC_ACCEPTANCE has another name");
  expect(world.emulator.requests.slice(before).map(({ method }) => method)).toEqual(["GET"]);
});

test("it says what it costs, verifies, writes what it saw, and leaves nothing", async () => {
  const others = await somebodyElse();
  const [before, mine] = [others(), world.own()];
  const started = world.emulator.requests.length;
  writeFileSync(join(folder, "README.md"), "# x\n\n<!-- verified -->\n<!-- /verified -->\n\nRest\n");
  const { code, output } = await run(["--workspace", "acme", ...some, "--record"]);
  expect(output).toMatch(
    /About (\d+) requests to http:\/\/127\.0\.0\.1:\d+\/2\.0\. It stops and cleans up at 900\./,
  );
  const told = Number(/About (\d+) requests/.exec(output)?.[1]);
  // The marker is read once more.
  expect(world.emulator.requests.length - started).toBe(told + 1);
  expect(output).toMatch(/^(\d+) of \1 operations passed on http:.*, 1 probes were asked/m);
  expect(code).toBe(0);
  expect(others()).toEqual(before);
  expect(world.own()).toEqual(mine);
  const results = readResults(join(folder, "acceptance", "results.json"));
  expect(results.operations.length).toBeGreaterThan(20);
  // An emulator is not the service, whatever it responds.
  expect(
    results.operations.every(({ service, emulator }) => !service && emulator?.verdict === "passed"),
  ).toBe(true);
  expect(results.probes).toEqual([
    { id: "website-kept", emulator: expect.objectContaining({ verdict: "yes" }) },
  ]);
  expect(readFileSync(join(folder, "docs", "reference", "verified.md"), "utf8")).toContain(
    "**Not yet verified on the live service**",
  );
  expect(readFileSync(join(folder, "README.md"), "utf8")).toMatch(
    /^# x\n\n<!-- verified -->\n\*\*Not yet verified on the live service\*\*[\s\S]*\n<!-- \/verified -->\n\nRest\n$/,
  );
  const written = ["workspaces.hooks.json", "repositories.hooks.json"].map((name) =>
    readFileSync(join(folder, "acceptance", "shapes", name), "utf8"),
  );
  expect(written.join()).not.toMatch(/acme|bacacc|example\.com|\d{4,}(?!-)/i);
});

test("killed in the middle, it leaves something, and the next run deletes that and nothing else", async () => {
  const others = await somebodyElse();
  const [before, mine] = [others(), world.own()];
  const killed = async (more: number) => {
    const { child, ended } = start(["--workspace", "acme", ...some]);
    await until(child, () => world.own().length >= mine.length + more);
    child.kill("SIGKILL");
    await ended;
    expect(world.own().length).toBeGreaterThan(mine.length);
    expect(existsSync(join(folder, "acceptance", "results.json"))).toBe(false);
  };

  await killed(4);
  const cleaned = await run(["--workspace", "acme", "--clean"]);
  expect(cleaned.output).toMatch(/\d+ left by earlier runs: deleted/);
  expect(cleaned).toMatchObject({
    code: 0,
    output: expect.stringContaining("Nothing of any acceptance run is left."),
  });
  expect(others()).toEqual(before);

  await killed(1);
  const { code, output } = await run(["--workspace", "acme", ...some]);
  expect(output).toMatch(/left by earlier runs: deleted/);
  expect(code).toBe(0);
  expect(others()).toEqual(before);
});

test("Ctrl-C stops it, and it cleans up before it ends", async () => {
  const { child, ended } = start(["--workspace", "acme", ...some]);
  await until(child, () => world.own().length >= 4);
  child.kill("SIGINT");
  const { code, output } = await ended;
  expect(code).toBe(130);
  expect(output).toMatch(/Stopping: what the run created is deleted\./);
  expect(output).toMatch(/Interrupted\. What was seen until then is recorded/);
  expect(world.own()).toEqual([]);
  expect(readResults(join(folder, "acceptance", "results.json")).operations.length).toBeGreaterThan(0);
});

test("more requests than allowed are not begun", async () => {
  const before = world.emulator.requests.length;
  const { code, output } = await run(["--workspace", "acme", ...some, "--most-requests", "20"]);
  expect(code).toBe(1);
  expect(output).toMatch(/That is too many\. Nothing was written\./);
  expect(world.emulator.requests.slice(before).map(({ method }) => method)).toEqual(["GET"]);
});

test("a mistake on the command line is one line", async () => {
  const { code, output } = await run(["--nonsense"]);
  expect(code).toBe(1);
  expect(output).toMatch(/^Unknown option '--nonsense'.*\n$/);
});

test.each([
  [[], "--workspace is required"],
  [["--workspace", "acme", "--kinds", "Hook"], "--kinds Hook: not known. There are: Project, Repository"],
  [["--workspace", "acme", "--probes", "x"], "--probes x: not known"],
  [["--workspace", "acme", "--most-requests", "many"], "--most-requests many: it takes a whole number"],
  [["--workspace", "acme", "--user", "bob"], "--user bob: it takes a UUID with braces"],
])("%j is refused: %s", (args, message) => {
  expect(() => parseFlags(args)).toThrow(message);
});
