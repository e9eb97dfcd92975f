/** The native provider's process that is started before its engine. Runs the built package. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { environment } from "../../src/environment";
import { ProviderProcess, ProviderProcesses } from "../../src/pulumi/providerProcess";

const providers = join(__dirname, "..", "..", "dist", "pulumi", "providerProcess.js");

const setup = { cwd: __dirname, env: environment() };

function listens(attached: Readonly<Record<string, string>>): Promise<boolean> {
  const [, port] = /^bitbucket-cloud:(\d+)$/.exec(attached.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
  expect(port).toBeDefined();
  return new Promise((done) => {
    const socket = connect(Number(port), "127.0.0.1", () => done(socket.destroy() !== undefined));
    socket.once("error", () => done(false));
  });
}

test("an engine can attach to it, until it is ended", async () => {
  const provider = new ProviderProcess(setup);
  const attached = await provider.attach({ BITBUCKET_WORKSPACE: "acme" }, () => {});
  expect(await listens(attached)).toBe(true);
  await provider.end();
  expect(await listens(attached)).toBe(false);
});

test("without one, the engine starts its own, and what was printed is shown", async () => {
  const provider = new ProviderProcess({
    ...setup,
    env: { ...environment(), NODE_OPTIONS: "--no-such-option" },
  });
  const lines: string[] = [];
  expect(await provider.attach({}, (line) => lines.push(line))).toEqual({});
  await provider.end();
  expect(lines.join("\n")).toContain("--no-such-option");
});

test("a run takes the one that was started before, and ends what it has not taken", async () => {
  const processes = new ProviderProcesses(setup);
  processes.prepare();
  const [first, second] = [processes.take(), processes.take()];
  expect(second).not.toBe(first);
  processes.prepare();
  await Promise.all([first.end(), second.end(), processes.close()]);
});

test("ends with the command that has started it, also where that is killed", async () => {
  const code = `
    const { ProviderProcess } = require(${JSON.stringify(providers)});
    new ProviderProcess({ cwd: ".", env: process.env }).attach({}, () => {}).then((attached) => console.log(JSON.stringify(attached)));
    setInterval(() => {}, 1000);`;
  const command = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: command.stdout }), "line")) as [string];
  const attached = JSON.parse(line) as Record<string, string>;
  expect(await listens(attached)).toBe(true);
  command.kill("SIGKILL");
  while (await listens(attached)) await new Promise((wake) => setTimeout(wake, 20));
});
