/**
 * Builds the engine from its Go modules, which requires only Go and its module proxy. The two modules in
 * `engine/` pin every version: the second holds the language host, whose last release as a module is older,
 * and is patched.
 */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";
import { type EngineSetup, earlierFolders, fillAtomically } from "./cache";
import { goBuild, goModules, requireGo } from "./goBuild";

const hostPackage = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";

/**
 * The old language host puts a proxy between program and engine, which drops what its protocol version does
 * not know: for example that something must not be protected.
 */
const throughProxy = 'fmt.Sprintf("127.0.0.1:%d", handle.Port)';

export async function buildEngine({ folder, version, env, report }: EngineSetup): Promise<void> {
  await requireGo(env);
  await mkdir(resolve(folder, ".."), { recursive: true });
  await fillAtomically(folder, async (temporary) => {
    const there = await earlierEngine(folder, temporary);
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    if (!there) {
      report("Building the engine from its Go modules: about four minutes, once …");
      await goBuild({
        module: join(goModules, "pulumi"),
        packageName: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        output: join(temporary, "pulumi"),
        flags,
        env,
        report,
      });
    }
    report("Building the language host: about half a minute …");
    const source = join(temporary, "language-host");
    await mendHost(source);
    const output = join(temporary, "pulumi-language-nodejs");
    await goBuild({ module: source, packageName: ".", output, env, report });
    await rm(source, { recursive: true });
  });

  /** Copies the language host's source and patches it so that a program connects to the engine directly. */
  async function mendHost(target: string): Promise<void> {
    const options = { cwd: join(goModules, "language-host"), env: { ...env, GOFLAGS: "" } };
    await requireRun("go", ["mod", "download"], options);
    const origin = await requireRun("go", ["list", "-f", "{{.Dir}}", hostPackage], options);
    await mkdir(target);
    for (const name of ["go.mod", "go.sum"]) await copyFile(join(options.cwd, name), join(target, name));
    // Copied without permissions: a module's files are read-only.
    for (const name of (await readdir(origin)).filter((one) => /(?<!_test)\.go$/.test(one)))
      await writeFile(join(target, name), await readFile(join(origin, name)));
    const text = await readFile(join(origin, "main.go"), "utf8");
    if (text.split(throughProxy).length !== 2)
      throw new UserError(`${origin} is not the expected language host`);
    await writeFile(join(target, "main.go"), text.replace(throughProxy, "req.GetMonitorAddress()"));
  }
}

/** Reuses the engine's binary from a folder of the same version. Returns `false` if there is none. */
async function earlierEngine(folder: string, temporary: string): Promise<boolean> {
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
