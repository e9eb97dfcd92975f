/** The processes that an operation starts, and what they load: most of what a small stack costs. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const recorder = `
const { appendFileSync } = require("node:fs");
const [, script] = process.argv;
if (script) process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((file) => /node_modules.(@npmcli|typescript)./.test(file)).length;
  appendFileSync(process.env.STARTS_FILE, JSON.stringify({ started: script, script: process.argv[1], loaded }) + "\\n");
});
// A provider is ended with a signal.
process.once("SIGTERM", () => process.exit(0));
process.once("SIGINT", () => process.exit(0));
`;

const startSchema = z.object({ started: z.string(), script: z.string(), loaded: z.number() });

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.yaml(
    "workspace: acme\nprojects: { PLAT: { name: Platform } }\nrepositories: { api: { project: PLAT } }\n",
  );
  await project.write("recorder.cjs", recorder);
  expect((await project.up()).exitCode).toBe(0);
});
afterAll(() => project.close());

test("a preview starts one program and two hosts of providers, which load neither Arborist nor a compiler", async () => {
  const file = join(project.folder, "starts.jsonl");
  const result = await project.preview([], {
    STARTS_FILE: file,
    // Without quickStart, which defers both as well.
    NODE_OPTIONS: `--require ${join(project.folder, "recorder.cjs")}`,
  });
  expect(result.output).toContain("unchanged");
  const starts = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => startSchema.parse(JSON.parse(line)));
  const names = starts.map(({ script }) => basename(dirname(script))).sort();
  expect(names).toEqual(["dynamic-provider", "dynamic-provider", "run"]);
  // The SDK's own launcher, which comes with Pulumi's installer, starts a host without this package.
  const ours = starts.filter(({ started }) => !/dynamic-provider/.test(started));
  expect(ours.filter(({ loaded }) => loaded > 0)).toEqual([]);
  expect(ours.length).toBeGreaterThan(0);
});

test("a preview that is asked for debug messages shows those of the program", async () => {
  const debug = await project.preview(["--debug"]);
  expect(debug.output).toContain("Registering resource");
  const usual = await project.preview();
  expect(usual.output).not.toContain("Registering resource");
});
