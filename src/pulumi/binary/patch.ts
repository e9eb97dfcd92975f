/** Changes to the sources of a Go program before it is built. */
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";
import { goModules } from "./goBuild";
import { copyPatched, type ModulePatch } from "./modulePatch";

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
    let text = await readFile(join(origin, name), "utf8");
    for (const { from, to } of patches.filter(({ file }) => file === name)) {
      if (text.split(from).length !== 2)
        throw new UserError(`${join(origin, name)} is not the file that is known: it has not once ${from}`);
      text = text.replace(from, () => to);
    }
    // Written anew: a module's files are read-only.
    await writeFile(join(target, name), text);
  }
  await appendFile(
    join(target, "go.mod"),
    await copyPatched(modules, join(target, "modules"), options.cwd, env),
  );
}
