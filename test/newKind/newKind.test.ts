/**
 * `npm run new-kind` in a copy of the checkout: named tests fail on its output, and pass once the files of
 * `filled` replace the skeletons.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { runFolder } from "../hunt/places";

const root = join(__dirname, "..", "..");
const filled = join(__dirname, "filled");
const compiler = join(root, "node_modules", "typescript-7", "bin", "tsc");

/** The files that the copy's tests require. */
const parts = [
  ...["data", "docs", "schema", "scripts", "src", "packages/emulator/package.json", "packages/emulator/src"],
  ...["test", "jest.config.js", "package.json"],
];

const results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

let copy: string;
beforeAll(() => {
  // Outside of the folder that is searched for secrets: the code of the emulator contains its tokens.
  copy = mkdtempSync(join(dirname(runFolder), "new-kind-"));
  const filter = (path: string) => path !== __dirname;
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true, filter });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")}:\n${stdout}${stderr}`);
  return stdout;
}

/**
 * Runs the tests of the new kind. Returns tests with their status by name, and suites that could not be run
 * by file.
 */
function runTests(): { failed: string[]; passed: string[] } {
  const output = join(copy, "results.json");
  rmSync(output, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "jest", "bin", "jest.js"),
      ...["--selectProjects", "unit", "--maxWorkers", "1", "--cacheDirectory", join(copy, ".cache")],
      ...[
        "--json",
        "--outputFile",
        output,
        "--testNamePattern",
        "[Ss]nippet|emulated|emulator-coverage|skeleton",
      ],
      "test/(kinds/(conformance|skeletons)|emulator/(operations|snippets)|reference/reference)",
    ],
    { cwd: copy, encoding: "utf8" },
  );
  if (!existsSync(output)) throw new Error(stderr);
  const { testResults } = results.parse(JSON.parse(readFileSync(output, "utf8")));
  if (testResults.length !== 5) throw new Error(stderr);
  const named = (wanted: string) =>
    testResults
      .flatMap(({ name, assertionResults }) =>
        assertionResults.length === 0
          ? [{ fullName: name.slice(copy.length + 1), status: "failed" }]
          : assertionResults,
      )
      .filter(({ status }) => status === wanted)
      .map(({ fullName }) => fullName)
      .sort();
  return { failed: named("failed"), passed: named("passed") };
}

/** The compiler's messages about some files of the copy, and those about no file. */
function typeErrors(files: readonly string[]): string[] {
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { rootDir: copy },
    files,
    include: [],
  };
  writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(settings));
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, "--noEmit", "--singleThreaded", "--pretty", "false"],
    {
      cwd: copy,
      encoding: "utf8",
    },
  );
  // What continues a message is indented.
  const messages = stdout.split(/\n(?=\S)/).map((message) => message.trim());
  const ofOthers = (message: string) => /^\S+\(\d+,\d+\)/.test(message) && !files.includes(fileOf(message));
  const own = messages.filter((message) => message !== "" && !ofOthers(message));
  return status !== 0 && stdout === "" ? ["the compiler did not run"] : own;
}

function fileOf(message: string): string {
  return message.slice(0, message.indexOf("("));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

const ofTheKind = [
  ...["dynamic", "native"].flatMap((frontEnd) => [
    `Snippet of a workspace, ${frontEnd} has a sample for every field`,
    `Snippet of a workspace, ${frontEnd} is created, and then a preview shows no change`,
  ]),
  "docs/reference/emulator-coverage.md is what the routes say; `npm run docs:emulator` writes it",
  "snippets are created, listed, read, changed and deleted",
  "what is emulated and what test/openapi describes is the same: see CONTRIBUTING.md",
  ...["src/kinds", "packages/emulator/src", "test/emulator", "test/kinds/samples"].map(
    (folder) => `no skeleton is left in ${folder}`,
  ),
];

test("its skeletons fail by named tests, until they are filled in", () => {
  const command = ["scripts/new-kind.mjs", "Snippet", "--parent", "workspace"];
  const said = node(...command, "--path", "/snippets/{workspace}/{encoded_id}");
  const byHand = [...filesIn(filled), "CHANGELOG.md"];
  expect(byHand.length).toBeLessThanOrEqual(6);
  for (const file of byHand) expect(said).toContain(file);

  expect(typeErrors(filesIn(filled))).toEqual([]);
  const skeletons = runTests();
  expect(skeletons.failed).toEqual(expect.arrayContaining(ofTheKind));
  expect(skeletons.passed.filter((name) => /snippet/i.test(name))).toEqual([]);

  cpSync(filled, copy, { recursive: true });
  for (const generator of ["packages/emulator/src/coverageMain.ts", "src/reference/main.ts"])
    node("-r", "./scripts/register.cjs", generator);
  expect(typeErrors([...filesIn(filled), "src/index.ts"])).toEqual([]);
  const whole = runTests();
  expect(whole.failed).toEqual([]);
  expect(whole.passed).toEqual(expect.arrayContaining(ofTheKind));
}, 300_000);

test("the skeletons of every other parent compile as well", () => {
  const files = ["project", "repository", "environment"].flatMap((parent) => {
    const name = `Badge${parent.charAt(0).toUpperCase()}${parent.slice(1)}`;
    const before = new Set(filesIn(copy));
    node("scripts/new-kind.mjs", name, "--parent", parent);
    return filesIn(copy).filter((path) => !before.has(path));
  });
  expect(files).toHaveLength(15);
  expect(typeErrors(files)).toEqual([]);
});

test("it writes nothing where a file of it exists, or the name or path has another form", () => {
  const said = (...args: string[]) =>
    spawnSync(process.execPath, ["scripts/new-kind.mjs", ...args], { cwd: copy, encoding: "utf8" }).stderr;
  expect(said("Webhook")).toContain("src/kinds/webhook.ts exists. Nothing was written.");
  expect(said("webhook")).toContain("give the name in PascalCase");
  expect(said("Other", "--path", "/others")).toContain("with its parameter last");
  expect(said("Other", "--parent", "team")).toContain("use workspace, project, repository, environment");
});
