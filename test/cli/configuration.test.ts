/** The configuration of a stack, as commands read it without the engine. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/cli/shared/project";

function configOf(project: string, stack?: string) {
  const root = mkdtempSync(join(tmpdir(), "configuration-"));
  writeFileSync(join(root, "Pulumi.yaml"), `name: platform\nruntime: nodejs\n${project}`);
  if (stack !== undefined) writeFileSync(join(root, "Pulumi.acme.yaml"), stack);
  return readConfig(root, "acme");
}

test("what the project sets holds for each stack, as for the engine", () => {
  const config = configOf(
    [
      "config:",
      "  bitbucket:apiUrl: https://bitbucket.example.com/2.0",
      "  bitbucket:maxDeletions: 3",
      "  bitbucket:adopt: { value: true }",
      "  region: eu",
      "  size: { type: string, default: small }",
      "  needed: { type: string }",
    ].join("\n"),
    "config:\n  bitbucket:maxDeletions: 5\n",
  );
  expect(config("bitbucket:apiUrl")).toBe("https://bitbucket.example.com/2.0");
  expect(config("bitbucket:maxDeletions")).toBe("5");
  expect(config("bitbucket:adopt")).toBe("true");
  expect(config("platform:region")).toBe("eu");
  expect(config("platform:size")).toBe("small");
  expect(config("platform:needed")).toBeUndefined();
  expect(config.has?.("bitbucket:apiUrl")).toBe(true);
});

test("a project without configuration, and one that is broken, leave it to the stack and to the engine", () => {
  const stack = "config:\n  bitbucket:email: jo@acme.example\n";
  for (const project of ["", "config:\n", "config: [\n"])
    expect(configOf(project, stack)("bitbucket:email")).toBe("jo@acme.example");
});
