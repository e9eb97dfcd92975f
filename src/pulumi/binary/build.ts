/**
 * Builds the engine from its Go modules, which requires only Go and its module proxy. The modules in `engine/` pin
 * every version: the language host has one of its own, since its last release as a module is older.
 */
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type EngineSetup, earlierFolders, fillAtomically } from "./cache";
import { goBuild, requireGo } from "./goBuild";
import { type PatchedProgram, patchSources } from "./patch";
import { engine, languageHost } from "./patches";

export async function buildEngine({ folder, version, env, report }: EngineSetup): Promise<void> {
  await requireGo(env);
  await mkdir(resolve(folder, ".."), { recursive: true });
  await fillAtomically(folder, async (temporary) => {
    if (!(await copyEarlierEngine(folder, temporary))) {
      report("Building the engine from its Go modules: about four minutes, once …");
      const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
      await build(engine, join(temporary, "pulumi"), flags);
    }
    report("Building the language host: about half a minute …");
    await build(languageHost, join(temporary, "pulumi-language-nodejs"));
  });

  async function build(program: PatchedProgram, output: string, flags?: string): Promise<void> {
    const module = `${output}.source`;
    await patchSources(program, module, env);
    await goBuild({
      module,
      packageName: ".",
      output,
      env,
      report,
      ...(flags === undefined ? {} : { flags }),
    });
    await rm(module, { recursive: true });
  }
}

/** Reuses the engine's binary from a folder of the same version. Returns `false` if there is none. */
async function copyEarlierEngine(folder: string, temporary: string): Promise<boolean> {
  for (const earlier of await earlierFolders(folder)) {
    try {
      await copyFile(join(earlier, "pulumi"), join(temporary, "pulumi"));
      return true;
    } catch {
      // An incomplete folder does not count.
    }
  }
  return false;
}
