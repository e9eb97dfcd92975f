/** The processes that an operation starts, and what they load: most of what a small stack costs. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync, rmSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
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

async function startsOf(args: readonly string[] = []): Promise<{
  readonly output: string;
  readonly starts: readonly z.infer<typeof startSchema>[];
  readonly names: readonly string[];
}> {
  const file = join(project.folder, "starts.jsonl");
  rmSync(file, { force: true });
  const { output } = await project.preview(args, {
    STARTS_FILE: file,
    // Without quickStart, which defers both as well.
    NODE_OPTIONS: `--require ${join(project.folder, "recorder.cjs")}`,
  });
  const starts = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => startSchema.parse(JSON.parse(line)));
  return { output, starts, names: starts.map(({ script }) => basename(dirname(script))).sort() };
}

/** Others start a host of providers more, to check arguments. */
const isBuiltHere = isFrom("pulumi", /bitbucket-as-code.pulumi-[^/]*$/);

test("a preview starts one program and one host of providers, which load neither Arborist nor a compiler", async () => {
  const { output, starts, names } = await startsOf();
  expect(output).toContain("3 unchanged");
  expect(names).toEqual(["dynamic-provider", ...(isBuiltHere ? [] : ["dynamic-provider"]), "run"]);
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

describe("with the compiler", () => {
  /** Others start the compiler twice, and a provider each for the schema and to check its arguments. */
  const expected = (...further: readonly string[]) =>
    [
      ...(isBuiltHere ? ["compile", "plugin"] : ["compile", "compile", "plugin", "plugin", "plugin"]),
      ...further,
    ].sort();

  beforeAll(async () => {
    await project.runOn("yaml");
    configure("concurrency", "4");
    expect((await project.up()).exitCode).toBe(0);
  });

  test("a preview of the engine that is built here starts it once, and the provider once", async () => {
    const { output, names } = await startsOf();
    expect(output).toContain("4 unchanged");
    expect(names).toEqual(expected());
  });

  test("a changed argument of the provider is checked, and used, by a provider of its own", async () => {
    configure("concurrency", "5");
    const { output, names } = await startsOf(["--diff"]);
    expect(output).toMatch(/concurrency *: 4 => 5/);
    expect(names).toEqual(expected(...(isBuiltHere ? ["plugin"] : [])));
    configure("concurrency", "many");
    expect((await project.preview()).output).toMatch(/concurrency/);
    configure("concurrency", "5");
    expect((await project.up()).output).toMatch(/1 updated/);
    expect((await startsOf()).names).toEqual(expected());
  });
});

function configure(name: string, value: string): void {
  const args = ["config", "set", "--stack", "test", `bitbucket:${name}`, value, "--non-interactive"];
  execFileSync("pulumi", args, { cwd: project.folder, env: project.env });
}

/** Whether the first program of that name on PATH is in such a folder. */
function isFrom(program: string, folder: RegExp): boolean {
  const found = (process.env.PATH ?? "").split(delimiter).find((one) => {
    try {
      accessSync(join(one, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return folder.test(found ?? "");
}
