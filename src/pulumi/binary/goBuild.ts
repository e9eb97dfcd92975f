/** Builds programs from Go modules, which requires only Go and its module proxy. */
import { execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../errors";

const execute = promisify(execFile);

/** Milliseconds between two progress lines of a build. */
const interval = 10_000;

/** The modules that pin every version, one per folder. */
export const goModules = resolve(__dirname, "..", "..", "..", "engine");

export interface GoBuild {
  /** The folder of the module. */
  readonly module: string;
  readonly packageName: string;
  readonly output: string;
  /** Linker flags. */
  readonly flags?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/** @throws {Error} that says how to install Go. */
export async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  await execute("go", ["version"], { env }).catch(() => {
    throw new UserError("Go is not on PATH (https://go.dev/doc/install, 1.25 or later)");
  });
}

/** @throws {Error} with the compiler's last output. */
export async function goBuild(build: GoBuild): Promise<void> {
  const { module, packageName, output, flags = "-s -w", env, report } = build;
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
