/** Programs from Go modules, each built once and stored in a folder of its own beside the engine. */
import { randomUUID } from "node:crypto";
import { access, chmod, constants, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { requireRun } from "../../process/requireRun";
import { cacheFolder } from "./cache";
import { goBuild, goModules, requireGo } from "./goBuild";
import { copyPatched, type ModulePatch } from "./modulePatch";
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
  readonly patches?: readonly ModulePatch[];
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
    const patched = program.patches && (await patchModules(program.patches, temporary, module, env));
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
 * Copies modules with files changed, and writes the `go.mod` that builds with the copies.
 *
 * @returns The folder of all, and the `go.mod`.
 */
async function patchModules(
  patches: readonly ModulePatch[],
  temporary: string,
  module: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly folder: string; readonly modFile: string }> {
  await requireRun("go", ["mod", "download"], { cwd: module, env: { ...env, GOFLAGS: "" } });
  const folder = join(temporary, "patched");
  const replaced = await copyPatched(patches, folder, module, env);
  const modFile = join(folder, "go.mod");
  const known = await readFile(join(module, "go.mod"), "utf8");
  await writeFile(modFile, `${known}\n${replaced}`);
  await copyFile(join(module, "go.sum"), join(folder, "go.sum"));
  return { folder, modFile };
}
