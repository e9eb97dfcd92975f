import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { isRunning } from "../../src/process/ownProcesses";
import { endCompanions, exitWhenEngineDies } from "../../src/provider/orphan";

test("the provider ends when its engine is gone, and not before", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const seen = new Promise<void>((done) => server.once("connection", () => done()));
  let ended = 0;
  const end = new Promise<void>((done) => {
    exitWhenEngineDies(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      ended += 1;
      done();
    });
  });
  jest.advanceTimersByTime(2_000);
  await seen;
  expect(ended).toBe(0);
  await new Promise((done) => server.close(done));
  // Once may be a coincidence; twice in a row means that it ended.
  while (ended === 0) {
    jest.advanceTimersByTime(2_000);
    await new Promise((done) => setImmediate(done));
  }
  await end;
  jest.useRealTimers();
});

test("what an engine has started ends with it, and nothing else", async () => {
  const start = (name: string, address: string) =>
    spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", name, address], { stdio: "ignore" });
  const engine = "127.0.0.1:1";
  const theirs = [start("pulumi-language-nodejs", engine), start("/x/dynamic-provider", engine)];
  const others = [start("pulumi-language-nodejs", "127.0.0.1:12"), start("something-else", engine)];
  try {
    await Promise.all(
      [...theirs, ...others].map((child) => new Promise((done) => child.once("spawn", done))),
    );
    const ended = Promise.all(theirs.map((child) => new Promise((done) => child.once("exit", done))));
    endCompanions(engine);
    await ended;
    expect(others.map(({ pid, exitCode }) => exitCode === null && isRunning(pid ?? 0))).toEqual([true, true]);
  } finally {
    for (const child of [...theirs, ...others]) child.kill("SIGKILL");
  }
});
