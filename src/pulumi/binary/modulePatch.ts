/** Modules that a Go program is built with, with changes to their sources: Go replaces no single file of a downloaded module. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";

/** A text that a file has once, and what takes its place. */
type Replacement = readonly [from: string, to: string];

export interface ModulePatch {
  readonly module: string;
  /** The changes, by the paths of files in the module. */
  readonly files: Readonly<Record<string, readonly Replacement[]>>;
}

/**
 * Copies modules that are downloaded, with their files changed.
 *
 * @param folder Receives a folder for each of them.
 * @param from The folder of the module that requires them.
 * @returns The lines of a `go.mod` that builds with the copies.
 * @throws {UserError} if a source is not the one that is known.
 */
export async function copyPatched(
  patches: readonly ModulePatch[],
  folder: string,
  from: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const lines: string[] = [];
  for (const [index, { module, files }] of patches.entries()) {
    const options = { cwd: from, env: { ...env, GOFLAGS: "" } };
    const origin = await requireRun("go", ["list", "-m", "-f", "{{.Dir}}", module], options);
    const copy = join(folder, String(index));
    // Without permissions: a downloaded module is read-only.
    await copySources(origin, copy);
    for (const [path, replacements] of Object.entries(files)) {
      const file = join(copy, path);
      await writeFile(file, replaceOnce(await readFile(file, "utf8"), replacements, file));
    }
    // Old modules have none, and a folder needs one.
    const description = join(copy, "go.mod");
    if (!existsSync(description)) await writeFile(description, `module ${module}\n`);
    lines.push(`replace ${module} => ${JSON.stringify(copy)}\n`);
  }
  return lines.join("");
}

/** @throws {UserError} if a text is not there once. */
export function replaceOnce(text: string, replacements: readonly Replacement[], file: string): string {
  let changed = text;
  for (const [from, to] of replacements) {
    if (changed.split(from).length !== 2)
      throw new UserError(`${file} is not the file that is known: it has not once ${from}`);
    changed = changed.replace(from, () => to);
  }
  return changed;
}

/** Copies a folder without tests, and what only they need. */
async function copySources(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile() && !entry.name.endsWith("_test.go")) await writeFile(target, await readFile(source));
    else if (entry.isDirectory() && !["testdata", "node_modules"].includes(entry.name))
      await copySources(source, target);
  }
}
