/** Generates the SDKs of the native provider from its schema, with Pulumi's own generators. */
import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../errors";
import { goPackage, pythonPackage } from "../native/schema/names";
import { requireRun } from "../process/requireRun";
import { goModules } from "../pulumi/binary/goBuild";
import { type BuildOptions, ensureProgram, programFile } from "../pulumi/binary/goProgram";

export const schemaPath = join(packageRoot, "schema", "pulumi-bitbucket-cloud.json");

/**
 * Writes `nodejs`, `python`, `go/bitbucketcloud` and `dotnet` into a folder and replaces their content. The schema is
 * validated against Pulumi's metaschema and bound first.
 *
 * @returns The binder's summary.
 * @throws {Error} with the binder's messages about the schema.
 */
export async function generateSdks(folder: string, options: BuildOptions): Promise<string> {
  const bind = await generator(options);
  const summary = await bind(schemaPath, folder);
  for (const language of ["nodejs", "python", "go", "dotnet"])
    await rm(join(folder, language), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bind(schemaPath, folder, "nodejs", "python", "go");
  const writeDotnet = await buildGenerator("dotnet-generator", options);
  await writeDotnet(schemaPath, join(folder, "dotnet"));
  // A Go module must be in a folder with the name of its package, with the versions that it was tested with.
  const module = join(folder, "go", goPackage);
  await rename(join(folder, "go"), join(folder, "module"));
  await mkdir(join(folder, "go"));
  await rename(join(folder, "module"), module);
  await cp(join(goModules, "go-sdk"), module, { recursive: true });
  // The place where pyproject.toml expects it.
  const python = join(folder, "python");
  await copyFile(join(python, pythonPackage, "README.md"), join(python, "README.md"));
  for (const language of ["nodejs", "python", join("go", goPackage), "dotnet"])
    await copyFile(join(packageRoot, "LICENSE"), join(folder, language, "LICENSE"));
  return summary;
}

/**
 * Returns Pulumi's generators as a program, built if the machine does not have it. It takes schema, folder
 * and languages, and returns its output. Without a language, it only binds the schema.
 */
export function generator(options: BuildOptions): Promise<Generator> {
  return buildGenerator("sdk-generator", options);
}

/** Runs a generator, and returns its output. */
type Generator = (...args: string[]) => Promise<string>;

async function buildGenerator(module: string, options: BuildOptions): Promise<Generator> {
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"])
    hash.update(await readFile(join(goModules, module, file)));
  const program = {
    name: module,
    version: hash.digest("hex").slice(0, 12),
    module,
    packageName: ".",
  };
  const file = programFile(program, await ensureProgram(program, options));
  return (...args) => requireRun(file, args, { env: options.env });
}
