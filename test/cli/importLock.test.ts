/** Two imports into one stack at once: the second is refused. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockImport } from "../../src/cli/init/importLock";
import { ownOwner } from "../../src/process/owner";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "import-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the lock as another process would. */
function lockAs(pid: number): void {
  const unlock = lockImport(folder, "/project", "acme");
  const [file = ""] = readdirSync(folder);
  unlock();
  writeFileSync(join(folder, file), JSON.stringify({ pid, machine: ownOwner().machine }));
}

test("while another process imports into the stack, nothing is written, and it is named", () => {
  lockAs(process.ppid);
  expect(() => lockImport(folder, "/project", "acme")).toThrow(
    `Another import into the stack acme is running: process ${process.ppid}. Nothing was written.`,
  );
  lockImport(folder, "/project", "globex")();
  lockImport(folder, "/other", "acme")();
});

test("what a process that is gone has left is taken over, and given up at the end", () => {
  lockAs(2 ** 22 + 1);
  lockImport(folder, "/project", "acme")();
  expect(readdirSync(folder)).toEqual([]);
});

test("where nothing can be kept, an import works without", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => lockImport(join(file, "imports"), "/project", "acme")()).not.toThrow();
});
