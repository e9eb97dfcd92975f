/** Bundles with esbuild, unless nothing has changed of what the last bundle was made of: half of a build is bundling. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
/** One for each bundle in dist/. Others bundle into folders of their own, once. */
const records = join(root, "node_modules", ".cache", "bundles");

/** What every bundle depends on: how it is made, and the packages that are installed. */
const always = [
  ...readdirSync(here)
    .filter((name) => name.startsWith("bundle"))
    .map((name) => join(here, name)),
  join(root, "node_modules", ".package-lock.json"),
];

/** @param options Those of esbuild, with one `outfile`. */
export async function bundle(options) {
  const { outfile } = options;
  const isOwn = outfile.startsWith(join(root, "dist"));
  const record = join(records, `${relative(root, outfile).replaceAll(/[\\/]/g, "-")}.json`);
  if (isOwn && isCurrent(record)) return;
  const { metafile, outputFiles } = await build({ ...options, metafile: true, write: false });
  for (const { path, text } of outputFiles) write(path, path === outfile ? escapeNonAscii(text) : text);
  if (!isOwn) return;
  const files = [...always, outfile, ...Object.keys(metafile.inputs).map((path) => resolve(path))];
  const stamps = files.map((file) => [relative(root, file), stampOf(file)]);
  write(record, JSON.stringify(Object.fromEntries(stamps)));
}

/**
 * In the place of the old file, which a copy of the project may share as a hard link, and at once: of two builds at the same
 * time, one recorded the file that the other had emptied to write it.
 */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

function isCurrent(record) {
  try {
    const stamps = Object.entries(JSON.parse(readFileSync(record, "utf8")));
    // A copy of the project brings the record along: the paths are those below its own folder.
    return stamps.every(([file, stamp]) => stampOf(join(root, file)) === stamp);
  } catch {
    return false;
  }
}

function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : "none";
}

/**
 * Replaces what is not ASCII by escapes, which esbuild leaves in regular expressions: for a single such letter, V8 keeps
 * the whole text with two bytes a character.
 */
function escapeNonAscii(text) {
  const toEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replaceAll(/[^\0-\x7f]/g, toEscape);
}
