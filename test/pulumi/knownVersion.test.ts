/** An engine's version is asked once for the same file. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineIn } from "../../src/pulumi/binary/find";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-engine-"));
  write("pulumi-language-nodejs", "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

/** A program that says a version, notes that it was asked, and has this many bytes. */
function engine(version: string, bytes: number): void {
  write("pulumi", `#!/bin/sh\necho asked >> "${folder}/asked"\n${version}\nexit\n`.padEnd(bytes, "#"));
}

const asked = () =>
  existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8").split("\n").length - 1 : 0;

async function find(): Promise<string | undefined> {
  const env = { PATH: "/bin:/usr/bin", BITBUCKET_AS_CODE_CACHE: join(folder, "cache") };
  return (await engineIn(folder, "path", env))?.version;
}

const large = 10_000_000;

test("of a program", async () => {
  engine("echo v3.250.0", large);
  expect([await find(), await find(), asked()]).toEqual(["3.250.0", "3.250.0", 1]);
  // Another one of the same length took its place.
  engine("echo v3.251.0", large);
  expect([await find(), await find(), asked()]).toEqual(["3.251.0", "3.251.0", 2]);
  appendFileSync(join(folder, "pulumi"), "#");
  expect([await find(), asked()]).toEqual(["3.251.0", 3]);
});

test("not of a script, which may start another engine tomorrow", async () => {
  engine("echo v3.250.0", 0);
  expect([await find(), await find(), asked()]).toEqual(["3.250.0", "3.250.0", 2]);
});

test("not of one that does not run, and an old one stays too old", async () => {
  engine("exit 1", large);
  expect([await find(), await find(), asked()]).toEqual([undefined, undefined, 2]);
  engine("echo v3.100.0", large);
  expect([await find(), await find(), asked()]).toEqual([undefined, undefined, 3]);
});
