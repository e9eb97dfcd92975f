import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownOwner } from "../../../src/process/owner";
import { withSetupLock } from "../../../src/pulumi/binary/setupLock";

let cache: string;
let folder: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "cache-"));
  folder = join(cache, "pulumi-3.259.0-7");
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** Sets the folder up as an engine is: unless another process did. */
async function setUp(report: (line: string) => void = () => {}, built: () => void = () => {}): Promise<void> {
  await withSetupLock(
    folder,
    report,
    async () => {
      if (existsSync(folder)) return;
      built();
      // Others get their turn.
      await new Promise(setImmediate);
      mkdirSync(folder);
    },
    () => new Promise(setImmediate),
  );
}

test("of several that need a folder at once, one sets it up, and the others wait and say so", async () => {
  const said: string[] = [];
  const built = jest.fn();
  await Promise.all(["a", "b", "c"].map(() => setUp((line) => said.push(line), built)));
  expect(built).toHaveBeenCalledTimes(1);
  expect(said).not.toHaveLength(0);
  for (const line of said)
    expect(line).toBe(`Process ${process.pid} is setting up pulumi-3.259.0-7: waiting for it …`);
  expect(readdirSync(cache)).toEqual(["pulumi-3.259.0-7"]);
});

test("the lock of a process that was killed is taken over, with what it left half done", async () => {
  const killed = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeFileSync(`${folder}.lock`, JSON.stringify({ ...ownOwner(), pid: killed.pid, started: undefined }));
  const unfinished = `${folder}.8b205614-ff04-4bc6-b47e-78f52a4ce687`;
  mkdirSync(unfinished);
  const said: string[] = [];
  const waiting = setUp((line) => {
    said.push(line);
    killed.kill("SIGKILL");
  });
  await Promise.all([once(killed, "exit"), waiting]);
  expect(said[0]).toMatch(`Process ${killed.pid} is setting up`);
  expect(readdirSync(cache)).toEqual(["pulumi-3.259.0-7"]);
});

test("a lock of another machine counts until it is silent, and a set-up that fails leaves none", async () => {
  const lock = `${folder}.lock`;
  writeFileSync(lock, JSON.stringify({ ...ownOwner(), machine: "elsewhere" }));
  const said: string[] = [];
  await setUp((line) => {
    said.push(line);
    utimesSync(lock, new Date(0), new Date(0));
  });
  expect(said).toHaveLength(1);
  const fail = () => Promise.reject(new Error("no network"));
  await expect(withSetupLock(folder, () => {}, fail)).rejects.toThrow("no network");
  expect(existsSync(lock)).toBe(false);
});
