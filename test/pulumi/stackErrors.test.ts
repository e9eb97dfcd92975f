/** A state that cannot be written: said with its folder and what to do, not in the engine's words. */
import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkWritable, explainUnwritable } from "../../src/pulumi/stackErrors";

const lock = "/state/.pulumi/locks/organization/acme/acme/1.json";

afterEach(() => jest.restoreAllMocks());

test("a state folder that is read-only is named, and that nothing was changed", () => {
  const up = `error: 2 errors occurred:\n\t1) open ${lock}.18ec.tmp: permission denied\n\t2) Unknown`;
  expect(explainUnwritable("acme", up)).toBe(
    "The state of acme cannot be written: permission denied in /state/.pulumi/locks/organization/acme/acme. Nothing was " +
      "changed. Give this user write access to the backend, or set another one with PULUMI_BACKEND_URL, and run this again.",
  );
  const imported = `could not import deployment: blob (key ".pulumi/locks/1.json") (code=Unknown): open ${lock}.tmp: read-only file system`;
  expect(explainUnwritable("acme", imported)).toMatch(
    /^The state of acme cannot be written: read-only file system/,
  );
});

test("of a disk that fills up in the middle, the counts are not said to be true", () => {
  const said = "write /state/.pulumi/stacks/acme/acme.json.1.tmp: no space left on device";
  expect(explainUnwritable(undefined, said)).toBe(
    "The state cannot be written: no space left on device in /state/.pulumi/stacks/acme. More may have been changed than is " +
      "counted here: what the engine did last is not recorded, and a preview shows it. Free space on its disk, and run this again.",
  );
});

test("other messages keep their words", () => {
  expect(explainUnwritable("acme", "open /home/alice/key.pem: permission denied")).toBeUndefined();
  const unreadable = "open /state/.pulumi/stacks/acme/acme.json: permission denied";
  expect(explainUnwritable("acme", unreadable)).toBeUndefined();
  expect(explainUnwritable("acme", "no stack named 'acme' found")).toBeUndefined();
});

test("what the engine will create is looked for where it will create it", () => {
  const folder = mkdtempSync(join(tmpdir(), "writable-"));
  try {
    const missing = join(folder, "locks", "acme");
    expect(() => checkWritable("acme", missing)).not.toThrow();
    // The user who runs the tests may be one to whom permissions do not apply.
    const refused = Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    jest.spyOn(fs, "accessSync").mockImplementation((path) => {
      if (path === folder) throw refused;
    });
    expect(() => checkWritable("acme", missing)).toThrow(
      `The state of acme cannot be written: read-only file system in ${folder}. Nothing was changed.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
