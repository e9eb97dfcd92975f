/**
 * Keeps what V8 compiled for the next process: a command, or the plugin, lives for one operation, in which compiling is a
 * third of its cost at 50 resources. https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 */
import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { constants, Script } from "node:vm";
import { onKeepCompiled } from "./keepCompiled";
import { replaceFile } from "./replaceFile";

/**
 * Runs a CommonJS file, with the code that an earlier process compiled from the same text.
 *
 * @param folder Of the cache. If it cannot be read or written, the file is compiled.
 * @returns What the file exports.
 */
export function runCompiled(file: string, folder: string): unknown {
  const bytes = readFileSync(file);
  const key = createHash("sha256").update(`${process.version}\n`).update(bytes).digest("hex").slice(0, 32);
  // V8 takes only what was compiled with the same flags: an engine's processes have others than a command.
  const flags = cachedDataVersionTag().toString(16);
  const source = bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
  const kept = join(folder, `${key}-${flags}.v8`);
  const cachedData = readKept(kept);
  const names = "exports, require, module, __filename, __dirname";
  const script = new Script(`(function (${names}) {${source}\n})`, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData ? { cachedData } : {}),
  });
  if (!cachedData || script.cachedDataRejected)
    onKeepCompiled(() => write(kept, key, () => script.createCachedData()));
  const module: { exports: unknown } = { exports: {} };
  const run: (...values: unknown[]) => void = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/** V8 trusts what it is given, and crashes on a damaged block: the file begins with a digest of the rest. */
function readKept(file: string): Buffer | undefined {
  try {
    const all = readFileSync(file);
    const data = all.subarray(digestLength);
    return digest(data).equals(all.subarray(0, digestLength)) ? data : undefined;
  } catch {
    return undefined;
  }
}

const digestLength = 32;

function digest(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** Writes at once or not at all, and removes those of other keys: of earlier versions. */
function write(file: string, key: string, contents: () => Buffer): void {
  try {
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const data = contents();
    replaceFile(file, Buffer.concat([digest(data), data]));
    for (const name of readdirSync(folder))
      if (!name.startsWith(key)) rmSync(join(folder, name), { force: true });
  } catch {
    // The next process compiles it.
  }
}
