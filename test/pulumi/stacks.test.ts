/** What is said of a state that cannot be read: a stack may have dozens of them. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Stacks } from "../../src/pulumi/stacks";

/** A stack whose engine does this whenever it is asked for a state. */
function stacksWith(script: string): Stacks {
  const root = mkdtempSync(join(tmpdir(), "stacks-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: bitbucket\nruntime: nodejs\n");
  const bin = join(root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = {
    PATH: [bin, process.env.PATH].join(delimiter),
    // No file of this machine.
    PULUMI_BACKEND_URL: "https://pulumi.example.com",
  };
  return new Stacks(root, "acme", env);
}

test.each([
  ["no JSON", "echo 'secret-of-nobody knows'", /it is not JSON/],
  ["not a state", `echo '{"version":3,"deployment":{"resources":5}}'`, /deployment\.resources must be/],
  [
    "truncated",
    "echo 'error: failed to load checkpoint: unexpected end of JSON input' >&2; exit 1",
    /checkpoint/,
  ],
])("one that is %s is named, with the way to restore it", async (_, script, why) => {
  const stacks = stacksWith(script);
  for (const read of [() => stacks.read("PLAT"), () => stacks.deployment("PLAT")]) {
    const error = await read().then(
      () => undefined,
      (failed: Error) => failed,
    );
    expect(error?.message).toMatch(
      /The state of acme\.PLAT is damaged\. Restore .*pulumi stack init acme\.PLAT/,
    );
    expect(error?.message).toMatch(why);
    expect(error?.message).not.toContain("secret-of-nobody");
  }
});
