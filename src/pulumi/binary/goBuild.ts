/** Builds programs from Go modules, which requires only Go and its module proxy. */
import { resolve } from "node:path";
import { UserError } from "../../errors";
import { failureText, runProgram } from "../../process/run";

/** Milliseconds between two progress lines of a build. */
const interval = 10_000;

/** Characters of the compiler's output, at most. */
const maxWords = 4000;

/** The modules that pin every version, one per folder. */
export const goModules = resolve(__dirname, "..", "..", "..", "engine");

interface GoBuild {
  /** The folder of the module. */
  readonly module: string;
  readonly packageName: string;
  readonly output: string;
  /** Linker flags. */
  readonly flags?: string;
  /** A `go.mod` to use in place of the module's own: `go help build`. */
  readonly modFile?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/** @throws {Error} that says how to install Go. */
export async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const { exitCode } = await runProgram("go", ["version"], { env });
  if (exitCode !== 0) throw new UserError("Go is not on PATH (https://go.dev/doc/install, 1.25 or later)");
}

/** @throws {Error} with the compiler's last output. */
export async function goBuild(build: GoBuild): Promise<void> {
  const { module, packageName, output, flags = "-s -w", modFile, env, report } = build;
  const began = Date.now();
  const timer = setInterval(() => report(`… ${Math.round((Date.now() - began) / 1000)} s`), interval);
  try {
    const result = await runProgram(
      "go",
      [
        "build",
        "-mod=readonly",
        "-trimpath",
        ...(modFile === undefined ? [] : ["-modfile", modFile]),
        "-ldflags",
        flags,
        "-o",
        output,
        packageName,
      ],
      { cwd: module, env: { ...env, GOFLAGS: "" } },
    );
    if (result.exitCode !== 0)
      throw new UserError(`go build failed:\n${failureText(result).slice(-maxWords)}`);
  } finally {
    clearInterval(timer);
  }
}
