/** Of which projects it is known without the engine what it would do. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { whyOnlyEngine } from "../../src/preview";
import { compiledProject } from "../../src/scaffold/compiledProject";

const root = mkdtempSync(join(tmpdir(), "own-program-"));
const checkout = resolve(__dirname, "..", "..");
beforeAll(() => {
  mkdirSync(join(root, "node_modules"));
  symlinkSync(checkout, join(root, "node_modules", "bitbucket-as-code"));
  // Another version of the package.
  for (const path of ["dist/compile", "plugin"]) mkdirSync(join(root, "other", path), { recursive: true });
  writeFileSync(join(root, "other", "dist", "compile", "main.js"), "");
  writeFileSync(join(root, "index.js"), 'module.exports = require("bitbucket-as-code/program");');
  writeFileSync(join(root, "own.js"), 'new (require("bitbucket-as-code").Project)("P", {});');
});
afterAll(() => rmSync(root, { recursive: true }));

const compiled = compiledProject();
const dynamic = { runtime: { name: "nodejs", options: { typescript: false } }, options: compiled.options };

function why(settings: object, env: Record<string, string> = {}): string | undefined {
  writeFileSync(join(root, "Pulumi.yaml"), stringify({ name: "bitbucket", ...settings }));
  return whyOnlyEngine(root, env);
}

const program = "the program is another than that of this package";
const plugin = "the native provider is another than that of this package";

test("programs of this package, on either language host", () => {
  expect(why(dynamic)).toBeUndefined();
  expect(why(compiled)).toBeUndefined();
  expect(why({ ...compiled, plugins: undefined })).toBeUndefined();
  expect(why(compiledProject(checkout))).toBeUndefined();
});

test("other programs and compilers", () => {
  const compiler = (command: string) => ({ runtime: { name: "yaml", options: { compiler: command } } });
  expect(why({ ...dynamic, main: "own.js" })).toBe(program);
  expect(why({ ...dynamic, runtime: "python" })).toBe(program);
  expect(why({ ...compiled, runtime: "yaml" })).toBe(program);
  expect(why({ ...compiled, main: "program" })).toBe(program);
  for (const command of [
    "node other/dist/compile/main.js",
    "node missing.js",
    `${compiled.runtime.options.compiler} --flag`,
    `FLAG=1 ${compiled.runtime.options.compiler}`,
    `${compiled.runtime.options.compiler} | node other.js`,
    "cat program.json",
  ])
    expect(why({ ...compiled, ...compiler(command) })).toBe(program);
});

test("another native provider", () => {
  const providers = (...entries: object[]) => ({ ...compiled, plugins: { providers: entries } });
  const own = compiled.plugins.providers[0];
  expect(why(providers(own, { name: "random", path: "other/plugin" }))).toBeUndefined();
  expect(why(providers({ ...own, path: "other/plugin" }))).toBe(plugin);
  expect(why(providers({ name: own.name, version: "1.2.3" }))).toBe(plugin);
  expect(why({ ...compiled, packages: { "bitbucket-cloud": "1.2.3" } })).toBe(plugin);
  expect(why({ ...compiled, plugins: undefined }, { PULUMI_IGNORE_AMBIENT_PLUGINS: "1" })).toBe(plugin);
  // A program on Node may declare resources of it as well.
  expect(why({ ...dynamic, plugins: { providers: [{ ...own, path: "other/plugin" }] } })).toBe(plugin);
});

test("an engine that does not refresh, and what the environment changes", () => {
  expect(why({ ...compiled, options: undefined })).toMatch(/does not say that the engine refreshes/);
  for (const name of ["PULUMI_OPTION_TARGET", "PULUMI_RUN_PROGRAM", "PULUMI_DEBUG_PROVIDERS"])
    for (const project of [dynamic, compiled]) expect(why(project, { [name]: "1" })).toBe(`${name} is set`);
  for (const name of ["PULUMI_CONFIG", "PULUMI_PROJECT", "PULUMI_ROOT_DIRECTORY"]) {
    expect(why(compiled, { [name]: "1" })).toBe(`${name} is set`);
    expect(why(dynamic, { [name]: "1" })).toBeUndefined();
  }
});
