/** What a process of the plugin loads before it is asked about resources. Runs the built package. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCalls } from "../../src/native/calls";
import { Provider } from "../../src/native/provider";
import { loadedCalls } from "../../src/native/service";

const dist = join(__dirname, "..", "..", "dist");

test("every call about resources is loaded with the first one", () => {
  expect(Object.keys(createCalls(new Provider())).sort()).toEqual([...loadedCalls].sort());
});

test("the process that an engine starts for the schema alone loads neither resource types nor a client", () => {
  const code = `
    const { callsOf, serve } = require(${JSON.stringify(join(dist, "native", "service.js"))});
    const { Provider } = require(${JSON.stringify(join(dist, "native", "provider.js"))});
    const handlers = callsOf(new Provider());
    void serve(() => handlers).then(() => {
      const loaded = Object.keys(require.cache).map((file) => file.replaceAll("\\\\", "/"));
      console.log(JSON.stringify(loaded.filter((file) => /dist.(kinds|bitbucket|live|credentials)\\/|undici|grpc|google-protobuf/.test(file))));
      process.exit();
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "[]\n", stderr: "" });
});

// V8 keeps a text with a single other letter in twice the memory.
test.each(["cli/commands.js", "program.js", "provider/entry.js", "compile/run.js", "native/plugin.cjs"])(
  "the bundle %s is ASCII",
  (name) => {
    const text = readFileSync(join(dist, name), "latin1");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
    expect(/[^\x00-\x7f]/.exec(text)).toBeNull();
  },
);
