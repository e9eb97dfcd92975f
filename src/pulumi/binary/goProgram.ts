/** Programs from Go modules, each built once and stored in a folder of its own beside the engine. */
import { randomUUID } from "node:crypto";
import {
  access,
  chmod,
  constants,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";
import { cacheFolder } from "./cache";
import { goBuild, goModules, requireGo } from "./goBuild";
import { withSetupLock } from "./setupLock";

export interface GoProgram {
  /** The file name, without a suffix. */
  readonly name: string;
  /** The version of its sources: another version gets another folder. */
  readonly version: string;
  /** The module below `engine/`, which pins every version. */
  readonly module: string;
  readonly packageName: string;
  /** A script to place beside it: its path from the package's folder. */
  readonly script?: string;
  readonly patch?: SourcePatch;
}

/** A file of another module that is built with changes. */
interface SourcePatch {
  readonly module: string;
  /** Its path in the module. */
  readonly file: string;
  /** Each text, which the file has once, and what takes its place. */
  readonly replacements: readonly (readonly [from: string, to: string])[];
}

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Receives progress lines. */
  readonly report: (line: string) => void;
}

/** The folder of the program, whether it exists or not. */
function programFolder({ name, version }: GoProgram, env: NodeJS.ProcessEnv): string {
  return join(dirname(cacheFolder(env, "")), `${name}-${version}`);
}

/** The program's file in a folder. */
export function programFile({ name }: Pick<GoProgram, "name">, folder: string): string {
  return join(folder, process.platform === "win32" ? `${name}.exe` : name);
}

export async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Returns the folder of the program, and builds it if it is missing.
 *
 * @throws {Error} if it cannot be built.
 */
export async function ensureProgram(program: GoProgram, { env, report }: BuildOptions): Promise<string> {
  const folder = programFolder(program, env);
  if (await isProgram(programFile(program, folder))) return folder;
  await withSetupLock(folder, report, async () => {
    if (!(await isProgram(programFile(program, folder))))
      await buildProgram(program, folder, { env, report });
  });
  return folder;
}

async function buildProgram(
  program: GoProgram,
  folder: string,
  { env, report }: BuildOptions,
): Promise<void> {
  await requireGo(env);
  report(`Building ${program.name} from its Go modules: about a minute, once …`);
  const { packageName } = program;
  const module = join(goModules, program.module);
  const temporary = `${folder}.${randomUUID()}`;
  try {
    await mkdir(temporary, { recursive: true });
    const patched = program.patch && (await patchModule(program.patch, temporary, module, env));
    const output = programFile(program, temporary);
    await goBuild({ module, packageName, output, ...patched, env, report });
    if (patched) await rm(patched.folder, { recursive: true });
    if (program.script !== undefined) {
      const options = { cwd: module, env: { ...env, GOFLAGS: "" } };
      const origin = await requireRun("go", ["list", "-f", "{{.Dir}}", packageName], options);
      const target = join(temporary, basename(program.script));
      await copyFile(join(origin, program.script), target);
      await chmod(target, 0o755);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Copies a module with a file changed, and writes the `go.mod` that builds with the copy: Go replaces no single
 * file of a downloaded module.
 *
 * @returns The folder of both, and the `go.mod`.
 * @throws {Error} if the source is not the one that is known.
 */
async function patchModule(
  patch: SourcePatch,
  temporary: string,
  module: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly folder: string; readonly modFile: string }> {
  const options = { cwd: module, env: { ...env, GOFLAGS: "" } };
  await requireRun("go", ["mod", "download"], options);
  const origin = await requireRun("go", ["list", "-m", "-f", "{{.Dir}}", patch.module], options);
  const folder = join(temporary, "patched");
  const copy = join(folder, "module");
  await mkdir(folder);
  // Without permissions: a downloaded module is read-only.
  await copySources(origin, copy);
  const file = join(copy, patch.file);
  const text = patch.replacements.reduce(
    (rest, [from, to]) => {
      if (rest.split(from).length !== 2)
        throw new UserError(`${join(origin, patch.file)} is not the source that is known`);
      return rest.replace(from, () => to);
    },
    await readFile(file, "utf8"),
  );
  await writeFile(file, text);
  const modFile = join(folder, "go.mod");
  const known = await readFile(join(module, "go.mod"), "utf8");
  await writeFile(modFile, `${known}\nreplace ${patch.module} => ${JSON.stringify(copy)}\n`);
  await copyFile(join(module, "go.sum"), join(folder, "go.sum"));
  return { folder, modFile };
}

/** Copies a folder without tests, and what only they need. */
async function copySources(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile() && !entry.name.endsWith("_test.go")) await writeFile(target, await readFile(source));
    else if (entry.isDirectory() && !["testdata", "node_modules"].includes(entry.name))
      await copySources(source, target);
  }
}
