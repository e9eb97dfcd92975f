import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleTokens, observed, startEmulator } from "../support/emulator";
import { asking, basic, bearer, type Json, repository, start } from "./support";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a state file", () => {
  test("keeps all there is over a restart", async () => {
    const stateFile = join(folder, "state.json");
    const first = await startEmulator({ stateFile });
    const ask = asking(first, basic(exampleTokens.email, exampleTokens.admin));
    const { uuid } = await repository(ask, "api", true);
    await ask("POST", "/repositories/acme/api/pipelines_config/variables", {
      key: "A",
      value: "hush",
      secured: true,
    });
    await first.close();
    expect(readdirSync(folder)).toEqual(["state.json"]);
    const second = await startEmulator({ stateFile });
    const again = asking(second, basic(exampleTokens.email, exampleTokens.admin));
    expect((await again("GET", "/repositories/acme/api")).body.uuid).toBe(uuid);
    expect((await again("GET", "/repositories/acme/api/src/main/README.md")).text).toBe("Hello");
    expect(
      (await again("GET", "/repositories/acme/api/pipelines_config/variables")).body.values,
    ).toHaveLength(1);
    await second.close();
  });

  test("that cannot be read is told by name and left alone", async () => {
    const stateFile = join(folder, "state.json");
    writeFileSync(stateFile, "{ half");
    await expect(startEmulator({ stateFile })).rejects.toThrow(
      /state\.json cannot be read: .* Remove it to begin anew/,
    );
    expect(readFileSync(stateFile, "utf8")).toBe("{ half");
  });
});

test("an emulator can begin empty", async () => {
  const { emulator, alice } = await start({ seed: "empty" });
  expect((await alice("GET", "/workspaces/acme")).status).toBe(401);
  expect(emulator.state.workspaces.size).toBe(0);
});

test("a snapshot brings back what was there, a reset the example", async () => {
  const { emulator, alice } = await start();
  await repository(alice);
  const snapshot = emulator.snapshot();
  await alice("DELETE", "/repositories/acme/api");
  emulator.restore(snapshot);
  expect((await alice("GET", "/repositories/acme/api")).status).toBe(200);
  emulator.reset();
  expect((await alice("GET", "/repositories/acme/api")).status).toBe(404);
  expect((await alice("GET", "/workspaces/acme")).status).toBe(200);
});

describe("another process", () => {
  test("sets faults, reads requests, makes tokens, and takes and restores snapshots", async () => {
    const { emulator, alice } = await start();
    const control = asking(emulator, undefined);
    const at = (path: string) => `${emulator.origin}/_emulator/${path}`;
    await repository(alice);
    expect((await control("POST", at("faults"), { kind: "status", status: 500, times: 9 })).status).toBe(204);
    expect((await alice("GET", "/repositories/acme")).status).toBe(500);
    await control("DELETE", at("faults"));
    expect((await control("GET", at("requests"))).body.at(-1)).toMatchObject({
      path: "/repositories/acme",
      status: 500,
    });
    await control("DELETE", at("requests"));
    expect((await control("GET", at("requests"))).body).toEqual([]);
    const token = { name: "bot", kind: "workspace_access_token", scopes: ["repository"], workspace: "acme" };
    const { secret } = (await control("POST", at("tokens"), token)).body;
    expect((await asking(emulator, bearer(secret))("GET", "/repositories/acme/api")).status).toBe(200);
    const snapshot = (await control("GET", at("snapshot"))).body;
    await control("POST", at("reset"));
    expect((await alice("GET", "/repositories/acme/api")).status).toBe(404);
    await control("POST", at("snapshot"), snapshot);
    expect((await alice("GET", "/repositories/acme/api")).status).toBe(200);
  });

  test.each([
    ["faults", { kind: "no-such-fault" }, /kind/],
    ["faults", { kind: "status", path: "(" }, /not a regular expression/],
    ["tokens", { name: "x" }, /kind/],
  ])("is told what is wrong with its %s %j", async (path, body, message) => {
    const { emulator } = await start();
    const answer = await asking(emulator, undefined)("POST", `${emulator.origin}/_emulator/${path}`, body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe("the program", () => {
  jest.setTimeout(60_000);
  const run = (...options: string[]) => {
    const file = join(__dirname, "../../packages/emulator/src/main.ts");
    const child = spawn(process.execPath, [
      "-r",
      join(__dirname, "../../scripts/register.cjs"),
      file,
      ...options,
    ]);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    return { child, ended, output: () => output };
  };

  test("prints what to set, answers, and on SIGTERM writes its state and ends", async () => {
    const stateFile = join(folder, "state.json");
    const { child, ended, output } = run("--port", "0", "--state", stateFile);
    await new Promise<void>((resolve) => {
      child.stdout.on("data", () => output().includes("BITBUCKET_TOKEN") && resolve());
    });
    const setting = (name: string) => new RegExp(`^export ${name}=(.*)$`, "m").exec(output())?.[1] ?? "";
    const proxy = await observed(setting("BITBUCKET_API_URL"));
    const made = await fetch(`${proxy.origin}/2.0/workspaces/acme/projects`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: basic(setting("BITBUCKET_EMAIL"), setting("BITBUCKET_TOKEN")),
      },
      body: JSON.stringify({ key: "PLAT", name: "Platform" }),
    });
    expect(made.status).toBe(201);
    await proxy.close();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(readFileSync(stateFile, "utf8")).toContain("PLAT");
  });

  test("says in a line what is wrong with its options", async () => {
    const { emulator } = await start();
    const { port } = new URL(emulator.origin);
    for (const [options, message] of [
      [["--port", "http"], "--port http: give a whole number.\n"],
      [["--seed", "none"], "--seed none: use people, example, empty.\n"],
      [
        ["--port", port],
        `Port ${port} is in use by another program. Give another one with --port, or 0 for any free one.\n`,
      ],
    ] as const) {
      const { ended, output } = run(...options);
      expect([await ended, output()]).toEqual([1, message]);
    }
  });
});

test("the example is a workspace in use: two projects and six repositories with what teams set on them", async () => {
  const { alice } = await start({ seed: "example" });
  const values = async (path: string) => (await alice("GET", `${path}?pagelen=50`)).body.values;
  expect((await values("/workspaces/acme/projects")).map(({ key }: Json) => key)).toEqual(["CORE", "WEB"]);
  const repositories = await values("/repositories/acme");
  expect(repositories).toHaveLength(6);
  const found = new Set<string>();
  for (const { slug, mainbranch } of repositories) {
    const repo = `/repositories/acme/${slug}`;
    expect((await alice("GET", `${repo}/src/${mainbranch.name}/README.md`)).text).toContain(`# ${slug}`);
    for (const [name, path] of [
      ["branches", "refs/branches"],
      ["tags", "refs/tags"],
      ["commits", "commits"],
      ["webhooks", "hooks"],
      ["keys", "deploy-keys"],
      ["variables", "pipelines_config/variables"],
      ["environments", "environments"],
      ["restrictions", "branch-restrictions"],
    ] as const)
      if ((await values(`${repo}/${path}`)).length > 0) found.add(name);
  }
  expect([...found].sort()).toEqual([
    "branches",
    "commits",
    "environments",
    "keys",
    "restrictions",
    "tags",
    "variables",
    "webhooks",
  ]);
  expect((await values("/workspaces/acme/hooks")).length).toBeGreaterThan(0);
  expect((await values("/workspaces/acme/pipelines-config/variables")).length).toBeGreaterThan(0);
});
