/** Packages from PyPI in virtual environments that are kept. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../../src/pulumi/binary/cache";

const execute = promisify(execFile);

/**
 * Installs packages once, for this version of Python and these requirements.
 *
 * @param requirements A file for `pip install --requirement`.
 * @param options Further options of `pip install`.
 * @returns The folder of the environment.
 */
export async function preparePythonEnvironment(
  requirements: string,
  options: readonly string[] = [],
): Promise<string> {
  const { stdout: version } = await execute("python3", ["--version"]);
  const key = createHash("sha256")
    .update(version)
    .update(options.join(" "))
    .update(await readFile(requirements));
  const cache = dirname(cacheFolder(process.env, ""));
  const folder = join(cache, `python-${key.digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`Installing ${basename(requirements)} from PyPI, once …\n`);
  const temporary = `${folder}.${randomUUID()}`;
  await mkdir(cache, { recursive: true });
  try {
    await execute("python3", ["-m", "venv", temporary]);
    const pip = ["-m", "pip", "install", "--quiet", ...options, "--requirement", requirements];
    await execute(join(temporary, "bin", "python"), pip).catch(failWithOutput);
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Of a program that failed: what it printed. */
export function failWithOutput(error: unknown): never {
  const { stdout = "", stderr = "" } = Object(error) as { stdout?: string; stderr?: string };
  throw new Error(`${String(error)}\n${stdout}${stderr}`);
}
