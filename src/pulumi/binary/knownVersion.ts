/** The version of an engine's file, asked once: an engine takes a tenth of a second to say it. */
import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../process/replaceFile";
import { cacheRoot } from "./cacheRoot";

/** Bytes of an engine, at least: a smaller file is a script, which may start another one tomorrow. */
const smallestEngine = 10_000_000;

/**
 * Returns what the same file has said before, or what it says now.
 *
 * @param ask Runs it. Undefined: it does not run.
 */
export async function knownVersion(
  file: string,
  env: NodeJS.ProcessEnv,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const kept = await cacheFileFor(file, env);
  if (kept === undefined) return ask();
  const known = await readFile(kept, "utf8").catch(() => "");
  if (/^\d+\.\d+\.\d+\S*$/.test(known)) return known;
  const said = await ask();
  if (said !== undefined) await keep(kept, said).catch(() => {});
  return said;
}

/** The file that keeps it; undefined where the engine cannot be told from a later one. */
async function cacheFileFor(file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const path = await realpath(file);
    const { size, mtimeMs, ctimeMs, ino } = await stat(path);
    if (size < smallestEngine) return undefined;
    const key = createHash("sha256").update(JSON.stringify([path, size, mtimeMs, ctimeMs, ino]));
    return join(cacheRoot(env), "versions", key.digest("hex").slice(0, 32));
  } catch {
    return undefined;
  }
}

async function keep(kept: string, version: string): Promise<void> {
  await mkdir(join(kept, ".."), { recursive: true, mode: 0o700 });
  replaceFile(kept, version);
}
