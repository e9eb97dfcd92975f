import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile, replaceFileMeanwhile } from "../../src/process/replaceFile";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("replaces a file, for its owner alone", async () => {
  const file = join(folder, "a.json");
  writeFileSync(file, "old");
  chmodSync(file, 0o644);
  replaceFile(file, "new");
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["new", 0o600]);
  replaceFile(file, "shared", { isDurable: true, mode: 0o664 });
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["shared", 0o664]);
  await replaceFileMeanwhile(file, "later");
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["later", 0o600]);
});

it("leaves nothing beside a file that cannot be replaced", async () => {
  const file = join(folder, "a.json");
  mkdirSync(join(file, "occupied"), { recursive: true });
  expect(() => replaceFile(file, "new")).toThrow();
  await expect(replaceFileMeanwhile(file, "new")).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(["a.json"]);
});
