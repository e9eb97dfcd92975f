/** What a provider process that was killed has claimed goes to one of those that want it. Runs the built package. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Racer } from "../support/racer";

const compiled = resolve(__dirname, "../../dist/provider/sharedRun.js");
const key = "repository api";
const pidOfNobody = 2 ** 22 + 1;

let folder: string;
let racers: Racer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-run-"));
  const claims = join(folder, "run", "claims");
  mkdirSync(claims, { recursive: true, mode: 0o700 });
  writeFileSync(join(claims, createHash("sha256").update(key).digest("hex")), `${pidOfNobody}\n`);
  racers = [0, 1, 2].map(() => new Racer(compiled, join(folder, "run"), key));
});
afterEach(async () => {
  await Promise.all(racers.map((racer) => racer.kill()));
  rmSync(folder, { recursive: true, force: true });
});

function isDone(step: string): boolean {
  return step === "took" || step === "refused";
}

test.each([1, 2, 5, 9])("by %i steps at a time, one process has the claim", async (steps) => {
  // All have found that it is taken, and have not seen yet by whom.
  for (const racer of racers) while ((await racer.next) !== "readFileSync") await racer.step();
  for (;;) {
    const now = await Promise.all(racers.map((racer) => racer.next));
    if (now.every(isDone)) {
      expect(now.sort()).toEqual(["refused", "refused", "took"]);
      return;
    }
    for (const racer of racers)
      for (let count = 0; count < steps && !isDone(await racer.next); count += 1) await racer.step();
  }
});

test("no process waits for one that stopped while it removes what was left", async () => {
  const [remover, other] = racers as [Racer, Racer];
  // Up to where it looks at the claim again, once it alone may remove it.
  for (const _ of ["first", "second"]) {
    await remover.step();
    while ((await remover.next) !== "readFileSync") await remover.step();
  }
  for (let count = 0; count < 50 && !isDone(await other.next); count += 1) await other.step();
  expect(await other.next).toBe("refused");
  while (!isDone(await remover.next)) await remover.step();
  expect(await remover.next).toBe("took");
});
