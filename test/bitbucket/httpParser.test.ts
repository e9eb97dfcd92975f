/** What V8 makes of the parser of HTTP in the package's bundles: in processes of their own, as Jest's have other flags. */
import { resolve } from "node:path";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { type FinishedProgram, startProgram } from "../support/startProgram";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** Runs a program in the folder of the compiled package. */
function run(program: string, flags: readonly string[] = []): Promise<FinishedProgram> {
  return startProgram(process.execPath, [...flags, "-e", program], {
    cwd: resolve(__dirname, "..", "..", "dist"),
    env: {
      PATH: process.env.PATH,
      BITBUCKET_API_URL: emulator.url,
      BITBUCKET_EMAIL: exampleTokens.email,
      BITBUCKET_TOKEN: exampleTokens.admin,
    },
  });
}

test("V8 has its own flags afterwards, without which it refuses the code that an earlier process left", async () => {
  const { stdout } = await run(`const { cachedDataVersionTag: flags } = require("node:v8");
const { compileParser } = require("./bitbucket/httpParser.js");
const [before, during, after] = [flags(), compileParser(flags), flags()];
let error;
try { compileParser(() => JSON.parse("{")); } catch ({ name }) { error = name; }
console.log(JSON.stringify({ differs: during !== before, restored: [after, flags()].every((one) => one === before), error }));`);
  expect(JSON.parse(stdout)).toEqual({ differs: true, restored: true, error: "SyntaxError" });
});

test("the parser is compiled, and not optimized for a run of sixty requests", async () => {
  const program = `const { BitbucketClient } = require("./index.js");
const client = new BitbucketClient();
(async () => {
  for (let index = 0; index < 60; index += 1) await client.get("/user");
  console.log("done");
})();`;
  // With one thread, V8 does at once what it would do beside the program, and perhaps not before its end.
  const { stdout, stderr } = await run(program, ["--single-threaded", "--trace-wasm-compilation-times"]);
  expect(stderr).toBe("");
  expect(stdout).toContain("done");
  expect(stdout).toMatch(/^Compiled function .* using Liftoff/m);
  expect(stdout).not.toMatch(/using TurboFan/);
});
