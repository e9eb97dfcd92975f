/**
 * The engine from its Go modules, which takes nothing but Go and its module proxy. The two modules in `engine/` pin
 * every version: the second holds the language host, whose last release as a module is an older one.
 */
import { execFile, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { fillWhole, type SetUp } from "./cache";

const execute = promisify(execFile);

/** Milliseconds between two lines that say that a build goes on. */
const interval = 10_000;

const sources = resolve(__dirname, "..", "..", "engine");

export async function build({ folder, version, env, report }: SetUp): Promise<void> {
  await execute("go", ["version"], { env }).catch(() => {
    throw new Error("Go is not on PATH (https://go.dev/doc/install, 1.25 or later)");
  });
  await mkdir(resolve(folder, ".."), { recursive: true });
  await fillWhole(folder, async (temporary) => {
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    report("Building the engine from its Go modules: some four minutes the first time …");
    await goBuild(
      join(sources, "pulumi"),
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      join(temporary, "pulumi"),
      flags,
    );
    report("Building the language host: half a minute …");
    const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
    await goBuild(join(sources, "language-host"), host, join(temporary, "pulumi-language-nodejs"), "-s -w");
  });

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
        child.on("close", (code) => (code === 0 ? done() : fail(new Error(`go build failed:\n${messages}`))));
      });
    } finally {
      clearInterval(timer);
    }
  }
}
