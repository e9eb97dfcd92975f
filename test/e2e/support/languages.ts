/** What programs in each of Pulumi's languages need to run: the language's host, the SDK, and the SDK's dependencies. */
import { execFile } from "node:child_process";
import { copyFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { goModule, npmPackage } from "../../../src/native/schema/names";
import { ensureHost } from "../../../src/pulumi/binary/host";
import { generateSdks } from "../../../src/reference/sdks";
import { failWithOutput, preparePythonEnvironment } from "./python";

const execute = promisify(execFile);
const root = resolve(__dirname, "..", "..", "..");
/** Of TypeScript 7, which takes a tenth of the time. What programs run under is Pulumi's own. */
export const compiler = join(root, "node_modules", "typescript-7", "bin", "tsc");
const report = (line: string) => process.stderr.write(`${line}\n`);

export interface Language {
  /** Has the program's host on PATH, and the plugin. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts beside a program what its package manager would. */
  install(folder: string): Promise<void>;
}

export type LanguageName = "yaml" | "typescript" | "python" | "go";

/** The SDKs, generated from the schema and ready for use. */
export async function prepareLanguages(): Promise<
  Readonly<Record<LanguageName, Language>> & { readonly sdks: string; readonly interpreter: string }
> {
  const sdks = await mkdtemp(join(tmpdir(), "sdks-"));
  await generateSdks(sdks, { env: process.env, report });
  const [typescript, python, go] = [
    await prepareTypeScript(join(sdks, "nodejs")),
    await preparePython(sdks),
    await prepareGo(join(sdks, "go", "bitbucketcloud")),
  ];
  return { yaml: { env: onPath(), install: async () => {} }, typescript, go, ...python, sdks };
}

/** PATH with the plugin of this checkout before all else. */
function onPath(...folders: readonly string[]): { PATH: string } {
  return { PATH: [join(root, "plugin"), ...folders, process.env.PATH].filter(Boolean).join(delimiter) };
}

/** The SDK is compiled, as it is published: any error fails the tests. */
async function prepareTypeScript(sdk: string): Promise<Language> {
  await symlink(join(root, "node_modules"), join(sdk, "node_modules"));
  await execute(process.execPath, [compiler, "--singleThreaded", "-p", sdk]).catch(failWithOutput);
  await copyFile(join(sdk, "package.json"), join(sdk, "bin", "package.json"));
  return {
    // Types are checked apart.
    env: { ...onPath(), PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    async install(folder) {
      await rm(join(folder, "package.json"), { force: true });
      await cp(join(root, "examples", "typescript", "package.json"), join(folder, "package.json"));
      await symlink(join(sdk, "bin"), join(folder, "node_modules", npmPackage));
      await symlink(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
      await symlink(join(root, "node_modules", "typescript"), join(folder, "node_modules", "typescript"));
    },
  };
}

/** Pulumi's package from PyPI in a virtual environment that is kept, and the SDK in a folder of this run. */
async function preparePython(sdks: string): Promise<{ python: Language; interpreter: string }> {
  const host = await ensureHost("python", { env: process.env, report });
  const environment = await preparePythonEnvironment(join(__dirname, "python-requirements.txt"));
  const target = join(sdks, "python-installed");
  const interpreter = join(environment, "bin", "python");
  const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"];
  await execute(interpreter, [...pip, "--target", target, join(sdks, "python")]).catch(failWithOutput);
  return {
    interpreter,
    python: {
      // The host that can be built does not hear of `virtualenv` from the engine, which is newer.
      env: { ...onPath(host, dirname(interpreter)), PYTHONPATH: target },
      install: (folder) => symlink(environment, join(folder, "venv")),
    },
  };
}

async function prepareGo(sdk: string): Promise<Language> {
  const host = await ensureHost("go", { env: process.env, report });
  const names = ["GOCACHE", "GOMODCACHE", "GOPATH"];
  const { stdout } = await execute("go", ["env", ...names]);
  const folders = stdout.trim().split("\n");
  const own = Object.fromEntries(names.map((name, index) => [name, folders[index] ?? ""]));
  // As the engine is built, so that what both are made of is compiled once. Nobody debugs what is linked for each run.
  const env = { ...onPath(host), ...own, GOFLAGS: "-mod=mod -trimpath '-ldflags=-s -w'" };
  return {
    env,
    async install(folder) {
      await copyFile(join(sdk, "go.sum"), join(folder, "go.sum"));
      const edit = ["mod", "edit", "-replace", `${goModule}=${sdk}`];
      await execute("go", edit, { cwd: folder, env: { ...process.env, ...env } }).catch(failWithOutput);
    },
  };
}

/** Copies an example, under the name of the tests' stack. */
export async function copyExample(name: LanguageName, folder: string): Promise<void> {
  await cp(join(root, "examples", name), folder, { recursive: true });
  const file = join(folder, "Pulumi.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace(/^name: .*$/m, "name: bitbucket"));
}
