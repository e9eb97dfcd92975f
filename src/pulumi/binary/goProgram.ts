/** Programs from Go modules, each built once and stored in a folder of its own beside the engine. */
import { randomUUID } from "node:crypto";
import { access, chmod, constants, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";
import { cacheFolder } from "./cache";
import { goBuild, goModules, requireGo } from "./goBuild";

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
  /** A file that is built with changes. */
  readonly patch?: SourcePatch;
}

export interface SourcePatch {
  readonly packageName: string;
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
export function programFolder({ name, version }: GoProgram, env: NodeJS.ProcessEnv): string {
  return join(dirname(cacheFolder(env, "")), `${name}-${version}`);
}

/** The program's file in a folder. */
export function programFile({ name }: GoProgram, folder: string): string {
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
  await requireGo(env);
  report(`Building ${program.name} from its Go modules: a minute, once …`);
  const { packageName } = program;
  const module = join(goModules, program.module);
  const temporary = `${folder}.${randomUUID()}`;
  try {
    await mkdir(temporary, { recursive: true });
    const overlay = program.patch && (await writeOverlay(program.patch, temporary, module, env));
    await goBuild({ module, packageName, output: programFile(program, temporary), overlay, env, report });
    if (overlay !== undefined) await rm(dirname(overlay), { recursive: true });
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
  return folder;
}

/**
 * Writes a patched copy of a source file, and what Go's `-overlay` needs to build it in place of the original.
 *
 * @returns The overlay's path, in a folder of its own.
 * @throws {Error} if the source is not the one that is known.
 */
async function writeOverlay(
  { packageName, file, replacements }: SourcePatch,
  folder: string,
  module: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const options = { cwd: module, env: { ...env, GOFLAGS: "" } };
  await requireRun("go", ["mod", "download"], options);
  const source = join(await requireRun("go", ["list", "-f", "{{.Dir}}", packageName], options), file);
  const text = replacements.reduce(
    (rest, [from, to]) => {
      if (rest.split(from).length !== 2) throw new UserError(`${source} is not the source that is known`);
      return rest.replace(from, () => to);
    },
    await readFile(source, "utf8"),
  );
  const patched = join(folder, "overlay");
  await mkdir(patched);
  await writeFile(join(patched, file), text);
  const overlay = join(patched, "overlay.json");
  await writeFile(overlay, JSON.stringify({ Replace: { [source]: join(patched, file) } }));
  return overlay;
}
