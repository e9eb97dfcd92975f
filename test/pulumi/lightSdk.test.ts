/** What the SDK loads for the serialisation of functions is loaded when that is used, and then works. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** The output of a script, in a process of its own: a module that is loaded stays loaded. */
function run(script: string): unknown {
  const text = execFileSync(process.execPath, ["-r", "./scripts/register.cjs", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  return JSON.parse(text);
}

const loaded = `Object.keys(require.cache).filter((file) => /node_modules.(@npmcli.arborist|typescript).lib/.test(file)).length`;

test("Arborist and the TypeScript compiler are not loaded with the SDK", () => {
  const count = (first: string) =>
    Number(run(`${first}; require("@pulumi/pulumi"); console.log(JSON.stringify(${loaded}))`));
  expect(count("")).toBeGreaterThan(10);
  expect(count('require("./src/pulumi/lightSdk.ts")')).toBe(0);
});

test("they are loaded when a function is serialised, and when a program asks for its compiler", () => {
  const serialised = run(`
    require("./src/pulumi/lightSdk.ts");
    const { runtime } = require("@pulumi/pulumi");
    const answer = 6;
    class Base { value() { return answer; } }
    class Derived extends Base { value() { return super.value() * 7; } }
    runtime.serializeFunction(() => new Derived().value()).then(({ text }) => {
      const module = { exports: {} };
      new Function("exports", "require", text)(module.exports, require);
      console.log(JSON.stringify([module.exports.handler(), ${loaded} > 0]));
    });
  `);
  expect(serialised).toEqual([42, true]);
  const version = run(`
    require("./src/pulumi/lightSdk.ts");
    require("@pulumi/pulumi");
    const ts = require("typescript");
    console.log(JSON.stringify([Object.keys(ts).length > 1000, ts.transpile("let a: number = 1").trim()]));
  `);
  expect(version).toEqual([true, expect.stringMatching(/(var|let) a = 1;/)]);
});

test("the packages that a function's archive needs are found", () => {
  const paths = run(`
    require("./src/pulumi/lightSdk.ts");
    const { runtime } = require("@pulumi/pulumi");
    runtime.computeCodePaths({ extraIncludePackages: ["commander"] })
      .then((found) => console.log(JSON.stringify([...found.keys()].some((path) => path.endsWith("commander")))));
  `);
  expect(paths).toBe(true);
});

test("the automation API is loaded when a program uses it, and lists what it has", () => {
  const script = (use: string) => `
    require("./src/pulumi/lightSdk.ts");
    const { automation } = require("@pulumi/pulumi");
    const files = () => Object.keys(require.cache).filter((file) => /pulumi.automation.localWorkspace/.test(file)).length;
    console.log(JSON.stringify([files(), ${use}, files()]));
  `;
  expect(run(script("typeof automation.LocalWorkspace.create"))).toEqual([0, "function", 1]);
  expect(run(script('[Object.keys(automation).includes("Stack"), "Stack" in { ...automation }]'))).toEqual([
    0,
    [true, true],
    1,
  ]);
});
