/** The stack of a bug names the sources, not the bundled file. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { packageRoot } from "../../src/errors";
import { toSourcePositions } from "../../src/errors/sources";

test("positions of a bundled file are those of its sources, and others stay", () => {
  mkdirSync(join(packageRoot, "node_modules", ".cache"), { recursive: true });
  const folder = mkdtempSync(join(packageRoot, "node_modules", ".cache", "sources-"));
  try {
    const source = join(folder, "broken.ts");
    writeFileSync(source, "\n\nexport function fail(): void {\n  throw new Error('broken');\n}\nfail();\n");
    const file = join(folder, "broken.js");
    buildSync({
      entryPoints: [source],
      outfile: file,
      bundle: true,
      platform: "node",
      minifyWhitespace: true,
      sourcemap: true,
    });
    const stack = execFileSync(
      process.execPath,
      ["-e", `try { require(${JSON.stringify(file)}) } catch (error) { console.log(error.stack) }`],
      { encoding: "utf8" },
    );
    expect(stack).toMatch(/at fail \(.*broken\.js:/);
    const shown = toSourcePositions(stack);
    expect(shown).toMatch(/at fail \(node_modules\/\.cache\/sources-\w+\/broken\.ts:4:\d+\)/);
    expect(shown).not.toContain("broken.js");
    expect(shown).toContain("node:internal/modules/cjs/loader");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a stack without a map stays as it is", () => {
  const stack = `Error: x\n    at f (${packageRoot}/dist/nothing.js:1:2)\n    at g (/elsewhere/a.js:3:4)`;
  expect(toSourcePositions(stack)).toBe(stack);
});
