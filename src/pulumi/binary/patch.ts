/** Changes to the sources of a Go program before it is built. */
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireRun } from "../../process/requireRun";
import { goModules } from "./goBuild";
import { copyPatched, type ModulePatch, replaceOnce } from "./modulePatch";

/** A text that a file of the program has once, and what replaces it. */
interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface PatchedProgram {
  /** The module below `engine/`, which pins every version. */
  readonly module: string;
  readonly packageName: string;
  readonly patches: readonly Patch[];
  /** What it imports with changes. */
  readonly modules?: readonly ModulePatch[];
}

/**
 * Copies the sources of a program's main package into a new module, with the patches applied, and the
 * modules with changes below it. What else it imports stays in the module cache.
 *
 * @throws {UserError} if a patch does not fit.
 */
export async function patchSources(
  { module, packageName, patches, modules = [] }: PatchedProgram,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const options = { cwd: join(goModules, module), env: { ...env, GOFLAGS: "" } };
  await requireRun("go", ["mod", "download"], options);
  const origin = await requireRun("go", ["list", "-f", "{{.Dir}}", packageName], options);
  await mkdir(target);
  for (const name of ["go.mod", "go.sum"]) await copyFile(join(options.cwd, name), join(target, name));
  for (const name of (await readdir(origin)).filter((one) => /(?<!_test)\.go$/.test(one))) {
    const source = join(origin, name);
    const replacements = patches.flatMap(({ file, from, to }) =>
      file === name ? [[from, to] as const] : [],
    );
    // Replaced: a module's files are read-only.
    await writeFile(join(target, name), replaceOnce(await readFile(source, "utf8"), replacements, source));
  }
  await appendFile(
    join(target, "go.mod"),
    await copyPatched(modules, join(target, "modules"), options.cwd, env),
  );
}
