import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJournal } from "../../packages/emulator/src/journal";
import { toJson } from "../../packages/emulator/src/state";
import { exampleTokens, observed, startEmulator } from "../support/emulator";
import { asking, basic, repository } from "./support";

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-"));
  stateFile = join(folder, "state.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const alice = basic(exampleTokens.email, exampleTokens.admin);

test("the file is after each answer what the emulator holds, and little is written for a change", async () => {
  const emulator = await startEmulator({ stateFile });
  const ask = asking(emulator, alice);
  await repository(ask, "api", true);
  const steps: [string, string, unknown?][] = [
    ["POST", "/repositories/acme/web", { is_private: true, project: { key: "PLAT" } }],
    ["PUT", "/repositories/acme/api", { name: "Renamed", is_private: true }],
    ["POST", "/repositories/acme/renamed/pipelines_config/variables", { key: "A", value: "1" }],
    ["POST", "/repositories/acme/renamed/forks", { workspace: { slug: "acme" }, name: "fork" }],
    ["PUT", "/workspaces/acme/projects/PLAT", { name: "Platform", key: "CORE" }],
    ["POST", "/workspaces/acme/hooks", { url: "https://a.example.com", events: ["repo:push"] }],
    ["POST", "/repositories/acme/web/refs/branches", { name: "no", target: { hash: "nowhere" } }],
    ["DELETE", "/repositories/acme/web"],
  ];
  for (const [method, path, body] of steps) {
    const before = statSync(stateFile).size;
    await ask(method, path, body);
    expect([path, toJson(readJournal(stateFile))]).toEqual([path, emulator.snapshot()]);
    expect(statSync(stateFile).size - before).toBeLessThan(20_000);
  }
  const form = new FormData();
  form.set("/logo.png", new Blob([new Uint8Array([0, 255, 254, 10])]), "logo.png");
  await ask("POST", "/repositories/acme/renamed/src", form);
  expect(toJson(readJournal(stateFile))).toBe(emulator.snapshot());
  await emulator.close();
});

test("a line that was cut short is left out, another that is spoilt is told of", async () => {
  const first = await startEmulator({ stateFile });
  await repository(asking(first, alice));
  const whole = readFileSync(stateFile, "utf8");
  await first.close();
  writeFileSync(stateFile, `${whole}{"repository":{"uu`);
  const second = await startEmulator({ stateFile });
  expect((await asking(second, alice)("GET", "/repositories/acme/api")).status).toBe(200);
  await second.close();
  appendFileSync(stateFile, "no JSON\n");
  await expect(startEmulator({ stateFile })).rejects.toThrow(/state\.json cannot be read: .*begin anew/);
});

test("the file is written anew when the changes outgrow it", async () => {
  const emulator = await startEmulator({ stateFile });
  const ask = asking(emulator, alice);
  await repository(ask);
  const description = "x".repeat(40_000);
  let largest = 0;
  for (let count = 0; count < 40; count += 1) {
    await ask("PUT", "/repositories/acme/api", { description: `${count} ${description}` });
    largest = Math.max(largest, statSync(stateFile).size);
  }
  expect(largest).toBeGreaterThan(1_000_000);
  expect(largest).toBeLessThan(1_200_000);
  expect(statSync(stateFile).size).toBeLessThan(largest);
  expect(toJson(readJournal(stateFile))).toBe(emulator.snapshot());
  await emulator.close();
});

test("nothing that was answered is lost by a SIGKILL", async () => {
  const program = join(__dirname, "../../packages/emulator/src/main.ts");
  const answered: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [
      "-r",
      join(__dirname, "../../scripts/register.cjs"),
      program,
      "--port",
      "0",
      "--state",
      stateFile,
    ]);
    const url = await new Promise<string>((resolve) => {
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += String(chunk);
        const found = /^export BITBUCKET_API_URL=(.*)$/m.exec(output)?.[1];
        if (found && output.includes("BITBUCKET_TOKEN")) resolve(found);
      });
    });
    const proxy = await observed(url);
    const send = (method: string, path: string, body?: unknown) =>
      fetch(`${proxy.origin}/2.0${path}`, {
        method,
        headers: { authorization: alice, ...(body ? { "content-type": "application/json" } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    for (const slug of answered) expect((await send("GET", `/repositories/acme/${slug}`)).status).toBe(200);
    await send("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
    // Several are in progress when it is killed.
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const writer = async (name: string) => {
      for (let count = 0; ; count += 1) {
        const slug = `${name}-${round}-${count}`;
        const answer = await send("POST", `/repositories/acme/${slug}`, {
          is_private: true,
          project: { key: "PLAT" },
        });
        if (answer.status !== 200) throw new Error(`${slug}: ${answer.status}`);
        answered.push(slug);
        if (answered.length >= 15 * (round + 1)) child.kill("SIGKILL");
      }
    };
    await Promise.allSettled(["a", "b", "c"].map(writer));
    child.kill("SIGKILL");
    await ended;
    await proxy.close();
  }
  expect(answered.length).toBeGreaterThanOrEqual(45);
  const kept = readJournal(stateFile)?.workspaces.get("acme")?.repositories;
  expect(answered.filter((slug) => !kept?.has(slug))).toEqual([]);
}, 120_000);
