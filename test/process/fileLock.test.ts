/** One process at a time has a file, however those that want it interleave, and wherever they are killed. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as fc from "fast-check";
import { takeFileLock } from "../../src/process/fileLock";
import { ownOwner } from "../../src/process/owner";
import { Racer } from "../support/racer";

const compiled = resolve(__dirname, "../../dist/process/fileLock.js");
const left = JSON.stringify({ ...ownOwner(), pid: 2 ** 22 + 1 });

let folder: string;
let path: string;
let racers: Racer[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-lock-"));
  path = join(folder, "lock");
  racers = [0, 1, 2].map(() => new Racer(compiled, path));
});
afterEach(async () => {
  await Promise.all(racers.map((racer) => racer.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function countHolders(): Promise<number> {
  const steps = await Promise.all(racers.map((racer) => racer.next));
  return steps.filter((step) => step === "took").length;
}

/** Lets the others go on until they have nothing to do. */
async function finish(): Promise<void> {
  for (const racer of racers) while ((await racer.next) !== "idle") await racer.step();
}

const step = fc.record({ racer: fc.nat(2), isKilled: fc.constant(false) });
const kill = fc.record({ racer: fc.nat(2), isKilled: fc.constant(true) });
const schedules = fc.array(fc.oneof({ weight: 30, arbitrary: step }, { weight: 1, arbitrary: kill }), {
  minLength: 20,
  maxLength: 80,
});

test("of processes that take over what one left that is gone, one has it", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      writeFileSync(path, left);
      for (const { racer, isKilled } of schedule) {
        if (isKilled) {
          await racers[racer]?.kill();
          racers[racer] = new Racer(compiled, path);
        } else await racers[racer]?.step();
        expect(await countHolders()).toBeLessThan(2);
      }
      await finish();
      const unlock = takeFileLock(path);
      expect(unlock).toBeInstanceOf(Function);
      if (typeof unlock === "function") unlock();
      // What is not complete when its process is killed has a name of its own.
      if (!schedule.some(({ isKilled }) => isKilled)) expect(readdirSync(folder)).toEqual([]);
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    }),
    { numRuns: 20 },
  );
});

test("one that is being taken over is given to one more process only", async () => {
  // All three have seen the same lock of a process that is gone.
  writeFileSync(path, left);
  for (const racer of racers)
    do await racer.step();
    while ((await racer.next) !== "readFileSync");
  for (const racer of racers) await racer.step();
  for (let turns = 0; turns < 40; turns += 1)
    for (const racer of racers) if ((await racer.next) !== "took") await racer.step();
  expect(await countHolders()).toBe(1);
});

test("in one process too, one has it until it gives it up", () => {
  const unlock = takeFileLock(path);
  expect(takeFileLock(path)).toEqual({ pid: process.pid });
  if (typeof unlock === "function") unlock();
  expect(takeFileLock(path)).toBeInstanceOf(Function);
});
