/**
 * The engine from its Go modules, which takes nothing but Go and its module proxy. The two modules in `engine/` pin
 * every version: the second holds the language host, whose last release as a module is an older one, and is mended.
 */
import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../errors";
import { earlierFolders, fillWhole, type SetUp } from "./cache";

const execute = promisify(execFile);

/** Milliseconds between two lines that say that a build goes on. */
const interval = 10_000;

const sources = resolve(__dirname, "..", "..", "..", "engine");

const hostPackage = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";

/**
 * The old language host stands between program and engine with a proxy, which loses what its version of the protocol
 * does not know: that something is not to be protected, for one.
 */
const throughProxy = 'fmt.Sprintf("127.0.0.1:%d", handle.Port)';

export async function build({ folder, version, env, report }: SetUp): Promise<void> {
  await execute("go", ["version"], { env }).catch(() => {
    throw new UserError("Go is not on PATH (https://go.dev/doc/install, 1.25 or later)");
  });
  await mkdir(resolve(folder, ".."), { recursive: true });
  await fillWhole(folder, async (temporary) => {
    const there = await earlierEngine(folder, temporary);
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    if (!there) {
      report("Building the engine from its Go modules: some four minutes the first time …");
      await goBuild(
        join(sources, "pulumi"),
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        join(temporary, "pulumi"),
        flags,
      );
    }
    report("Building the language host: half a minute …");
    const source = join(temporary, "language-host");
    await mendHost(source);
    await goBuild(source, ".", join(temporary, "pulumi-language-nodejs"), "-s -w");
    await rm(source, { recursive: true });
  });

  /** Copies the language host's source, in which a program then speaks with the engine itself. */
  async function mendHost(target: string): Promise<void> {
    const options = { cwd: join(sources, "language-host"), env: { ...env, GOFLAGS: "" } };
    await execute("go", ["mod", "download"], options);
    const listed = await execute("go", ["list", "-f", "{{.Dir}}", hostPackage], options);
    const origin = listed.stdout.trim();
    await mkdir(target);
    for (const name of ["go.mod", "go.sum"]) await copyFile(join(options.cwd, name), join(target, name));
    // Not with its rights: a module's files are read-only.
    for (const name of (await readdir(origin)).filter((one) => /(?<!_test)\.go$/.test(one)))
      await writeFile(join(target, name), await readFile(join(origin, name)));
    const text = await readFile(join(origin, "main.go"), "utf8");
    if (text.split(throughProxy).length !== 2)
      throw new UserError(`${origin} is not the language host that is known`);
    await writeFile(join(target, "main.go"), text.replace(throughProxy, "req.GetMonitorAddress()"));
  }

  async function goBuild(module: string, packageName: string, output: string, flags: string): Promise<void> {
    const began = Date.now();
    const timer = setInterval(() => report(`… ${Math.round((Date.now() - began) / 1000)} s`), interval);
    try {
      await new Promise<void>((done, fail) => {
        const args = ["build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", output, packageName];
        const child = spawn("go", args, {
          cwd: module,
          env: { ...env, GOFLAGS: "" },
          stdio: ["ignore", "ignore", "pipe"],
        });
        let messages = "";
        child.stderr.on("data", (chunk: Buffer) => {
          messages = (messages + chunk.toString()).slice(-4000);
        });
        child.on("error", fail);
        child.on("close", (code) =>
          code === 0 ? done() : fail(new UserError(`go build failed:\n${messages}`)),
        );
      });
    } finally {
      clearInterval(timer);
    }
  }
}

/** Takes over the engine's program from a folder of the same version. `false` where there is none. */
async function earlierEngine(folder: string, temporary: string): Promise<boolean> {
  for (const earlier of await earlierFolders(folder)) {
    try {
      await copyFile(join(earlier, "pulumi"), join(temporary, "pulumi"));
      return true;
    } catch {
      // It is not whole, and counts for nothing.
    }
  }
  return false;
}
