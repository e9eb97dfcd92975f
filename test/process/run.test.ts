/** The runner of programs, with real ones. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isRunning } from "../../src/process/ownProcesses";
import { requireRun } from "../../src/process/requireRun";
import { failureText, type ProgramOptions, runProgram, runProgramSync } from "../../src/process/run";

const env = { PATH: process.env.PATH };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of Node's. */
function node(script: string): readonly [string, readonly string[]] {
  return [process.execPath, ["-e", script]];
}

describe.each([
  ["runProgram", runProgram],
  ["runProgramSync", async (...args: Parameters<typeof runProgramSync>) => runProgramSync(...args)],
])("%s", (_name, run) => {
  const go = (script: string, options: Partial<ProgramOptions> = {}) =>
    run(...node(script), { env, ...options });

  test("gives the exit code and both streams", async () => {
    const done = await go('process.stdout.write("out €"); process.stderr.write("err"); process.exitCode = 3');
    expect(done).toEqual({ exitCode: 3, stdout: "out €", stderr: "err" });
  });

  test("hands over the input, the folder and no other environment", async () => {
    const script =
      'console.log(require("node:fs").readFileSync(0, "utf8"), process.cwd(), process.env.A, process.env.HOME)';
    const { stdout } = await go(script, { cwd: folder, env: { ...env, A: "a" }, input: "secret" });
    expect(stdout).toBe(`secret ${folder} a undefined\n`);
  });

  test("gives a program that is given no input an empty one", async () => {
    const { stdout } = await go('process.stdout.write(String(require("node:fs").readFileSync(0).length))');
    expect(stdout).toBe("0");
  });

  test("does not mind a program that reads nothing of a long input", async () => {
    const { exitCode } = await go("process.exit(0)", { input: "x".repeat(5_000_000) });
    expect(exitCode).toBe(0);
  });

  test("says what is not there, and what must not be run", async () => {
    const missing = await run(join(folder, "missing"), [], { env });
    expect(missing).toMatchObject({ exitCode: undefined, stdout: "", failure: { reason: "not found" } });
    const plain = join(folder, "plain");
    writeFileSync(plain, "");
    chmodSync(plain, 0o600);
    expect((await run(plain, [], { env })).failure?.reason).toBe("not executable");
    const long = await run(process.execPath, ["x".repeat(10_000_000)], { env });
    expect(long).toMatchObject({ exitCode: undefined, failure: { reason: "not started" } });
  });

  test("ends what takes too long, and keeps what it has printed", async () => {
    // Time enough to start, whatever else the machine does.
    const done = await go('require("node:fs").writeSync(1, "so far"); setInterval(() => {}, 1000)', {
      patience: 3000,
    });
    expect(done).toMatchObject({ exitCode: undefined, stdout: "so far", failure: { reason: "time limit" } });
    expect(failureText({ ...done, stdout: "" })).toBe("it did not finish within 3 s");
  });

  test("ends what prints too much", async () => {
    const done = await go('for (;;) require("node:fs").writeSync(1, "x".repeat(1000))', { maxBytes: 5000 });
    expect(done).toMatchObject({ exitCode: undefined, failure: { reason: "output limit" } });
  });

  test("says by which signal a program was ended", async () => {
    const done = await go('process.kill(process.pid, "SIGKILL")');
    expect(done.failure).toEqual({ reason: "signal", message: "it was terminated by SIGKILL" });
  });
});

test("ends a group with all that it has started", async () => {
  const stop = new AbortController();
  const child =
    'require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"])';
  const script = `const child = ${child};
    require("node:fs").writeFileSync("pid", String(child.pid)); child.on("exit", () => {}); setInterval(() => {}, 1000)`;
  const running = runProgram(...node(script), { env, cwd: folder, signal: stop.signal, group: true });
  let pid = 0;
  for (; pid === 0; await setTimeout(20))
    pid = Number(await readFile(join(folder, "pid"), "utf8").catch(() => ""));
  stop.abort();
  expect((await running).failure?.reason).toBe("signal");
  // Ends with the test's own time limit where the child goes on.
  while (isRunning(pid)) await setTimeout(20);
});

test("a program that has to do its work is refused by what it says", async () => {
  await expect(
    requireRun(...node('console.error("no such module"); process.exit(2)'), { env }),
  ).rejects.toThrow(`${process.execPath} -e failed: no such module`);
  expect(await requireRun(...node('console.log(" there ")'), { env })).toBe("there");
});
